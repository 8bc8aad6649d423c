"""What pages read about supervision: extensions and holds, supervision orders and their clocks.

As in petitions/queries.py, everything is denied by default; docstrings state the number of statements.
"""

from datetime import date, datetime

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Role, User
from departments.models import Department
from limits.models import ClockQuerySet
from limits.queries import readings
from limits.reading import ClockReading
from petitions.models import (
    SUBJECT,
    Assignment,
    Decision,
    EventKind,
    Extension,
    Hold,
    OrderClock,
    Petition,
    SupervisionOrder,
)
from petitions.models.request import HoldQuerySet
from petitions.permissions import can_see_internal
from record.models import Event

ORDER_EVENTS = (
    *(EventKind.ISSUE_ORDER, EventKind.MOVE_ORDER, EventKind.REPLY_ORDER),
    *(EventKind.ACCEPT_ORDER, EventKind.REJECT_ORDER),
)


def extensions(user: User) -> QuerySet[Extension]:
    """Extensions the user may know of, the latest request first: a supervisor knows all, a department its own."""
    rows = Extension.objects.select_related(*REQUEST_ROW).order_by("-asked_at", "-pk")
    return rows.filter(_own_requests(user))


def holds(user: User) -> HoldQuerySet:
    """Holds the user may know of, the next to be reviewed first: a supervisor knows all, a department its own."""
    rows = Hold.objects.select_related(*REQUEST_ROW).order_by("review_date", "pk")
    return rows.filter(_own_requests(user))


REQUEST_ROW = (
    "assignment__department",
    "assignment__petition__petitioner__enterprise",
    "assignment__petition__category",
    "clock__department",
    "asked_by",
    "decided_by",
)


def _own_requests(user: User) -> Q:
    if user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        return Q()
    return Q(assignment__in=Assignment.objects.live().of(user))


# PENDING: the request waits for a decision; if its clock has stopped meanwhile, it needs none any more.
PENDING = Q(decision=Decision.PENDING, clock__stopped_at__isnull=True)
RUNNING = Q(decision=Decision.APPROVED, resumed_at__isnull=True)


def request_counts(user: User, today: date) -> dict[str, int]:
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

    A supervisor knows all, a leader those on petitions that are not confidential, a department its own, even when it
    does not hold the petition any more. `due_at` and `stopped_at` are those of the order's last clock.
    """
    allowed = Q(department__in=Department.objects.of(user))
    if user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        allowed = Q()
    elif user.has_role(Role.LEADER):
        allowed |= Q(petition__is_confidential=False)
    limits = OrderClock.objects.filter(order=OuterRef("pk")).order_by("-started_at")
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
    """The events about the order, oldest first; rejected replies are kept here. One statement."""
    events = Event.objects.of_keys(SUBJECT, [order.petition_id])
    events = events.filter(kind__in=ORDER_EVENTS, data__order=order.number)
    return events.select_related("by", "department").order_by("pk")


def known_order_clocks(user: User) -> ClockQuerySet[OrderClock]:
    """The clocks of orders on petitions that the user may see; none for the enterprise."""
    clocks: ClockQuerySet[OrderClock] = OrderClock.objects.filter(
        order__petition__in=Petition.objects.visible_to(user).order_by()
    )
    return clocks if can_see_internal(user) else clocks.none()


def order_readings(order: SupervisionOrder, now: datetime) -> list[ClockReading]:
    """Read the order's clocks: one for each time that a reply was asked for, a running one first. Three statements."""
    clocks = OrderClock.objects.filter(order=order).select_related("order__petition", "department", "rule")
    return readings(clocks, now, with_levels=True)
