"""The page of a department's scorecard: score and rank, rates beside the city's, ratings, the last months."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from figures.pages.charts import WIDTH, charts
from figures.pages.league import rate_cells, rate_head
from figures.pages.score_page import DepartmentPage
from figures.queries import appeals, fact_rows, scores_known, trend_known
from petitions.models import IsSolved, Level
from scores.freezing import frozen_from
from scores.models import Ending
from scores.scorecard import UNRANKED, DepartmentScore, MonthlyScores
from scores.scoring import Counts, Rate
from ui.workbooks import Sheet

MONTHS = 12  # of the trend
# The rates: label, name in Counts, and the keys of BEHIND (figures/queries.py) for the facts in the numerator and in
# the denominator. The key for facts in the denominator alone is `<name>_missed`.
RATES: list[tuple[Any, str, str, str]] = [
    (_("响应率"), "response", "response_met", "response_of"),
    (_("解决率"), "resolution", "solved", "resolution_of"),
    (_("满意率"), "satisfaction", "satisfied", "ratings"),
    (_("按时报到率"), "check_in", "check_in_met", "check_in_of"),
    (_("按时联系率"), "contact", "contact_met", "contact_of"),
    (_("按时办结率"), "answer", "answer_met", "answer_of"),
]


@dataclass(frozen=True)
class RateRow:
    """A rate of the department and of the city. `behind_…` are keys of BEHIND for the facts that were counted."""

    label: Any
    own: Rate
    city: Rate
    behind_met: str
    behind_of: str
    behind_missed: str

    @property
    def missed(self) -> int:
        return self.own.of - self.own.met


@dataclass(frozen=True)
class Portion:
    """The ratings of one level: how many, and their place in a bar that is 100 wide."""

    level: Level
    number: int
    begin: float
    width: float

    @property
    def what(self) -> str:
        return f"level_{self.level}"


class ShowCard(DepartmentPage):
    """A department's scorecard; `?as=xlsx` gives it as a workbook, `?as=trend` the last twelve months as one."""

    url_name = "figures:scorecard"

    def get(self, request: HttpRequest, department: str) -> HttpResponse:
        wanted = request.GET.get("as")
        if wanted == "trend":
            return self.workbook(Sheet(_("近12个月"), _trend_head(), map(_trend_cells, self._trend())))
        scores = scores_known(self.month, self.user)
        card = self._own(scores)
        rows = rate_rows(card.counts, scores.city)
        if wanted == "xlsx":
            return self.workbook(Sheet(self.department, _head(), _cells(card, scores.city, rows)))
        return render(request, "figures/card.html", self._shown(scores, card, rows))

    def _own(self, scores: MonthlyScores) -> DepartmentScore:
        """Return the department's card of the month, or a card of zeros when it has none."""
        cards = (card for card in scores.cards if card.department == self.department)
        nothing = DepartmentScore(
            self.month, self.department, Counts(), *UNRANKED, is_frozen=scores.frozen_at is not None
        )
        return next(cards, nothing)

    def _trend(self) -> list[DepartmentScore]:
        return trend_known(self.department, self.user, last=self.month, months=MONTHS)

    def _shown(self, scores: MonthlyScores, card: DepartmentScore, rows: list[RateRow]) -> dict[str, Any]:
        year = self._trend()
        asked = appeals(self.user).filter(fact__department=self.department, fact__month=self.month)
        return self.head() | {
            "scores": scores,
            "card": card,
            "ranked": sum(one.rank is not None for one in scores.cards),
            "rows": rows,
            "portions": portions(card.counts),
            "solutions": solutions(card.counts),
            "endings": [(str(ending), ending.label, getattr(card.counts, ending)) for ending in Ending],
            "appeals": list(zip(asked, fact_rows((one.fact for one in asked), self.user), strict=True)),
            "is_withheld": any(one.counts.is_withheld for one in (*year, *scores.cards)),
            "charts": charts(year),
            "chart_width": WIDTH,
            "year": year,
            "frozen_from": frozen_from(self.month),
        }


def rate_rows(own: Counts, city: Counts) -> list[RateRow]:
    """Return the six rates in the order they are shown."""
    return [
        RateRow(label, getattr(own, name), getattr(city, name), met, of, f"{name}_missed")
        for label, name, met, of in RATES
    ]


def portions(counts: Counts) -> list[Portion]:
    """Return a portion of the bar for each of the five levels, the best first."""
    found, begin = [], 0.0
    for level in Level:
        number = counts.levels[level - 1]
        width = 100 * number / counts.ratings if counts.ratings else 0.0
        found.append(Portion(level, number, begin, width))
        begin += width
    return found


def solutions(counts: Counts) -> list[tuple[str, Any, int]]:
    """Return how many ratings say solved, partly and unsolved: for each the key of BEHIND, the label and the number."""
    unsolved = counts.ratings - counts.solved - counts.partly
    numbers = {"solved": counts.solved, "partly": counts.partly, "unsolved": unsolved}
    return [(name, label, number) for (name, number), label in zip(numbers.items(), IsSolved.labels, strict=True)]


def _head() -> list[Any]:
    shown = [_("比率"), _("分子"), _("分母"), _("95%下限"), _("95%上限")]
    return [_("指标"), *shown, *(_("全市%(name)s") % {"name": name} for name in shown)]


def _cells(card: DepartmentScore, city: Counts, rows: list[RateRow]) -> Iterator[list[Any]]:
    yield from ([row.label, *rate_cells(row.own), *rate_cells(row.city)] for row in rows)
    counts = card.counts
    numbers: list[tuple[Any, Any, Any]] = [
        (_("得分"), card.score, None),
        (_("名次"), card.rank, None),
        (_("计分件数"), counts.cycles, city.cycles),
        (_("剔除件数"), counts.excluded, city.excluded),
        (_("剔除评价"), counts.excluded_ratings, city.excluded_ratings),
        *((level.label, _of_level(counts, level), _of_level(city, level)) for level in Level),
        *((ending.label, getattr(counts, ending), getattr(city, ending)) for ending in Ending),
    ]
    yield from ([label, None, own, None, None, None, None, its] for label, own, its in numbers)


def _of_level(counts: Counts, level: Level) -> int | None:
    return None if counts.is_withheld else counts.levels[level - 1]


def _trend_head() -> list[Any]:
    rates = [cell for label, *_names in RATES for cell in rate_head(label)]
    return [_("月份"), _("得分"), _("名次"), _("计分件数"), *rates]


def _trend_cells(card: DepartmentScore) -> list[Any]:
    rates = [cell for row in rate_rows(card.counts, Counts()) for cell in rate_cells(row.own)]
    return [f"{card.month:%Y-%m}", card.score, card.rank, card.counts.cycles, *rates]
