"""Addresses of the pages. Lists first, then one petition; a petition's addresses end in the verb."""

from typing import Any

from django.urls import include, path, register_converter

from petitions.models.number import is_number
from petitions.pages import department, dispatch, liaison, navigation, petition, supervisor


class NumberConverter:
    """A petition's number; one with a wrong check digit is no address."""

    regex = "[0-9]{15}"

    def to_python(self, value: str) -> str:
        if not is_number(value):
            raise ValueError("wrong check digit")
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "petition_number")

pages: list[Any] = [
    path("petitions/mine/", liaison.MyPetitions.as_view(), name="mine"),
    path("petitions/report/", liaison.ReportPetition.as_view(), name="report"),
    path("petitions/inbox/", dispatch.Inbox.as_view(), name="inbox"),
    path("petitions/queue/", department.Queue.as_view(), name="queue"),
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
]

petitions: Any = ([*pages, path("petitions/<petition_number:number>/", include(one_petition))], "petitions")

urlpatterns = [
    path("", navigation.home, name="home"),
    path("healthz/", navigation.healthz, name="healthz"),
    path("", include(petitions)),
]
