"""Addresses of the API. A petition's verbs are POSTs under its number; the verb's name with - for _."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from petitions.api import (
    handover,
    joining,
    joint,
    limits,
    lookups,
    proposals,
    rating,
    scores,
    similar,
    tokens,
    verbs,
    views,
)
from petitions.api.endpoint import NoSuchEndpoint

app_name = "api"

one_petition: list[URLPattern] = [
    path("", views.OnePetition.as_view(), name="petition"),
    path("events/", views.Events.as_view(), name="events"),
    path("attachments/<int:id>/", views.AttachmentFile.as_view(), name="attachment"),
    path("dispatch/", verbs.Dispatch.as_view(), name="dispatch"),
    path("undo-dispatch/", verbs.UndoDispatch.as_view(), name="undo_dispatch"),
    path("escalate-up/", verbs.EscalateUp.as_view(), name="escalate_up"),
    path("delegate-down/", verbs.DelegateDown.as_view(), name="delegate_down"),
    path("check-in/", verbs.CheckIn.as_view(), name="check_in"),
    path("hand-over/", handover.HandOver.as_view(), name="hand_over"),
    path("contact/", verbs.Contact.as_view(), name="contact"),
    path("progress/", verbs.Progress.as_view(), name="progress"),
    path("answer-support/", verbs.AnswerSupport.as_view(), name="answer_support"),
    path("resolve/", verbs.Resolve.as_view(), name="resolve"),
    path("rate/", rating.Rate.as_view(), name="rate"),
    path("change-rating/", rating.ChangeRating.as_view(), name="change_rating"),
    path("judge-rating/", rating.JudgeRating.as_view(), name="judge_rating"),
    path("reopen/", verbs.Reopen.as_view(), name="reopen"),
    path("withdraw/", verbs.Withdraw.as_view(), name="withdraw"),
    path("supplement/", verbs.Supplement.as_view(), name="supplement"),
    path("urge/", verbs.Urge.as_view(), name="urge"),
    path("merge/", joining.Merge.as_view(), name="merge"),
    path("unmerge/", joining.Unmerge.as_view(), name="unmerge"),
    path("link/", joining.Link.as_view(), name="link"),
    path("unlink/", joining.Unlink.as_view(), name="unlink"),
    path("proposals/", proposals.ProposalsOfPetition.as_view(), name="proposals"),
    path("similar/", similar.SimilarPetitions.as_view(), name="similar"),
    path("limits/", limits.Limits.as_view(), name="limits"),
    path("ask-extension/", limits.AskExtension.as_view(), name="ask_extension"),
    path("decide-extension/", limits.DecideExtension.as_view(), name="decide_extension"),
    path("ask-hold/", limits.AskHold.as_view(), name="ask_hold"),
    path("decide-hold/", limits.DecideHold.as_view(), name="decide_hold"),
    path("review-hold/", limits.ReviewHold.as_view(), name="review_hold"),
    path("resume/", limits.Resume.as_view(), name="resume"),
    path("issue-order/", limits.IssueOrder.as_view(), name="issue_order"),
    path("reply-order/", limits.ReplyOrder.as_view(), name="reply_order"),
    path("judge-order/", limits.JudgeOrder.as_view(), name="judge_order"),
    path("discuss/", joint.Discuss.as_view(), name="discuss"),
    path("add-support/", joint.AddSupport.as_view(), name="add_support"),
    path("remove-support/", joint.RemoveSupport.as_view(), name="remove_support"),
    path("waive-support/", joint.WaiveSupport.as_view(), name="waive_support"),
    path("send-backs/", joint.SendBacks.as_view(), name="send_backs"),
    path("ask-send-back/", joint.AskSendBack.as_view(), name="ask_send_back"),
    path("decide-send-back/", joint.DecideSendBack.as_view(), name="decide_send_back"),
    path("dispute-send-back/", joint.DisputeSendBack.as_view(), name="dispute_send_back"),
]

version_1: list[URLPattern | URLResolver] = [
    path("petitions/", views.Petitions.as_view(), name="petitions"),
    path("petitions/<str:number>/", include(one_petition)),
    path("categories/", lookups.Categories.as_view(), name="categories"),
    path("departments/", lookups.Departments.as_view(), name="departments"),
    path("regions/", lookups.Regions.as_view(), name="regions"),
    path("enterprises/", lookups.Enterprises.as_view(), name="enterprises"),
    path("occasions/", lookups.Occasions.as_view(), name="occasions"),
    path("scores/", scores.Scores.as_view(), name="scores"),
    path("me/", lookups.WhoAmI.as_view(), name="me"),
    path("token/", tokens.GetToken.as_view(), name="token"),
    path("token/revoke/", tokens.RevokeToken.as_view(), name="revoke_token"),
]

urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    # Without the slash at the end, too: Django would redirect, and a redirected POST arrives as a GET.
    re_path("", NoSuchEndpoint.as_view(), name="no_such_endpoint"),
]
