"""The monthly report (月度通报), as it is printed on A4: sentences, league, charts, appeals, awards, how it is made.

Numbers only: no person and no petition is named in it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from departments.freezing import frozen_from
from departments.models import Appeal, AppealDecision, AppealReason, Award
from departments.scorecard import MonthlyScores, counted_by, shifted
from departments.scoring import Counts, Rate
from petitions.models import Level
from petitions.pages.scores.league import rows_of
from petitions.pages.scores.months import MonthPage
from petitions.pages.scores.overview import city_rates
from petitions.score_queries import scores_known

TREND_MONTHS = 12


@dataclass(frozen=True)
class Slice:
    """One level's part of all ratings: where it begins and how wide it is, of 100."""

    label: str
    level: int
    rate: Rate
    begin: float

    @property
    def width(self) -> float:
        return 100 * (self.rate.share or 0.0)


class MonthlyReport(MonthPage):
    """The month on paper."""

    url_name = "petitions:score_report"

    def get(self, request: HttpRequest) -> HttpResponse:
        scores, before = (scores_known(month, self.user) for month in (self.month, shifted(self.month, -1)))
        ranked = [card for card in scores.cards if card.rank is not None]
        context = self.context() | {
            "scores": scores,
            "is_withheld": any(card.counts.is_withheld for card in scores.cards),
            "frozen_from": frozen_from(self.month),
            "rows": rows_of(scores, before),
            "ranked": ranked,
            "unranked": len(scores.cards) - len(ranked),
            "rates": city_rates(scores.city, before.city),
            "levels": levels_of(scores.city),
            "trend": trend_of_city(scores),
            "appeals": appeals_of(self.month),
            "awards": Award.objects.filter(month=self.month).select_related("department"),
        }
        return render(request, "petitions/scores/report.html", context)


def levels_of(counts: Counts) -> list[Slice]:
    """Return the levels from the best on, as parts of one bar; none where nothing was rated."""
    slices: list[Slice] = []
    for level, label in sorted(Level.choices, reverse=True) if counts.ratings else []:
        begin = slices[-1].begin + slices[-1].width if slices else 0.0
        slices.append(Slice(str(label), level, Rate(counts.levels[level - 1], counts.ratings), begin))
    return slices


def trend_of_city(scores: MonthlyScores) -> list[tuple[date, Counts]]:
    """Return the city's last months, this one as it is read here, the oldest first; one without facts has zeros.

    One statement.
    """
    months = [shifted(scores.month, by) for by in range(1 - TREND_MONTHS, 0)]
    counted = counted_by(("month",), months)
    return [*((month, counted.get((month,), Counts())) for month in months), (scores.month, scores.city)]


def appeals_of(month: date) -> list[dict[str, Any]]:
    """Return by reason how many of the month's appeals were accepted, refused, or wait; each reason once.

    One statement.
    """
    pairs = list(Appeal.objects.filter(month=month).values_list("reason", "decision"))
    return [
        {"label": label, **{decision: pairs.count((reason, decision)) for decision in AppealDecision.values}}
        for reason, label in AppealReason.choices
    ]
