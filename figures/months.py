"""What the overview, the awards and the heat map read: petitions, cards, orders, appeals, facts by category.

As in petitions/queries.py, reads of petitions start from `visible_to`, and a month's numbers are narrowed by the same
functions as the lists (petitions/narrowing.py): so a number equals the length of the list that it links to. A month
counts what happened in it, so no later step changes the number of a month that is over. Figures made of facts are not
narrowed to the user: the page decides who may read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q

from accounts.models import User
from departments.models import Category, Department
from departments.working_calendar import ZONE
from limits.models import Card, Escalation
from petitions.clocks.nearest import RunningLimits
from petitions.models import SUBJECT, OrderState, Petition, State
from petitions.narrowing import dated, raised
from petitions.supervision.known import orders
from scores.models import Appeal, AppealDecision
from scores.scorecard import counted_by, shifted
from scores.scoring import Counts, pooled


@dataclass(frozen=True)
class PetitionFigures:
    """Numbers of petitions that the reader may know of.

    `reported` and `answered` are of one month; `overdue` (any limit has passed) and `unrated` of the present moment.
    """

    reported: int
    answered: int
    overdue: int
    unrated: int


def petition_figures(user: User, months: Iterable[date], now: datetime) -> list[PetitionFigures]:
    """Return the figures of each month, in the order of `months`. Two statements, and two for each month.

    Each number is counted by a statement of its own, because each has its own index.
    months  the first day of each
    """
    visible = Petition.objects.visible_to(user).order_by()
    late, unrated = RunningLimits(user).late(visible, now).count(), visible.filter(state=State.RESOLVED).count()
    counts = [[dated(visible, what, *_ends_of(month)).count() for what in ("reported", "answered")] for month in months]
    return [PetitionFigures(reported, answered, late, unrated) for reported, answered in counts]


def _ends_of(month: date) -> tuple[datetime, datetime]:
    """Return the moment at which the month begins and the one at which the next month does, in the city's time."""
    begin, end = (datetime.combine(day, time(), ZONE) for day in (month, shifted(month, 1)))
    return begin, end


def card_figures(user: User, month: date) -> dict[str, int]:
    """Return how many petitions that the user may see got a yellow card in the month, and how many a red one.

    Under the keys `yellow` and `red`. A card counts in the month in which it was raised. One statement.
    """
    visible = Petition.objects.visible_to(user).order_by().values("pk")
    cards = raised(*_ends_of(month)).filter(card__in=(Card.YELLOW, Card.RED), subject_id__in=visible)
    return cards.aggregate(
        yellow=Count("subject_id", filter=Q(card=Card.YELLOW), distinct=True),
        red=Count("subject_id", filter=Q(card=Card.RED), distinct=True),
    )


def talks(user: User) -> int:
    """Return how many assigned petitions that the user may see have reached the interview level. One statement."""
    held = Petition.objects.visible_to(user).filter(state=State.ASSIGNED)
    asked = Escalation.objects.of_keys(SUBJECT, held.order_by().values("pk")).filter(card=Card.INTERVIEW)
    return asked.order_by().values("subject_id").distinct().count()


def known_petitions(user: User, numbers: Iterable[str]) -> dict[str, str]:
    """Return the titles of the petitions with these numbers, by number, if the user may know of them. One statement."""
    return dict(Petition.objects.visible_to(user).filter(number__in=set(numbers)).values_list("number", "title"))


def order_figures(user: User) -> dict[str, int]:
    """Return how many supervision orders wait for a reply (`issued`), and how many for a judgement (`replied`).

    Only orders that the user may know of are counted. One statement.
    """
    return (
        orders(user)
        .order_by()
        .aggregate(
            issued=Count("pk", filter=Q(state=OrderState.ISSUED)),
            replied=Count("pk", filter=Q(state=OrderState.REPLIED)),
        )
    )


def appeals_waiting() -> int:
    """Return how many appeals have no decision yet, of all departments and months. One statement."""
    return Appeal.objects.filter(decision=AppealDecision.PENDING).count()


@dataclass(frozen=True)
class HeatRow:
    """A department's counts, by the key of the category; facts without a category are under None."""

    department: Department | None
    counts: dict[int | None, Counts]


Columns = dict[int | None, Category | None]  # by key, in the order they are shown; None: without a category


def by_category(months: Iterable[date], opened: Category | None) -> tuple[Columns, list[HeatRow]]:
    """Return the categories that have facts in the months, and a row of counts for each department that has facts.

    Three statements.
    opened  None to count by first-level categories; or one of these, to count by its second-level categories alone
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
