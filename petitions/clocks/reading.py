"""Which of a petition's clocks somebody may read."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from accounts.models import Role, User
from departments.models import Department
from limits.models import ClockQuerySet
from limits.queries import readings
from limits.reading import ClockReading
from petitions.models import ANSWER_CLOCKS, Clock, OrderClock, Petition, Promise
from petitions.permissions import can_see_internal

# What the enterprise may read: its own limits, and how long the departments may take for their answers.
PUBLIC_CLOCKS = (Promise.RESOLVE_ENTERPRISE, Promise.RATE, *ANSWER_CLOCKS)


def known_clocks(user: User) -> ClockQuerySet[Clock]:
    """The clocks that the user may read: for the enterprise, its own limits and those of the departments' answers.

    How a parent's limit was computed is not told to the enterprise of a child: the explanation names the parent.
    """
    clocks: ClockQuerySet[Clock] = Clock.objects.filter(petition__in=Petition.objects.visible_to(user).order_by())
    return clocks if can_see_internal(user) else public(clocks, user)


def public(clocks: ClockQuerySet[Clock], user: User) -> ClockQuerySet[Clock]:
    """Return those of the clocks that the enterprise may read, none of parts that were taken back.

    Somebody who works in a department besides reads that department's limits, too: the queue shows them.
    """
    is_live = Q(assignment__isnull=True) | Q(assignment__ended_at__isnull=True)
    told = Q(is_live, promise__in=PUBLIC_CLOCKS)
    if user.has_role(Role.HANDLER, Role.HEAD):
        told |= Q(department__in=Department.objects.of(user))
    return clocks.filter(told)


def with_parents(petitions: Iterable[int], parents: Iterable[int | None]) -> Q:
    """Return the condition on clocks of these petitions, and of the departments' parts in these parents."""
    return Q(petition__in=list(petitions)) | Q(petition__in=list(filter(None, parents)), department__isnull=False)


def readable_clocks(petition: Petition, user: User) -> ClockQuerySet[Clock]:
    """The clocks of a petition that the user may read, with their pauses.

    A child has no limits of departments: its parent's count for it, too (`with_parents`).
    For the government also with the requests for extensions and holds. Two statements, four for the government.
    """
    clocks: ClockQuerySet[Clock] = Clock.objects.filter(with_parents([petition.pk], [petition.parent_id]))
    clocks = clocks.select_related("petition", "department", "rule", "assignment")
    if can_see_internal(user):
        return clocks.prefetch_related("pauses", "extensions", "holds")
    return public(clocks, user).prefetch_related("pauses")


def clock_readings(petition: Petition, user: User, now: datetime) -> list[ClockReading]:
    """Read the clocks of the petition's current cycle, and all that run, these first; for the government orders' too.

    Three statements, seven for the government.
    """
    is_inside = can_see_internal(user)
    now_running = Q(cycle=F("petition__cycle")) | Q(stopped_at__isnull=True)
    clocks: list[Clock | OrderClock] = list(readable_clocks(petition, user).filter(now_running))
    if is_inside:
        # An order outlasts the answer: its limit may run on in the next cycle.
        now_running = Q(cycle=petition.cycle) | Q(stopped_at__isnull=True)
        of_orders = OrderClock.objects.filter(now_running, order__petition=petition)
        clocks += of_orders.select_related("order__petition", "department", "rule")
    return readings(clocks, now, with_levels=is_inside)
