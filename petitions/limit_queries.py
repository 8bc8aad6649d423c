"""What pages read about limits: the clocks of a petition, the ledgers of extension and hold, supervision orders.

Like petitions/queries.py: deny by default, a stated number of statements.
"""

from datetime import date, datetime

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Role, User
from departments.calendars import calendars_of
from departments.models import Department
from petitions.clock_reading import ClockReading
from petitions.models import (
    ANSWER_CLOCKS,
    SUBJECT,
    Assignment,
    Clock,
    ClockKind,
    Decision,
    EventKind,
    Extension,
    Hold,
    Petition,
    SupervisionOrder,
)
from petitions.models.clock import ClockQuerySet
from petitions.models.ledger import HoldQuerySet
from petitions.permissions import can_see_internal
from record.models import Event

# The enterprise's own limits, and how long the departments may take for their answers.
PUBLIC_CLOCKS = (ClockKind.RESOLVE_ENTERPRISE, ClockKind.RATE, *ANSWER_CLOCKS)
ORDER_EVENTS = (EventKind.ISSUE_ORDER, EventKind.REPLY_ORDER, EventKind.ACCEPT_ORDER, EventKind.REJECT_ORDER)


def readable_clocks(petition: Petition, user: User) -> ClockQuerySet:
    """The petition's clocks that the user may read. The enterprise: its own, and the departments' for their answers.

    With pauses; for the government with cards and requests too. Two statements, or five.
    """
    clocks = petition.clocks.select_related("petition", "department", "rule", "assignment")
    if can_see_internal(user):
        return clocks.prefetch_related("pauses", "escalations", "extensions", "holds")
    is_live = Q(assignment__isnull=True) | Q(assignment__ended_at__isnull=True)
    return clocks.filter(is_live, kind__in=PUBLIC_CLOCKS).prefetch_related("pauses")


def clock_readings(clocks: ClockQuerySet, now: datetime) -> list[ClockReading]:
    """Read these clocks at a moment: those that run first, by due time. One statement more than the clocks take."""
    rows = list(clocks)
    calendars = calendars_of(clock.department_id for clock in rows) if rows else {}
    readings = [ClockReading(clock, calendars[clock.department_id], now) for clock in rows]
    # What rests has no due time and comes after what runs.
    return sorted(
        readings,
        key=lambda one: (one.clock.stopped_at is not None, one.clock.due_at is None, one.clock.due_at or now),
    )


def extensions(user: User) -> QuerySet[Extension]:
    """Extensions the user may know of, the last asked for first: a supervisor all, a department its own."""
    rows = Extension.objects.select_related(*LEDGER_ROW).order_by("-asked_at", "-pk")
    return rows.filter(_own_requests(user))


def holds(user: User) -> HoldQuerySet:
    """Holds the user may know of, the next to be reviewed first: a supervisor all, a department its own."""
    rows = Hold.objects.select_related(*LEDGER_ROW).order_by("review_date", "pk")
    return rows.filter(_own_requests(user))


LEDGER_ROW = (
    "assignment__department",
    "assignment__petition__petitioner__enterprise",
    "assignment__petition__category",
    "clock",
    "asked_by",
    "decided_by",
)


def _own_requests(user: User) -> Q:
    if user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        return Q()
    return Q(assignment__in=Assignment.objects.live().of(user))


# Waits for a decision. What was asked about a limit that stopped meanwhile needs none any more.
PENDING = Q(decision=Decision.PENDING, clock__stopped_at__isnull=True)
RUNNING = Q(decision=Decision.APPROVED, resumed_at__isnull=True)


def ledger_counts(user: User, today: date) -> dict[str, int]:
    """How many extensions and holds wait for a decision, how many holds run, how many reviews are overdue.

    Two statements.
    """
    of_holds = holds(user).aggregate(
        holds=models.Count("pk", filter=PENDING),
        running=models.Count("pk", filter=RUNNING),
        overdue=models.Count("pk", filter=RUNNING & Q(review_date__lt=today)),
    )
    return {"extensions": extensions(user).filter(PENDING).count()} | of_holds


def orders(user: User) -> QuerySet[SupervisionOrder]:
    """Supervision orders the user may know of, the newest first. One statement.

    A supervisor all, a leader those on petitions that are not confidential, a department its own, also when the
    petition left it. `due_at` and `stopped_at` are those of the order's last clock.
    """
    allowed = Q(department__in=Department.objects.of(user))
    if user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        allowed = Q()
    elif user.has_role(Role.LEADER):
        allowed |= Q(petition__is_confidential=False)
    limits = Clock.objects.filter(order=OuterRef("pk")).order_by("-started_at")
    return (
        SupervisionOrder.objects.filter(allowed)
        .select_related(
            "petition__petitioner__enterprise",
            "petition__category",
            "department",
            "issued_by",
            "replied_by",
            "closed_by",
        )
        .annotate(
            due_at=Subquery(limits.values("due_at")[:1]),
            stopped_at=Subquery(limits.values("stopped_at")[:1]),
        )
        .order_by("-issued_at", "-pk")
    )


def order_history(order: SupervisionOrder) -> QuerySet[Event]:
    """What happened to the order, oldest first: rejected replies are found here. One statement."""
    events = Event.objects.of_keys(SUBJECT, [order.petition_id])
    events = events.filter(kind__in=ORDER_EVENTS, data__order=order.number)
    return events.select_related("by", "department").order_by("pk")


def order_clocks(order: SupervisionOrder) -> ClockQuerySet:
    """The order's clocks, one for each time a reply was asked for."""
    return (
        Clock.objects.filter(order=order)
        .select_related("petition", "department", "rule", "assignment")
        .prefetch_related("pauses", "escalations", "extensions", "holds")
    )
