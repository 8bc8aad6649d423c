"""The address of a clock's explanation, whichever room the clock belongs to."""

from typing import Any

from django.urls import path

from limits.pages.explanation import ExplainClock

app_name = "limits"
urlpatterns: list[Any] = [
    path("<slug:promise>/<int:pk>/", ExplainClock.as_view(), name="explain"),
]
