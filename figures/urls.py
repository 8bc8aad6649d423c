"""Addresses of the pages of scores."""

from typing import Any

from django.urls import path

from figures.pages import appeals, awards, card, equity, facts, heat_map, league, overview, report

app_name = "figures"

urlpatterns: list[Any] = [
    path("", league.League.as_view(), name="league"),
    path("freeze/", league.FreezeMonth.as_view(), name="freeze_month"),
    path("departments/<slug:department>/", card.ShowCard.as_view(), name="scorecard"),
    path("departments/<slug:department>/facts/", facts.FactList.as_view(), name="facts"),
    path("facts/<int:pk>/appeal/", appeals.AppealPage.as_view(), name="appeal_fact"),
    path("facts/<int:pk>/exclude/", appeals.ExcludePage.as_view(), name="exclude_fact"),
    path("appeals/", appeals.AppealList.as_view(), name="appeals"),
    path("appeals/<int:pk>/decide/", appeals.DecidePage.as_view(), name="decide_appeal"),
    path("overview/", overview.Overview.as_view(), name="overview"),
    path("heat-map/", heat_map.HeatMap.as_view(), name="heat_map"),
    path("equity/", equity.Equity.as_view(), name="equity"),
    path("report/", report.MonthlyReport.as_view(), name="score_report"),
    path("awards/", awards.Awards.as_view(), name="awards"),
    path("awards/<slug:kind>/<slug:department>/confirm/", awards.ConfirmAward.as_view(), name="confirm_award"),
]
