"""Stop the clocks of a petition. An order's clock stops with its reply or with the order (supervision/orders.py)."""

from collections.abc import Sequence
from datetime import datetime

from limits.clocks import stop
from petitions.models import Assignment, Clock, Petition, Promise, StopReason

DEPARTMENT_CLOCKS = (
    Promise.CHECK_IN,
    Promise.CONTACT,
    Promise.RESOLVE_DEPARTMENT,
    Promise.SUPPORT,
    Promise.RECTIFY,
)


def stop_clocks(
    petition: Petition,
    *,
    now: datetime,
    reason: str = StopReason.DONE,
    promises: Sequence[str] | None = None,
    assignment: Assignment | None = None,
    is_void: bool = False,
) -> int:
    """Stop the petition's running clocks: of these promises (all when None), of this assignment (any when None).

    is_void  whether the step that started the clocks is taken back: then levels that were reached, but that no sweep
             has raised yet, are dropped
    Returns how many were stopped
    """
    running = Clock.objects.running().filter(petition=petition)
    if promises is not None:
        running = running.filter(promise__in=promises)
    if assignment is not None:
        running = running.filter(assignment=assignment)
    return stop(running, now=now, reason=reason, is_void=is_void)
