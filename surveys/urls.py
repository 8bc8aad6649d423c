"""Addresses of the survey: the pages of evaluators, then those of supervisors and leaders."""

from datetime import date

from django.urls import path, register_converter

from surveys.pages import calls, gap, surveys
from verbs.dates import read_month


class MonthConverter:
    """A month as 2026-09; the view gets its first day."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return read_month(value)

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

app_name = "surveys"
urlpatterns = [
    path("", calls.CallList.as_view(), name="calls"),
    path("calls/<int:call>/", calls.CallPage.as_view(), name="call"),
    path("calls/<int:call>/hand/", surveys.HandCall.as_view(), name="hand_call"),
    path("months/", surveys.SurveyList.as_view(), name="surveys"),
    path("months/<month:month>/", surveys.ShowSurvey.as_view(), name="survey"),
    path("months/<month:month>/gap/", gap.ShowGap.as_view(), name="gap"),
]
