"""The scorecards of a month: computed live from its facts, or read as they were frozen.

One statement counts the facts of all departments, from an index that holds every column it needs (CycleFact.Meta).
scores/scoring.py makes rates, scores and ranks of the counts. A frozen month is read as stored, never counted again.
Left out: who may see a scorecard (figures/queries.py), and how it looks (figures/pages).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from departments.models import Department
from departments.working_calendar import FIRST_YEAR, LAST_YEAR
from scores.models import OF_THE_RATING, AppealDecision, Ending, FrozenMonth, Scorecard, ScoreFormula
from scores.scoring import Counts, Standing, pooled, standings
from verbs.database import IN_THE_CITY
from verbs.dates import read_month

MONTHS = """
SELECT month::date FROM generate_series(
           coalesce((SELECT min(month) FROM scores_cyclefact), %(until)s)::timestamp,
           %(until)s::timestamp, '1 month') AS month
 WHERE month::date = %(until)s OR EXISTS (SELECT FROM scores_cyclefact fact WHERE fact.month = month.month::date)
 ORDER BY 1 DESC
"""
UNRANKED = Standing(None, None)

# In `tally`, `facts` says how often a row counts as a cycle, `ratings` how often its rating counts. Facts with equal
# values become one row, and both are their number. Each accepted appeal adds one row that subtracts its fact: -1 in
# both, or only in `ratings` when the rating alone is excluded. So a join is needed for the few appeals only.
COUNT = """
WITH tally AS (
    SELECT {groups}, {shape}, count(*)::int AS facts, count(*)::int AS ratings
      FROM scores_cyclefact fact
     WHERE fact.month = ANY(%(months)s) {known}
     GROUP BY {names}, {shape}
     UNION ALL
    SELECT {groups}, {shape},
           CASE WHEN appeal.reason = ANY(%(of_the_rating)s) THEN 0 ELSE -1 END, -1
      FROM scores_cyclefact fact JOIN scores_appeal appeal ON appeal.fact_id = fact.id
     WHERE appeal.decision = %(accepted)s AND appeal.month = ANY(%(months)s) {known}
)
SELECT {names}, {counts} FROM tally GROUP BY {names}
"""
# What facts can be grouped by: the name of the output column, and its expression on what was stored with the fact.
# `years` is the enterprise's age in full years at the dispatch. GROUP BY would take a column of the facts before an
# output column of the same name, so no name but `month` is a column of the facts.
GROUPS = {
    "month": "fact.month",
    "department": "fact.department_id",
    "category": "fact.category_id",
    "size": "fact.enterprise_size",
    "ownership": "fact.enterprise_ownership",
    "park": "fact.enterprise_region_id",
    "years": f"extract(year FROM age((fact.dispatched_at {IN_THE_CITY})::date, fact.enterprise_founded_date))::int",
}
# This condition leaves out facts that came after their month was frozen.
AS_FROZEN = """AND NOT EXISTS (SELECT FROM scores_frozenmonth frozen
                       WHERE frozen.month = fact.month AND frozen.last_fact < fact.id)"""
_SHAPE = "ending, level, is_solved, is_check_in_on_time, is_contact_on_time, is_answer_on_time, is_anonymous"
_IS_ASKED = "(is_check_in_on_time IS NOT NULL OR is_contact_on_time IS NOT NULL)"
_AGGREGATES = {
    "cycles": "sum(facts)",
    "excluded": "-sum(facts) FILTER (WHERE facts < 0)",
    "excluded_ratings": "-sum(ratings) FILTER (WHERE facts = 0 AND level IS NOT NULL)",
    "response_of": f"sum(facts) FILTER (WHERE {_IS_ASKED})",
    "response_met": f"sum(facts) FILTER (WHERE {_IS_ASKED} AND is_check_in_on_time IS NOT FALSE"
    " AND is_contact_on_time IS NOT FALSE)",
    "solved": "sum(ratings) FILTER (WHERE is_solved = 'yes')",
    "partly": "sum(ratings) FILTER (WHERE is_solved = 'partly')",
    "anonymous": "sum(ratings) FILTER (WHERE is_anonymous AND level IS NOT NULL)",
}
_AGGREGATES |= {ending: f"sum(facts) FILTER (WHERE ending = '{ending}')" for ending in Ending.values}
_AGGREGATES |= {f"level_{level}": f"sum(ratings) FILTER (WHERE level = {level})" for level in range(1, 6)}
for _limit in ("check_in", "contact", "answer"):
    _AGGREGATES[f"{_limit}_of"] = f"sum(facts) FILTER (WHERE is_{_limit}_on_time IS NOT NULL)"
    _AGGREGATES[f"{_limit}_met"] = f"sum(facts) FILTER (WHERE is_{_limit}_on_time)"


@dataclass(frozen=True)
class DepartmentScore:
    """One department's scorecard of a month. `score` and `rank` are None when the department has too few cycles."""

    month: date
    department: Department
    counts: Counts
    score: Decimal | None
    rank: int | None
    is_frozen: bool


@dataclass(frozen=True)
class MonthlyScores:
    """The scorecards of all departments for one month.

    cards      by rank; departments without a rank come last
    city       the counts of all departments together
    frozen_at  None as long as the month is live
    """

    month: date
    formula: ScoreFormula
    frozen_at: datetime | None
    cards: tuple[DepartmentScore, ...]
    city: Counts


