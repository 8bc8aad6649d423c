"""The monthly report (月度通报), as it is printed on A4: sentences, league, charts, appeals, awards, method.

Numbers only: no person and no petition is named in it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from figures.pages.league import league_sheet, rate_cells, rate_head, rows_of
from figures.pages.overview import city_rates, rate_sheet
from figures.pages.score_page import MonthPage
from figures.queries import scores_known
from petitions.models import Level
from scores.freezing import frozen_from
from scores.models import Appeal, AppealDecision, AppealReason, Award
from scores.scorecard import MonthlyScores, counted_by, shifted
from scores.scoring import Counts, Rate
from ui.workbooks import Sheet

TREND_MONTHS = 12


@dataclass(frozen=True)
class Slice:
    """The ratings of one level: their share of all ratings (`rate`), and their place in a bar that is 100 wide."""

    label: str
    level: int
    rate: Rate
    begin: float

    @property
    def width(self) -> float:
        return 100 * (self.rate.share or 0.0)


class MonthlyReport(MonthPage):
    """The page of the monthly report; with `?as=xlsx` its tables as a workbook."""

    url_name = "figures:score_report"

    def get(self, request: HttpRequest) -> HttpResponse:
        scores, before = (scores_known(month, self.user) for month in (self.month, shifted(self.month, -1)))
        tables: dict[str, Any] = {
            "rows": rows_of(scores, before),
            "rates": city_rates(scores.city, before.city),
            "levels": levels_of(scores.city),
            "trend": trend_of_city(scores),
            "appeals": appeals_of(self.month),
        }
        if request.GET.get("as") == "xlsx":
            return self.workbook(*_sheets(tables))
        ranked = [card for card in scores.cards if card.rank is not None]
        context = self.head() | {
            **tables,
            "scores": scores,
            "is_withheld": any(card.counts.is_withheld for card in scores.cards),
            "frozen_from": frozen_from(self.month),
            "now": self.now,
            "ranked": ranked,
            "unranked": len(scores.cards) - len(ranked),
            "awards": Award.objects.filter(month=self.month).select_related("department"),
        }
        return render(request, "figures/report.html", context)


def levels_of(counts: Counts) -> list[Slice]:
    """Return a slice of the bar for each level, the best level first; an empty list when nothing was rated."""
    slices: list[Slice] = []
    for level, label in sorted(Level.choices, reverse=True) if counts.ratings else []:
        begin = slices[-1].begin + slices[-1].width if slices else 0.0
        slices.append(Slice(str(label), level, Rate(counts.levels[level - 1], counts.ratings), begin))
    return slices


def trend_of_city(scores: MonthlyScores) -> list[tuple[date, Counts]]:
    """Return the city's counts in each of the last TREND_MONTHS months, the oldest first. One statement.

    The last month's counts are taken from `scores`. A month without facts has zeros.
    """
    months = [shifted(scores.month, by) for by in range(1 - TREND_MONTHS, 0)]
    counted = counted_by(("month",), months)
    return [*((month, counted.get((month,), Counts())) for month in months), (scores.month, scores.city)]


def appeals_of(month: date) -> list[dict[str, Any]]:
    """Return a row for each reason: its label, and how many of the month's appeals were accepted, refused, or wait.

    One statement.
    """
    pairs = list(Appeal.objects.filter(month=month).values_list("reason", "decision"))
    return [
        {"label": label, **{decision: pairs.count((reason, decision)) for decision in AppealDecision.values}}
        for reason, label in AppealReason.choices
    ]


def _sheets(tables: dict[str, Any]) -> list[Sheet]:
    """Return the tables of the report as sheets of a workbook."""
    rates = [cell for name in (_("响应率"), _("解决率"), _("满意率")) for cell in rate_head(name)]
    decided = [_("成立，不计分"), _("不成立，照计"), _("待裁定")]
    return [
        league_sheet(tables["rows"]),
        rate_sheet(tables["rates"]),
        Sheet(_("满意度构成"), [_("满意度"), *rate_head(_("占比"))], map(_level_cells, tables["levels"])),
        Sheet(_("全市近12个月"), [_("月份"), _("计分件数"), *rates], map(_month_cells, tables["trend"])),
        Sheet(_("申诉与剔除"), [_("理由"), *decided], map(_appeal_cells, tables["appeals"])),
    ]


def _level_cells(one: Slice) -> list[Any]:
    return [one.label, *rate_cells(one.rate)]


def _month_cells(row: tuple[date, Counts]) -> list[Any]:
    month, counts = row
    rates = (counts.response, counts.resolution, counts.satisfaction)
    return [f"{month:%Y-%m}", counts.cycles, *(cell for rate in rates for cell in rate_cells(rate))]


def _appeal_cells(row: dict[str, Any]) -> list[Any]:
    return [row["label"], row["accepted"], row["refused"], row["pending"]]
