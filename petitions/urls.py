"""Addresses of the pages. Lists first, then one order, one petition; a petition's addresses end in the verb."""

from typing import Any

from django.urls import include, path, register_converter

from petitions.models.number import is_number
from petitions.pages import (
    absences,
    clocks,
    department,
    desks,
    dispatch,
    intake,
    integrity,
    joining,
    joint,
    ledgers,
    liaison,
    notices,
    occasions,
    orders,
    petition,
    queue,
    rating,
    reply_templates,
    responsibilities,
    saved_filters,
    send_back,
    supervisor,
)


class AsWritten:
    """A part of an address that is used as it stands there."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CreditCodeConverter(AsWritten):
    """An enterprise's unified social credit code."""

    regex = "[0-9A-HJ-NPQRTUWXY]{18}"


class NumberConverter(AsWritten):
    """A petition's number; one with a wrong check digit is no address."""

    regex = "[0-9]{15}"

    def to_python(self, value: str) -> str:
        if not is_number(value):
            raise ValueError("wrong check digit")
        return value


class OrderNumberConverter(AsWritten):
    """A supervision order's number: DB, the day, four or more digits."""

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
    path("petitions/mine/", liaison.MyPetitions.as_view(), name="mine"),
    path("petitions/report/", liaison.ReportPetition.as_view(), name="report"),
    path("petitions/report/already-asked/", liaison.AlreadyAsked.as_view(), name="already_asked"),
    path("petitions/inbox/", dispatch.Inbox.as_view(), name="inbox"),
    path("petitions/auto-dispatched/", desks.AutoDispatched.as_view(), name="auto_dispatched"),
    path("petitions/queue/", queue.Queue.as_view(), name="queue"),
    path("petitions/queue/check-in/", queue.CheckInAll.as_view(), name="check_in_all"),
    path("petitions/queue/hand-over/", queue.HandOverAll.as_view(), name="hand_over_all"),
    path("petitions/board/", queue.Board.as_view(), name="board"),
    path("petitions/intake/", include(own_intake)),
    path("petitions/ledgers/", ledgers.Ledgers.as_view(), name="ledgers"),
    path("petitions/referrals/", rating.Referrals.as_view(), name="referrals"),
    path("petitions/flags/", integrity.Flags.as_view(), name="flags"),
    path("petitions/flags/<int:pk>/judge/", integrity.JudgeFlag.as_view(), name="judge_flag"),
    path("petitions/send-backs/", send_back.SendBackList.as_view(), name="send_backs"),
    path("petitions/send-backs/counts/", send_back.SendBackCounts.as_view(), name="send_back_counts"),
    path("responsibilities/", responsibilities.Responsibilities.as_view(), name="responsibilities"),
    path("petitions/orders/", orders.OrderList.as_view(), name="orders"),
    path("petitions/orders/<order_number:order>/", include(one_order)),
    path("petitions/", supervisor.PetitionList.as_view(), name="list"),
]

one_petition: list[Any] = [
    path("", petition.ShowPetition.as_view(), name="show"),
    path("attachments/<int:pk>/", petition.DownloadAttachment.as_view(), name="download"),
    path("filed/", intake.Filed.as_view(), name="filed"),
    path("supplement/", liaison.SupplementPage.as_view(), name="supplement"),
    path("urge/", liaison.UrgePage.as_view(), name="urge"),
    path("withdraw/", liaison.WithdrawPage.as_view(), name="withdraw"),
    path("reopen/", liaison.ReopenPage.as_view(), name="reopen"),
    path("rate/", rating.RatePage.as_view(), name="rate"),
    path("rate/qr-code/", rating.RatingQrCode.as_view(), name="rating_qr"),
    path("change-rating/", rating.ChangeRatingPage.as_view(), name="change_rating"),
    path("judge-rating/", rating.JudgeRatingPage.as_view(), name="judge_rating"),
    path("dispatch/", dispatch.DispatchPage.as_view(), name="dispatch"),
    path("undo-dispatch/", desks.UndoDispatchPage.as_view(), name="undo_dispatch"),
    path("escalate-up/", desks.EscalateUpPage.as_view(), name="escalate_up"),
    path("delegate-down/", desks.DelegateDownPage.as_view(), name="delegate_down"),
    path("propose-lead/", dispatch.ProposedLead.as_view(), name="propose_lead"),
    path("merge/", joining.MergePage.as_view(), name="merge"),
    path("unmerge/", joining.UnmergePage.as_view(), name="unmerge"),
    path("link/", joining.LinkPage.as_view(), name="link"),
    path("unlink/", joining.UnlinkPage.as_view(), name="unlink"),
    path("check-in/", department.CheckInPage.as_view(), name="check_in"),
    path("hand-over/", department.HandOverPage.as_view(), name="hand_over"),
    path("contact/", department.ContactPage.as_view(), name="contact"),
    path("progress/", department.ProgressPage.as_view(), name="progress"),
    path("answer-support/", department.AnswerSupportPage.as_view(), name="answer_support"),
    path("resolve/", department.ResolvePage.as_view(), name="resolve"),
    path("fill-answer/", reply_templates.FillAnswer.as_view(), name="fill_answer"),
    path("clocks/<int:pk>/", clocks.ExplainClock.as_view(), name="clock"),
    path("ask-extension/", ledgers.AskExtensionPage.as_view(), name="ask_extension"),
    path("decide-extension/", ledgers.DecideExtensionPage.as_view(), name="decide_extension"),
    path("ask-hold/", ledgers.AskHoldPage.as_view(), name="ask_hold"),
    path("decide-hold/", ledgers.DecideHoldPage.as_view(), name="decide_hold"),
    path("review-hold/", ledgers.ReviewHoldPage.as_view(), name="review_hold"),
    path("resume/", ledgers.ResumePage.as_view(), name="resume"),
    path("issue-order/", orders.IssueOrderPage.as_view(), name="issue_order"),
    path("discuss/", joint.DiscussPage.as_view(), name="discuss"),
    path("add-support/", joint.AddSupportPage.as_view(), name="add_support"),
    path("remove-support/", joint.RemoveSupportPage.as_view(), name="remove_support"),
    path("waive-support/", joint.WaiveSupportPage.as_view(), name="waive_support"),
    path("ask-send-back/", send_back.AskSendBackPage.as_view(), name="ask_send_back"),
    path("decide-send-back/", send_back.DecideSendBackPage.as_view(), name="decide_send_back"),
    path("dispute-send-back/", send_back.DisputeSendBackPage.as_view(), name="dispute_send_back"),
]

own_notices: list[Any] = [
    path("", notices.Inbox.as_view(), name="notices"),
    path("read-all/", notices.ReadAll.as_view(), name="read_notices"),
    path("<uuid:key>/read/", notices.ReadNotice.as_view(), name="read_notice"),
    path("channels/", notices.Channels.as_view(), name="channels"),
    path("channels/<slug:channel>/choose/", notices.ChooseChannel.as_view(), name="choose_channel"),
    path("channels/<slug:channel>/drop/", notices.DropChannel.as_view(), name="drop_channel"),
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
        path("rate/<str:token>/", rating.RateByLink.as_view(), name="rate_by_link"),
        path("notices/", include(own_notices)),
        path("occasions/", include(own_occasions)),
        path("petitions/<petition_number:number>/", include(one_petition)),
    ],
    "petitions",
)

urlpatterns = [
    path("", include(petitions)),
]
