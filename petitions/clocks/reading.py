"""Which of a petition's clocks somebody may read."""

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from limits.models import ClockQuerySet
from limits.queries import readings
from limits.reading import ClockReading
from petitions.models import ANSWER_CLOCKS, Clock, OrderClock, Petition, Promise
from petitions.permissions import can_see_internal

# What the enterprise may read: its own limits, and how long the departments may take for their answers.
PUBLIC_CLOCKS = (Promise.RESOLVE_ENTERPRISE, Promise.RATE, *ANSWER_CLOCKS)


def known_clocks(user: User) -> ClockQuerySet[Clock]:
    """The clocks that the user may read: for the enterprise, its own limits and those of the departments' answers."""
    clocks: ClockQuerySet[Clock] = Clock.objects.filter(petition__in=Petition.objects.visible_to(user).order_by())
    return clocks if can_see_internal(user) else public(clocks)


def public(clocks: ClockQuerySet[Clock]) -> ClockQuerySet[Clock]:
    """Return those of the clocks that the enterprise may read, none of parts that were taken back."""
    is_live = Q(assignment__isnull=True) | Q(assignment__ended_at__isnull=True)
    return clocks.filter(is_live, promise__in=PUBLIC_CLOCKS)


def readable_clocks(petition: Petition, user: User) -> ClockQuerySet[Clock]:
    """The clocks of a petition that the user may read, with their pauses.

    For the government also with the requests for extensions and holds. Two statements, four for the government.
    """
    clocks: ClockQuerySet[Clock] = Clock.objects.filter(petition=petition)
    clocks = clocks.select_related("petition", "department", "rule", "assignment")
    if can_see_internal(user):
        return clocks.prefetch_related("pauses", "extensions", "holds")
    return public(clocks).prefetch_related("pauses")


def clock_readings(petition: Petition, user: User, now: datetime) -> list[ClockReading]:
    """Read the clocks of the petition's current cycle, running ones first; for the government also those of its orders.

    Three statements, seven for the government.
    """
    is_inside = can_see_internal(user)
    clocks: list[Clock | OrderClock] = list(readable_clocks(petition, user).filter(cycle=petition.cycle))
    if is_inside:
        of_orders = OrderClock.objects.filter(order__petition=petition, cycle=petition.cycle)
        clocks += of_orders.select_related("order__petition", "department", "rule")
    return readings(clocks, now, with_levels=is_inside)
