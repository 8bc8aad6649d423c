"""What the leader's screen and the other figures read: petitions of a month, cards, orders, groups of enterprises.

Like petitions/queries.py: petitions start from `visible_to`, so that a number is that of the list it leads to. What is
made of facts is everybody's: who may read it is the page's to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from departments.models import Category, Department
from departments.working_calendar import ZONE
from petitions.limit_queries import orders
from petitions.models import Card, Escalation, OrderState, Petition, State
from petitions.narrowing import overdue
from scores.models import Appeal, AppealDecision
from scores.scorecard import counted_by, shifted
from scores.scoring import Counts, pooled


@dataclass(frozen=True)
class PetitionFigures:
    """A month's petitions as the reader may know of them; the last two are of now."""

    reported: int
    answered: int
    overdue: int
    unrated: int


def petition_figures(user: User, months: Iterable[date], now: datetime) -> list[PetitionFigures]:
    """Return the figures of each of the months, in their order. Two statements, and two for each month.

    A count to each, since each has an index of its own.
    """
    visible = Petition.objects.visible_to(user).order_by()
    late, unrated = overdue(visible, now).count(), visible.filter(state=State.RESOLVED).count()
    counts = [
        [visible.filter(within(field, month)).count() for field in ("reported_at", "resolved_at")] for month in months
    ]
    return [PetitionFigures(reported, answered, late, unrated) for reported, answered in counts]


def within(field: str, month: date) -> Q:
    """Return the condition that a moment lies in the month."""
    begin, end = (datetime.combine(day, time(), ZONE) for day in (month, shifted(month, 1)))
    return Q(**{f"{field}__gte": begin, f"{field}__lt": end})


def card_figures(user: User, month: date) -> dict[str, int]:
    """Return how many petitions got a yellow and how many a red card in the month. One statement."""
    raised = _known_cards(user).filter(within("at", month), card__in=(Card.YELLOW, Card.RED))
    return raised.aggregate(
        yellow=Count("petition", filter=Q(card=Card.YELLOW), distinct=True),
        red=Count("petition", filter=Q(card=Card.RED), distinct=True),
    )


def talks(user: User) -> int:
    """Return how many petitions are answered for in a talk now. One statement."""
    held = _known_cards(user).filter(card=Card.INTERVIEW, petition__state=State.ASSIGNED)
    return held.values("petition").distinct().count()


def _known_cards(user: User) -> QuerySet[Escalation]:
    return Escalation.objects.filter(petition__in=Petition.objects.visible_to(user)).order_by()


def known_petitions(user: User, numbers: Iterable[str]) -> dict[str, str]:
    """Return the titles of those of these petitions that the user may know of, by number. One statement."""
    return dict(Petition.objects.visible_to(user).filter(number__in=set(numbers)).values_list("number", "title"))


def order_figures(user: User) -> dict[str, int]:
    """Return how many supervision orders wait for their reply, and how many replies for a judgement. One statement."""
    return (
        orders(user)
        .order_by()
        .aggregate(
            issued=Count("pk", filter=Q(state=OrderState.ISSUED)),
            replied=Count("pk", filter=Q(state=OrderState.REPLIED)),
        )
    )


def appeals_waiting() -> int:
    """Return how many appeals wait for a decision. One statement."""
    return Appeal.objects.filter(decision=AppealDecision.PENDING).count()


@dataclass(frozen=True)
class HeatRow:
    """A department's counts by its categories' keys; None for what has no category."""

    department: Department | None
    counts: dict[int | None, Counts]


Columns = dict[int | None, Category | None]  # by key, as they are shown


def by_category(months: Iterable[date], opened: Category | None) -> tuple[Columns, list[HeatRow]]:
    """Return the categories and the departments that have facts in the months, and what was counted.

    Three statements.
    opened  a first-level category, whose second level is returned; without one the first level
    """
    counted = counted_by(("department", "category"), months)
    known = Category.objects.in_bulk()
    rows: dict[int, dict[int | None, list[Counts]]] = {}
    for (department, key), counts in counted.items():
        parent = known[key].parent_id or key if key else None
        if opened is None or parent == opened.pk:
            column = key if opened else parent
            rows.setdefault(department, {}).setdefault(column, []).append(counts)
    departments = Department.objects.in_bulk(list(rows))
    keys = {key for row in rows.values() for key in row}
    columns: Columns = {key: known[key] for key in sorted(key for key in keys if key)}
    return columns | dict.fromkeys(keys & {None}), [
        HeatRow(departments[key], {column: pooled(several) for column, several in rows[key].items()})
        for key in sorted(rows)
    ]
