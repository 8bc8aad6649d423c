"""The league: a month's scorecards by rank, with the intervals of their rates and how far each department moved.

A department with too few cycles comes last, without a rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from figures.pages.score_page import MonthPage, ScorePage
from figures.queries import departments_scored, scores_known
from scores.freezing import freeze_month, frozen_from
from scores.scorecard import DepartmentScore, MonthlyScores, month_from, shifted
from scores.scoring import Rate
from ui.workbooks import Share, Sheet
from verbs.refusals import Refusal


@dataclass(frozen=True)
class Row:
    """A scorecard, and how many ranks it has risen since the month before; None unless it has a rank in both months."""

    card: DepartmentScore
    moved: int | None


class League(MonthPage):
    """The page of the league of a month; with `?as=xlsx` a workbook."""

    url_name = "figures:league"

    def get(self, request: HttpRequest) -> HttpResponse:
        scores = scores_known(self.month, self.user)
        earlier = scores_known(shifted(self.month, -1), self.user)
        rows = rows_of(scores, earlier)
        if request.GET.get("as") == "xlsx":
            return self.workbook(league_sheet(rows))
        moment = frozen_from(self.month)
        context = {
            "scores": scores,
            "rows": rows,
            "earlier": None if _has_ranks(scores) or not _has_ranks(earlier) else earlier.month,
            "is_withheld": any(row.card.counts.is_withheld for row in rows),
            "frozen_from": moment,
            "may_freeze": self.user.has_role(Role.SUPERVISOR) and not scores.frozen_at and self.now >= moment,
            "open_to": set(departments_scored(self.user).values_list("pk", flat=True)),
        }
        return render(request, "figures/league.html", self.head() | context)


class FreezeMonth(ScorePage):
    """Freeze a month by hand; the job does it too (config/schedule.py)."""

    roles = (Role.SUPERVISOR,)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            month = month_from(request.POST.get("month", ""))
        except ValueError as problem:
            raise Http404 from problem
        try:
            freeze_month(month=month, by=self.user, now=self.now)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("%(month)s的成绩已经冻结。") % {"month": f"{month:%Y-%m}"})
        return redirect(f"{reverse('figures:league')}?month={month:%Y-%m}")


def _has_ranks(scores: MonthlyScores) -> bool:
    return any(card.rank is not None for card in scores.cards)


def rows_of(scores: MonthlyScores, before: MonthlyScores) -> list[Row]:
    """Return a row for each scorecard of `scores`, with its movement since the month before (`before`)."""
    ranks = {card.department.pk: card.rank for card in before.cards}
    return [Row(card, _moved(ranks.get(card.department.pk), card.rank)) for card in scores.cards]


def _moved(before: int | None, now: int | None) -> int | None:
    return before - now if before is not None and now is not None else None


def league_sheet(rows: Sequence[Row]) -> Sheet:
    """Return the league as a table of a workbook."""
    return Sheet(_("部门排名"), _head(), map(_cells, rows))


def _head() -> list[str]:
    rates = [cell for name in (_("响应率"), _("解决率"), _("满意率"), _("按时办结率")) for cell in rate_head(name)]
    return [_("名次"), _("部门"), _("得分"), _("变化"), _("计分件数"), _("剔除件数"), *rates]


def rate_head(name: Any) -> list[str]:
    """Return the column heads for the five cells of a rate (`rate_cells`)."""
    words = [_("%(rate)s分子"), _("%(rate)s分母"), _("%(rate)s下限"), _("%(rate)s上限")]
    return [str(name), *(word % {"rate": name} for word in words)]


def _cells(row: Row) -> list[Any]:
    card, counts = row.card, row.card.counts
    rates = (counts.response, counts.resolution, counts.satisfaction, counts.answer)
    flat = [cell for rate in rates for cell in rate_cells(rate)]
    return [card.rank, card.department, card.score, row.moved, counts.cycles, counts.excluded, *flat]


def rate_cells(rate: Rate) -> list[Any]:
    """Return a rate's five cells: share, numerator, denominator, ends of the interval; all empty if it is withheld."""
    if rate.is_withheld:
        return [None] * 5
    share, low, high = (None if end is None else Share(end) for end in (rate.share, rate.low, rate.high))
    return [share, rate.met, rate.of, low, high]
