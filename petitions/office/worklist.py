"""A department's worklist: its queue, with the person who has each part today and how near each limit is.

`person_id` is who does the work today: the handler, or the substitute while the handler is out of office. It is None
where that person no longer works in the department, so no part is shown as the work of somebody who is not there.
How near a limit is, is counted by the city's calendar: today, or within the time of two working days (assumption).
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.calendars import calendar_of
from departments.models import Absence, Membership
from petitions import queries
from petitions.models import Assignment

# Tabs of the queue.
TABS: dict[str, object] = {
    "": _("全部"),
    "mine": _("我的"),
    "unassigned": _("未分配"),
    "new": _("待报到"),
    "overdue": _("已超时"),
}
# Columns of the board, the most urgent first.
COLUMNS: dict[str, object] = {
    "over": _("已超时"),
    "today": _("今天到期"),
    "soon": _("2个工作日内"),
    "later": _("更晚"),
    "held": _("挂账暂停"),
}
SOON_DAYS = 2
CARDS = 20  # at most so many cards in one column; the others are a click away


def worklist(user: User, now: datetime) -> QuerySet[Assignment]:
    """Return the queue of the user's departments; `person_id` and `person_name` say who has the part today.

    One statement.
    """
    away = Absence.objects.on(timezone.localdate(now)).filter(user=OuterRef("handler"))
    substitute = away.filter(Exists(_works_there("substitute", OuterRef(OuterRef("department")))))
    person = Case(
        When(Exists(away), then=Subquery(substitute.values("substitute")[:1])),
        When(Exists(_works_there("handler", OuterRef("department"))), then=F("handler")),
        default=None,
        output_field=BigIntegerField(),
    )
    named = User.objects.filter(pk=OuterRef("person_id")).values("display_name")
    return queries.queue(user).annotate(person_id=person).annotate(person_name=Subquery(named[:1]))


def _works_there(person: str, department: OuterRef) -> QuerySet[Membership]:
    return Membership.objects.filter(
        user=OuterRef(person), department=department, user__is_active=True, user__roles__overlap=["handler", "head"]
    )


def shown(rows: QuerySet[Assignment], show: str, user: User, now: datetime) -> QuerySet[Assignment]:
    """Return the rows of one tab of the queue (a key of TABS); all rows for an unknown tab."""
    narrowed = {
        "mine": Q(person_id=user.pk),
        "unassigned": Q(person_id__isnull=True),
        "new": Q(checked_in_at__isnull=True),
        "overdue": Q(due_at__lt=now),
    }
    return rows.filter(narrowed.get(show, Q()))


def counts(user: User, now: datetime) -> dict[str, int]:
    """Return how many parts the user's departments have yet to answer: `all`, and by tab of the queue.

    One statement.
    """
    return worklist(user, now).aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(person_id=user.pk)),
        unassigned=Count("pk", filter=Q(person_id__isnull=True)),
        new=Count("pk", filter=Q(checked_in_at__isnull=True)),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
    )


def by_time_left(rows: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    """Add `column` to the rows: how near the end of the limit is (a key of COLUMNS). Only the calendar is read."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time(0)))
    calendar = calendar_of(None)
    soon = calendar.add_hours(now, SOON_DAYS * calendar.minutes_a_day / 60) or midnight
    return rows.annotate(
        column=Case(
            When(due_at__isnull=True, then=Value("held")),
            When(due_at__lt=now, then=Value("over")),
            When(due_at__lt=midnight, then=Value("today")),
            When(due_at__lte=soon, then=Value("soon")),
            default=Value("later"),
            output_field=CharField(),
        )
    )


def columns(rows: QuerySet[Assignment]) -> list[tuple[str, object, list[Assignment], int]]:
    """Return the rows of by_time_left as columns: name, label, the first rows, number of all its rows.

    Two statements.
    """
    totals: dict[str, int] = dict(rows.order_by().values_list("column").annotate(Count("pk")))  # type: ignore[misc]
    place = Window(RowNumber(), partition_by=F("column"), order_by=[F("due_at").asc(nulls_last=True), F("pk")])
    cards: dict[str, list[Assignment]] = {name: [] for name in COLUMNS}
    for row in rows.annotate(place=place).filter(place__lte=CARDS):
        cards[row.column].append(row)  # type: ignore[attr-defined]
    return [(name, label, cards[name], totals.get(name, 0)) for name, label in COLUMNS.items()]


def chosen(user: User, keys: Iterable[int]) -> list[Assignment]:
    """Return the parts with these keys that are the user's departments' and were not taken back, oldest first.

    One statement.
    """
    rows = Assignment.objects.live().of(user).filter(pk__in=list(keys))
    return list(rows.select_related("petition__petitioner", "department").order_by("dispatched_at", "pk"))