def counted(months: Iterable[date], *, as_frozen: bool = False) -> dict[tuple[date, int], Counts]:
    """Return the counts by (month, department's key); a department without facts is missing. One statement.

    months     the first day of each
    as_frozen  leave out facts that came after their month was frozen
    """
    return counted_by(("month", "department"), months, as_frozen=as_frozen)


def counted_by(names: Sequence[str], months: Iterable[date], *, as_frozen: bool = True) -> dict[Any, Counts]:
    """Count the facts of the months, grouped by one or more of GROUPS. One statement.

    names      what to group by: keys of GROUPS
    months     the first day of each
    as_frozen  leave out facts that came after their month was frozen
    Returns the counts by tuples of the groups' values, in the order of `names`; where a fact has no value, the tuple
            has None, or "" for a text. Combinations without facts are missing
    """
    known = AS_FROZEN if as_frozen else ""
    counts = [field.name for field in fields(Counts)]
    values: dict[str, Any] = {
        "months": list(months),
        "of_the_rating": [str(reason) for reason in OF_THE_RATING],
        "accepted": str(AppealDecision.ACCEPTED),
    }
    statement = COUNT.format(
        groups=", ".join(f"{GROUPS[name]} AS {name}" for name in names),
        names=", ".join(names),
        shape=_SHAPE,
        known=known,
        counts=", ".join(_AGGREGATES[name] for name in counts),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[: len(names)]: Counts(*(number or 0 for number in row[len(names) :])) for row in cursor.fetchall()}


def formula_of(month: date) -> ScoreFormula:
    """Return the formula in force on the month's first day. One statement."""
    return ScoreFormula.objects.filter(valid_from__lte=month).latest("valid_from")


def live_month(month: date) -> MonthlyScores:
    """Return the month's scorecards, computed from its facts and appeals as they are now. Three statements.

    month  the month's first day
    """
    formula = formula_of(month)
    counts = {department: own for (_month, department), own in counted([month]).items()}
    departments = Department.objects.in_bulk(list(counts))
    placed = standings(counts, formula)
    cards = [
        DepartmentScore(month, departments[key], own, *placed[key], is_frozen=False) for key, own in counts.items()
    ]
    return _by_rank(month, formula, None, cards)


def month_of(month: date) -> MonthlyScores:
    """Return the month's scorecards: as they were frozen, else live. Two statements for a frozen month, else four.

    month  the month's first day
    """
    frozen = FrozenMonth.objects.select_related("formula").filter(pk=month).first()
    if frozen is None:
        return live_month(month)
    rows = frozen.scorecards.select_related("department")
    return _by_rank(month, frozen.formula, frozen.frozen_at, [_frozen_card(row, row.department) for row in rows])


def trend(department: Department, *, last: date, months: int) -> list[DepartmentScore]:
    """Return a department's scorecards of several months, the oldest first; a month without facts has one of zeros.

    At most four statements, however many months.
    last    the last month's first day
    months  how many months, the last one included
    """
    wanted = [shifted(last, by) for by in range(1 - months, 1)]
    frozen = set(FrozenMonth.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    rows = Scorecard.objects.filter(department=department, month__in=frozen)
    cards = {row.month_id: _frozen_card(row, department) for row in rows}
    cards |= _live_cards(department, [month for month in wanted if month not in frozen])
    return [
        cards.get(month) or DepartmentScore(month, department, Counts(), *UNRANKED, is_frozen=month in frozen)
        for month in wanted
    ]


def _live_cards(department: Department, months: list[date]) -> dict[date, DepartmentScore]:
    if not months:
        return {}
    formulas = list(ScoreFormula.objects.order_by("-valid_from"))
    by_month: dict[date, dict[int, Counts]] = {}
    for (month, key), counts in counted(months).items():
        by_month.setdefault(month, {})[key] = counts
    cards = {}
    for month, everybody in by_month.items():
        if department.pk in everybody:
            formula = next(row for row in formulas if row.valid_from <= month)
            standing = standings(everybody, formula)[department.pk]
            cards[month] = DepartmentScore(month, department, everybody[department.pk], *standing, is_frozen=False)
    return cards


def _frozen_card(row: Scorecard, department: Department) -> DepartmentScore:
    return DepartmentScore(row.month_id, department, Counts(**row.counts), row.score, row.rank, is_frozen=True)


def _by_rank(
    month: date, formula: ScoreFormula, frozen_at: datetime | None, cards: Iterable[DepartmentScore]
) -> MonthlyScores:
    ordered = sorted(cards, key=lambda card: (card.rank is None, card.rank, card.department.pk))
    return MonthlyScores(month, formula, frozen_at, tuple(ordered), pooled(card.counts for card in ordered))


def months_scored(*, until: date) -> list[date]:
    """Return the first days of the months that have facts, the newest first.

    The month of the day `until` is always among them; later months never are. One statement, with one index lookup for
    each month.
    """
    this_month = until.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, {"until": this_month})
        return [month for (month,) in cursor.fetchall()]


def month_from(text: str) -> date:
    """Return the first day of the month that a text such as 2026-10 names.

    Raises  ValueError, also for a month outside the calendar
    """
    month = read_month(text)
    if not FIRST_YEAR < month.year < LAST_YEAR:  # pages also read months before this one, and the days after it
        raise ValueError("outside the calendar")
    return month


def shifted(month: date, by: int) -> date:
    """Return the first day of the month that lies `by` months after a given month; a negative `by` goes back.

    month  any day of the given month
    """
    years, index = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(years, index + 1, 1)
