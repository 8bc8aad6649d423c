"""Which running limit ends first, and which petitions are late: over all limits that the reader may know.

A petition has limits of its own, of each department's part, and of each supervision order. A child has no limits of
departments: its parent's count for it, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Least

from accounts.models import Role, User
from departments.calendars import calendars_of
from departments.models import Department
from limits.models import ClockQuerySet
from limits.reading import ClockReading
from petitions.clocks.reading import PUBLIC_CLOCKS, public, with_parents
from petitions.models import Assignment, Clock, ClockPause, OrderClock, Petition, Promise, SupervisionOrder
from petitions.models.assignment import AssignmentQuerySet
from petitions.permissions import can_see_internal

# The promises that somebody has to keep. The enterprise need not rate: when that time is over, the petition lapses.
OWED = tuple(one for one in Promise if one not in (Promise.RATE, Promise.SEND_BACK, Promise.DISPUTE))
SOONEST_FIRST = (F("due_at").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class RunningLimits:
    """Running limits that a reader asks about: of one promise, of one department; None: of any."""

    user: User
    promise: str | None = None
    department: Department | None = None

    @property
    def _conditions(self) -> dict[str, Any]:
        given = {"promise": self.promise, "department": self.department}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def are_of_open(self) -> bool:
        """Whether only petitions that are reported or assigned have such a limit; an order outlasts the answer."""
        return self.promise is not None and self.promise != Promise.ORDER

    def clocks(self) -> QuerySet[Clock]:
        """The running clocks of petitions and of departments' parts."""
        clocks: ClockQuerySet[Clock] = Clock.objects.running().filter(**self._conditions)
        return clocks.filter(promise__in=OWED) if can_see_internal(self.user) else public(clocks, self.user)

    def order_clocks(self) -> QuerySet[OrderClock]:
        """The running clocks of supervision orders; none for the enterprise."""
        clocks = OrderClock.objects.running().filter(**self._conditions)
        if can_see_internal(self.user):
            return clocks
        works = self.user.has_role(Role.HANDLER, Role.HEAD)
        return clocks.filter(department__in=Department.objects.of(self.user)) if works else clocks.none()

    def late(self, rows: QuerySet[Petition], now: datetime, *, is_late: bool = True) -> QuerySet[Petition]:
        """Return the rows for which one of these limits has passed; with `is_late` False, all other rows."""
        clocks = self.clocks().filter(due_at__lt=now, promise__in=OWED)
        late = Q(pk__in=self._petitions(clocks, self.order_clocks().filter(due_at__lt=now)))
        return rows.filter(late) if is_late else rows.exclude(late)

    def with_soonest(self, rows: QuerySet[Petition]) -> QuerySet[Petition]:
        """Add `due_at` to petitions: the end of the limit that ends first, None where none runs or all rest."""
        led = Q(petition=OuterRef("parent"), department__isnull=False)
        clocks = self.clocks().filter(Q(petition=OuterRef("pk")) | led)
        return rows.annotate(due_at=_soonest(clocks, self.order_clocks().filter(order__petition=OuterRef("pk"))))

    def soonest_first(self, rows: QuerySet[Petition]) -> tuple[QuerySet[Petition], QuerySet[Petition]]:
        """Return the rows that have such a limit, the one that ends first before the others; and all other rows."""
        having = Q(pk__in=self._petitions(self.clocks(), self.order_clocks()))
        return self.with_soonest(rows.filter(having)).order_by(*SOONEST_FIRST), rows.exclude(having)

    def _petitions(self, clocks: QuerySet[Clock], orders: QuerySet[OrderClock]) -> QuerySet[Any]:
        """Return the keys of the petitions that have one of these clocks, or whose parent has.

        One set of keys: with conditions joined by OR, the database would test every petition there is.
        """
        leading = clocks.order_by().filter(department__isnull=False).values("petition")
        children = Petition.objects.filter(parent__in=leading).order_by().values("pk")
        own = clocks.order_by().values("petition")
        return own.union(children, orders.order_by().values("order__petition"))

    def nearest(self, rows: Iterable[Petition]) -> dict[int, Clock | OrderClock]:
        """Return for the key of each petition its limit that ends first. One statement, two where an order is open.

        One that rests has no end and comes last. A petition without a running limit is left out.
        rows  from queries.listed, which says of each whether an order is open
        """
        rows = list(rows)
        asked = {row.pk: row.parent_id for row in rows}
        if not asked:
            return {}
        clocks = _to_read(self.clocks().filter(with_parents(asked, asked.values())))
        orders = self.order_clocks().filter(order__petition__in=asked).select_related("department", "order")
        found: dict[int, list[Clock | OrderClock]] = {key: [] for key in asked}
        for clock in clocks:
            # Of a parent that is not asked for, only the limits of departments were read.
            own = [clock.petition_id] if clock.petition_id in asked else []
            children = [key for key, parent in asked.items() if clock.department_id and parent == clock.petition_id]
            for key in (*own, *children):
                found[key].append(clock)
        for order_clock in orders if any(row.has_open_order for row in rows) else ():  # type: ignore[attr-defined]
            found[order_clock.order.petition_id].append(order_clock)
        return {key: min(clocks, key=by_end) for key, clocks in found.items() if clocks}


