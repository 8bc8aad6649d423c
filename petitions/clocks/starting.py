"""Start the clocks of a petition. Verbs do so inside their transactions, after the petition's row was locked.

How long a clock runs, and what is computed when it starts: limits/clocks.py. The default limits and their sources:
petitions/policy.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from departments.calendars import calendars_of
from limits.clocks import Policy, follow_rules
from petitions.models import LOW_LEVELS, Assignment, Clock, Part, Petition, Promise, Rating

# The clocks of a department's assignment, by its part in the petition.
ASSIGNMENT_CLOCKS: dict[str, tuple[str, ...]] = {
    Part.LEAD: (Promise.CHECK_IN, Promise.CONTACT, Promise.RESOLVE_DEPARTMENT),
    Part.SUPPORT: (Promise.CHECK_IN, Promise.CONTACT, Promise.SUPPORT),
}
# A department's clocks in a rectification (差评整改): RECTIFY takes the place of the limit for the answer.
RECTIFYING_CLOCKS = (Promise.CHECK_IN, Promise.CONTACT, Promise.RECTIFY)
# The field of the assignment that is set when the clock's work is done.
DONE_AT: dict[str, str] = {
    Promise.CHECK_IN: "checked_in_at",
    Promise.CONTACT: "contacted_at",
    Promise.RESOLVE_DEPARTMENT: "answered_at",
    Promise.SUPPORT: "answered_at",
    Promise.RECTIFY: "answered_at",
}


def start_clocks(
    petition: Petition, *, now: datetime, promises: Sequence[str] = (), assignments: Iterable[Assignment] = ()
) -> list[Clock]:
    """Start the petition's own clocks of these promises, and the clocks of these assignments whose work is not done.

    Inside the caller's transaction. Four statements, however many clocks; one more for assignments after cycle 1.
    Raises  LookupError when no rule in force says how long a clock may run
    """
    wanted: list[tuple[str, Assignment | None]] = [(promise, None) for promise in promises]
    wanted += [(promise, row) for row, its in _clocks_of(petition, list(assignments)) for promise in its]
    policy = Policy(now, {promise for promise, _row in wanted})
    calendars = calendars_of({_department_of(row) for _promise, row in wanted})
    clocks = (clock_of(petition, promise, now, assignment=row) for promise, row in wanted)
    return Clock.objects.bulk_create(policy.started(clock, calendars[clock.department_id]) for clock in clocks)


def clock_of(petition: Petition, promise: str, now: datetime, *, assignment: Assignment | None = None) -> Clock:
    """Return an unsaved clock of the petition, or of a department's part in it, without its limit and due time."""
    return Clock(
        petition=petition,
        promise=promise,
        cycle=petition.cycle,
        department_id=_department_of(assignment),
        assignment=assignment,
        started_at=now,
    )


def _clocks_of(petition: Petition, assignments: Sequence[Assignment]) -> Iterator[tuple[Assignment, list[str]]]:
    is_rectified = bool(assignments) and is_rectifying(petition)
    for row in assignments:
        promises = RECTIFYING_CLOCKS if is_rectified else ASSIGNMENT_CLOCKS[row.part]
        yield row, [promise for promise in promises if not is_over(promise, row)]


def is_rectifying(petition: Petition) -> bool:
    """Return whether the cycle before was rated low, so that this one is a rectification. No statement in cycle 1."""
    before = Rating.objects.filter(assignment__petition=petition, assignment__cycle=petition.cycle - 1)
    return petition.cycle > 1 and before.filter(level__in=LOW_LEVELS).exists()


def is_over(promise: str, row: Assignment) -> bool:
    """Return whether the department has done what is promised, or owes no answer any more."""
    return not row.is_open or getattr(row, DONE_AT[promise]) is not None


def _department_of(row: Assignment | None) -> int | None:
    return row.department_id if row else None


def reclassify_clocks(petition: Petition) -> None:
    """Give the enterprise's clock the limit that fits the petition's new category, kind or urgency; its start stays.

    Inside the caller's transaction. Two statements when the limit stays the same, else seven.
    """
    running = Clock.objects.running().filter(petition=petition, promise=Promise.RESOLVE_ENTERPRISE)
    clocks = list(running.select_related("rule"))
    for clock in clocks:
        clock.petition = petition  # it is loaded already
    follow_rules(clocks)
