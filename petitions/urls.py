"""Addresses of the pages. Lists first, then one order, one petition; a petition's addresses end in the verb."""

from typing import Any

from django.urls import include, path, register_converter

from petitions.models.number import is_number
from petitions.pages import (
    clocks,
    department,
    dispatch,
    ledgers,
    liaison,
    navigation,
    notices,
    orders,
    petition,
    supervisor,
)


class NumberConverter:
    """A petition's number; one with a wrong check digit is no address."""

    regex = "[0-9]{15}"

    def to_python(self, value: str) -> str:
        if not is_number(value):
            raise ValueError("wrong check digit")
        return value

    def to_url(self, value: str) -> str:
        return value


class OrderNumberConverter:
    """A supervision order's number: DB, the day, four or more digits."""

    regex = "DB[0-9]{12,15}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "petition_number")
register_converter(OrderNumberConverter, "order_number")

one_order: list[Any] = [
    path("", orders.ShowOrder.as_view(), name="order"),
    path("reply/", orders.ReplyOrderPage.as_view(), name="reply_order"),
    path("accept/", orders.AcceptOrderPage.as_view(), name="accept_order"),
    path("reject/", orders.RejectOrderPage.as_view(), name="reject_order"),
]

pages: list[Any] = [
    path("petitions/mine/", liaison.MyPetitions.as_view(), name="mine"),
    path("petitions/report/", liaison.ReportPetition.as_view(), name="report"),
    path("petitions/inbox/", dispatch.Inbox.as_view(), name="inbox"),
    path("petitions/queue/", department.Queue.as_view(), name="queue"),
    path("petitions/ledgers/", ledgers.Ledgers.as_view(), name="ledgers"),
    path("petitions/orders/", orders.OrderList.as_view(), name="orders"),
    path("petitions/orders/<order_number:order>/", include(one_order)),
    path("petitions/", supervisor.PetitionList.as_view(), name="list"),
]

one_petition: list[Any] = [
    path("", petition.ShowPetition.as_view(), name="show"),
    path("attachments/<int:pk>/", petition.DownloadAttachment.as_view(), name="download"),
    path("supplement/", liaison.SupplementPage.as_view(), name="supplement"),
    path("urge/", liaison.UrgePage.as_view(), name="urge"),
    path("withdraw/", liaison.WithdrawPage.as_view(), name="withdraw"),
    path("reopen/", liaison.ReopenPage.as_view(), name="reopen"),
    path("rate/", liaison.RatePage.as_view(), name="rate"),
    path("dispatch/", dispatch.DispatchPage.as_view(), name="dispatch"),
    path("propose-lead/", dispatch.ProposedLead.as_view(), name="propose_lead"),
    path("check-in/", department.CheckInPage.as_view(), name="check_in"),
    path("contact/", department.ContactPage.as_view(), name="contact"),
    path("progress/", department.ProgressPage.as_view(), name="progress"),
    path("answer-support/", department.AnswerSupportPage.as_view(), name="answer_support"),
    path("resolve/", department.ResolvePage.as_view(), name="resolve"),
    path("send-back/", department.SendBackPage.as_view(), name="send_back"),
    path("clocks/<int:pk>/", clocks.ExplainClock.as_view(), name="clock"),
    path("ask-extension/", ledgers.AskExtensionPage.as_view(), name="ask_extension"),
    path("decide-extension/", ledgers.DecideExtensionPage.as_view(), name="decide_extension"),
    path("ask-hold/", ledgers.AskHoldPage.as_view(), name="ask_hold"),
    path("decide-hold/", ledgers.DecideHoldPage.as_view(), name="decide_hold"),
    path("review-hold/", ledgers.ReviewHoldPage.as_view(), name="review_hold"),
    path("resume/", ledgers.ResumePage.as_view(), name="resume"),
    path("issue-order/", orders.IssueOrderPage.as_view(), name="issue_order"),
]

own_notices: list[Any] = [
    path("", notices.Inbox.as_view(), name="notices"),
    path("read-all/", notices.ReadAll.as_view(), name="read_notices"),
    path("<uuid:key>/read/", notices.ReadNotice.as_view(), name="read_notice"),
    path("channels/", notices.Channels.as_view(), name="channels"),
    path("channels/<slug:channel>/choose/", notices.ChooseChannel.as_view(), name="choose_channel"),
    path("channels/<slug:channel>/drop/", notices.DropChannel.as_view(), name="drop_channel"),
]

petitions: Any = (
    [
        *pages,
        path("notices/", include(own_notices)),
        path("petitions/<petition_number:number>/", include(one_petition)),
    ],
    "petitions",
)

urlpatterns = [
    path("", navigation.home, name="home"),
    path("healthz/", navigation.healthz, name="healthz"),
    path("", include(petitions)),
]