def of_new(petition: Petition, clocks: Sequence[Clock], user: User) -> dict[int, Clock | OrderClock]:
    """Return what RunningLimits.nearest would read of a petition that was filed just now. No statement.

    clocks  those that were started with it, none of a department
    """
    promises = OWED if can_see_internal(user) else PUBLIC_CLOCKS
    own = [clock for clock in clocks if clock.promise in promises]
    return {petition.pk: min(own, key=by_end)} if own else {}


def of_orders(orders: Iterable[SupervisionOrder]) -> dict[int, Clock | OrderClock]:
    """Return for the key of each order its running limit. One statement."""
    keys = [order.pk for order in orders]
    clocks = OrderClock.objects.running().filter(order__in=keys).select_related("department")
    return {clock.order_id: clock for clock in clocks}


def readings(nearest: Mapping[int, Clock | OrderClock], now: datetime) -> dict[int, ClockReading]:
    """Read these clocks at the moment, under the same keys. One statement, two where a clock may have rested."""
    if not nearest:
        return {}
    rested = [clock for clock in nearest.values() if isinstance(clock, Clock) and getattr(clock, "has_rested", True)]
    prefetch_related_objects(rested, "pauses")
    calendars = calendars_of(clock.department_id for clock in nearest.values())
    return {
        key: ClockReading(clock, calendars[clock.department_id], now, pauses=None if clock in rested else ())
        for key, clock in nearest.items()
    }


def of_parts(rows: Iterable[Assignment]) -> dict[int, Clock | OrderClock]:
    """Return for the key of each part the running limit of its department that ends first.

    One statement, two where an order is open.
    rows  from queries.queue, which says of each whether the department has an open order
    """
    rows = list(rows)
    parts = {(row.petition_id, row.department_id): row.pk for row in rows}
    if not parts:
        return {}
    found: dict[int, list[Clock | OrderClock]] = {}
    for clock in _to_read(Clock.objects.running().filter(assignment__in=parts.values())):
        found.setdefault(clock.assignment_id or 0, []).append(clock)
    keys, departments = {key for key, _one in parts}, {key for _one, key in parts}
    orders = OrderClock.objects.running().filter(order__petition__in=keys, department__in=departments)
    is_ordered = any(row.has_open_order for row in rows)  # type: ignore[attr-defined]
    for order_clock in orders.select_related("department", "order") if is_ordered else ():
        part = parts.get((order_clock.order.petition_id, order_clock.department_id or 0))
        if part:
            found.setdefault(part, []).append(order_clock)
    return {key: min(clocks, key=by_end) for key, clocks in found.items()}


def with_soonest(parts: AssignmentQuerySet) -> AssignmentQuerySet:
    """Add `due_at` to parts: when the running limit of the department that ends first does, None while all rest.

    `has_open_order` says whether a limit of an order may be among them.
    """
    clocks = Clock.objects.running().filter(assignment=OuterRef("pk"))
    orders = OrderClock.objects.running().filter(
        order__petition=OuterRef("petition"), department=OuterRef("department")
    )
    return parts.annotate(due_at=_soonest(clocks, orders), has_open_order=Exists(orders))


def _to_read(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    rests = ClockPause.objects.filter(clock=OuterRef("pk"))
    return clocks.select_related("department").annotate(has_rested=Exists(rests))


def _soonest(clocks: QuerySet[Clock], orders: QuerySet[OrderClock]) -> Any:
    def first(rows: QuerySet[Any]) -> Any:
        return Subquery(rows.order_by(F("due_at").asc(nulls_last=True)).values("due_at")[:1])

    return Least(first(clocks), first(orders))  # LEAST leaves out what is NULL


def by_end(clock: Clock | OrderClock) -> Any:
    """Sort by the end, last what rests; of two that end together a department's first, since somebody owes it."""
    return clock.due_at is None, clock.due_at or clock.started_at, clock.department_id is None, clock.pk
