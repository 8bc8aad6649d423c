"""Addresses of the pages of petitions. The address of a verb's page ends in the verb.

The page of a verb on one petition is not named here: it is mounted because its module is in petitions/pages/.
"""

from typing import Any

from django.urls import include, path, register_converter

from petitions import pages as page_modules
from petitions.models.number import is_number
from petitions.pages import (
    absences,
    desks,
    dispatch,
    extensions_and_holds,
    intake,
    integrity,
    mine,
    occasions,
    orders,
    petition,
    queue,
    rating_links,
    referrals,
    reply_templates,
    reporting,
    responsibilities,
    saved_filters,
    send_back,
    supervisor,
)
from petitions.pages.verb_page import VERB_PAGES
from ui.mounting import import_all


class AsWritten:
    """Base of converters for a part of an address that views get as it stands there, as a string."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CreditCodeConverter(AsWritten):
    """An enterprise's unified social credit code."""

    regex = "[0-9A-HJ-NPQRTUWXY]{18}"


class NumberConverter(AsWritten):
    """A petition's number. An address with a wrong check digit is not found."""

    regex = "[0-9]{15}"

    def to_python(self, value: str) -> str:
        if not is_number(value):
            raise ValueError("wrong check digit")
        return value


class OrderNumberConverter(AsWritten):
    """A supervision order's number: DB, the day in eight digits, and four to seven digits."""

    regex = "DB[0-9]{12,15}"


register_converter(NumberConverter, "petition_number")
register_converter(OrderNumberConverter, "order_number")
register_converter(CreditCodeConverter, "credit_code")

one_order: list[Any] = [
    path("", orders.ShowOrder.as_view(), name="order"),
    path("reply/", orders.ReplyOrderPage.as_view(), name="reply_order"),
    path("accept/", orders.AcceptOrderPage.as_view(), name="accept_order"),
    path("reject/", orders.RejectOrderPage.as_view(), name="reject_order"),
]

own_intake: list[Any] = [
    path("", intake.FindCaller.as_view(), name="intake"),
    path("new/", intake.ReportForNew.as_view(), name="report_for_new"),
    path("<credit_code:credit_code>/", intake.ReportForKnown.as_view(), name="report_for"),
]

one_occasion: list[Any] = [
    path("", occasions.ShowOccasion.as_view(), name="occasion"),
    path("change/", occasions.ChangeOccasion.as_view(), name="change_occasion"),
    path("poster/", occasions.Poster.as_view(), name="poster"),
]

own_occasions: list[Any] = [
    path("", occasions.OccasionList.as_view(), name="occasions"),
    path("create/", occasions.CreateOccasion.as_view(), name="create_occasion"),
    path("<slug:occasion>/", include(one_occasion)),
]

pages: list[Any] = [
    path("petitions/mine/", mine.MyPetitions.as_view(), name="mine"),
    path("petitions/report/", reporting.ReportPetition.as_view(), name="report"),
    path("petitions/report/already-asked/", reporting.AlreadyAsked.as_view(), name="already_asked"),
    path("petitions/to-dispatch/", dispatch.ToDispatch.as_view(), name="to_dispatch"),
    path("petitions/auto-dispatched/", desks.AutoDispatched.as_view(), name="auto_dispatched"),
    path("petitions/queue/", queue.Queue.as_view(), name="queue"),
    path("petitions/queue/check-in/", queue.CheckInAll.as_view(), name="check_in_all"),
    path("petitions/queue/hand-over/", queue.HandOverAll.as_view(), name="hand_over_all"),
    path("petitions/board/", queue.Board.as_view(), name="board"),
    path("petitions/intake/", include(own_intake)),
    path(
        "petitions/extensions-and-holds/",
        extensions_and_holds.ExtensionsAndHolds.as_view(),
        name="extensions_and_holds",
    ),
    path("petitions/referrals/", referrals.Referrals.as_view(), name="referrals"),
    path("petitions/flags/", integrity.Flags.as_view(), name="flags"),
    path("petitions/flags/<int:pk>/judge/", integrity.JudgeFlag.as_view(), name="judge_flag"),
    path("petitions/send-backs/", send_back.SendBackList.as_view(), name="send_backs"),
    path("petitions/send-backs/counts/", send_back.SendBackCounts.as_view(), name="send_back_counts"),
    path("responsibilities/", responsibilities.Responsibilities.as_view(), name="responsibilities"),
    path("petitions/orders/", orders.OrderList.as_view(), name="orders"),
    path("petitions/orders/<order_number:order>/", include(one_order)),
    path("petitions/", supervisor.PetitionList.as_view(), name="list"),
]

import_all(page_modules)
one_petition: list[Any] = [
    path("", petition.ShowPetition.as_view(), name="show"),
    path("filed/", intake.Filed.as_view(), name="filed"),
    path("rate/qr-code/", rating_links.RatingQrCode.as_view(), name="rating_qr"),
    path("propose-lead/", dispatch.ProposedLead.as_view(), name="propose_lead"),
    path("fill-answer/", reply_templates.FillAnswer.as_view(), name="fill_answer"),
    *(path(f"{page.verb.address}/", page.as_view(), name=page.verb.name) for page in VERB_PAGES),
]

inside_departments: list[Any] = [
    path("absences/", absences.Absences.as_view(), name="absences"),
    path("absences/<int:pk>/end/", absences.EndAbsence.as_view(), name="end_absence"),
    path("filters/", saved_filters.Filters.as_view(), name="filters"),
    path("filters/<slug:page>/save/", saved_filters.SaveFilter.as_view(), name="save_filter"),
    path("filters/<int:pk>/change/", saved_filters.ChangeFilter.as_view(), name="change_filter"),
    path("filters/<int:pk>/drop/", saved_filters.DropFilter.as_view(), name="drop_filter"),
    path("reply-templates/", reply_templates.Templates.as_view(), name="reply_templates"),
    path("reply-templates/add/", reply_templates.AddTemplate.as_view(), name="add_template"),
    path("reply-templates/<int:pk>/change/", reply_templates.ChangeTemplate.as_view(), name="change_template"),
    path("reply-templates/<int:pk>/drop/", reply_templates.DropTemplate.as_view(), name="drop_template"),
]

petitions: Any = (
    [
        *pages,
        *inside_departments,
        path("rate/<str:token>/", rating_links.RateByLink.as_view(), name="rate_by_link"),
        path("occasions/", include(own_occasions)),
        path("petitions/<petition_number:number>/", include(one_petition)),
    ],
    "petitions",
)

urlpatterns = [
    path("", include(petitions)),
]
