"""Limits: when each clock starts, by which rule it runs, and how it stops, pauses and grows.

A clock is computed once, when it starts, from the rule and the ladder in force at that moment and from the newest
calendar; it notes all three. Verbs start and stop clocks inside their transactions, after the petition's row was
locked. When it is due, and when its alarms are: petitions/due_times.py. The policy itself is data (LimitRule,
LadderStep); the defaults and their sources are in petitions/policy.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from django.db.models import Case, DateTimeField, F, Func, Q, Value, When
from django.db.models.functions import Greatest

from departments.calendars import calendar_of, calendars_of
from departments.models import Department
from departments.working_calendar import Pause, WorkingCalendar
from petitions.due_times import compute, due_time
from petitions.models import (
    LOW_LEVELS,
    Assignment,
    Channel,
    Clock,
    ClockKind,
    ClockPause,
    Hold,
    LadderStep,
    LimitRule,
    Part,
    Petition,
    Rating,
    StopReason,
    SupervisionOrder,
)
from petitions.models.clock import ClockQuerySet

# Which clocks a department's assignment has, by its part in the petition.
ASSIGNMENT_CLOCKS: dict[str, tuple[str, ...]] = {
    Part.LEAD: (ClockKind.CHECK_IN, ClockKind.CONTACT, ClockKind.RESOLVE_DEPARTMENT),
    Part.SUPPORT: (ClockKind.CHECK_IN, ClockKind.CONTACT, ClockKind.SUPPORT),
}
# What takes the place of the limit for the answer where a low rating is put right (差评整改).
RECTIFYING_CLOCKS = (ClockKind.CHECK_IN, ClockKind.CONTACT, ClockKind.RECTIFY)
# The fact that ends each of them.
DONE_AT: dict[str, str] = {
    ClockKind.CHECK_IN: "checked_in_at",
    ClockKind.CONTACT: "contacted_at",
    ClockKind.RESOLVE_DEPARTMENT: "answered_at",
    ClockKind.SUPPORT: "answered_at",
    ClockKind.RECTIFY: "answered_at",
}
DEPARTMENT_CLOCKS = (
    ClockKind.CHECK_IN,
    ClockKind.CONTACT,
    ClockKind.RESOLVE_DEPARTMENT,
    ClockKind.SUPPORT,
    ClockKind.RECTIFY,
    ClockKind.ORDER,
)
# What ends with the work on a petition. An order ends by its reply, also after the answer.
WORK_CLOCKS = tuple(kind for kind in ClockKind if kind != ClockKind.ORDER)

# When the clock reached the last level that was raised; NULL, which Greatest passes over, before the first.
LAST_RAISED = Func(template="alarm_times[next_place - 1]", output_field=DateTimeField())


def start_clocks(
    petition: Petition, *, now: datetime, kinds: Sequence[str] = (), assignments: Iterable[Assignment] = ()
) -> list[Clock]:
    """Start the petition's own clocks of these kinds, and every clock of these assignments that has work left.

    Inside the caller's transaction. Three statements, however many clocks; one more for assignments after cycle 1.
    Raises  LookupError when no rule in force says how long a clock may run
    """
    wanted: list[tuple[str, Assignment | None]] = [(kind, None) for kind in kinds]
    wanted += [(kind, row) for row, its in _clocks_of(petition, list(assignments)) for kind in its]
    policy = Policy(now, {kind for kind, _row in wanted})
    calendars = calendars_of({_department_of(row) for _kind, row in wanted})
    return Clock.objects.bulk_create(
        policy.clock(petition, kind, now, calendars[_department_of(row)], assignment=row) for kind, row in wanted
    )


def _clocks_of(petition: Petition, assignments: Sequence[Assignment]) -> Iterator[tuple[Assignment, list[str]]]:
    is_rectified = bool(assignments) and is_rectifying(petition)
    for row in assignments:
        kinds = RECTIFYING_CLOCKS if is_rectified else ASSIGNMENT_CLOCKS[row.part]
        yield row, [kind for kind in kinds if not is_over(kind, row)]


def is_rectifying(petition: Petition) -> bool:
    """Return whether the petition's cycle puts right what was rated low in the one before. No statement in cycle 1."""
    before = Rating.objects.filter(assignment__petition=petition, assignment__cycle=petition.cycle - 1)
    return petition.cycle > 1 and before.filter(level__in=LOW_LEVELS).exists()


def window_end(petition: Petition, *, kind: str, since: datetime, department: Department) -> datetime:
    """Return until when a step may be taken that has a limit but no clock, by the rule in force when it began."""
    rule = Policy(since, {kind}).rule(kind, petition)
    end = due_time(calendar_of(department.pk), Clock(started_at=since, amount=rule.amount, unit=rule.unit))
    assert end is not None  # nothing pauses it
    return end


def is_over(kind: str, row: Assignment) -> bool:
    """Return whether the department has done what the assignment's clock of this kind is about, or owes nothing."""
    return not row.is_open or getattr(row, DONE_AT[kind]) is not None


def _department_of(row: Assignment | None) -> int | None:
    return row.department_id if row else None


def stop_clocks(
    petition: Petition,
    *,
    now: datetime,
    reason: str = StopReason.DONE,
    kinds: Sequence[str] | None = None,
    assignment: Assignment | None = None,
) -> int:
    """Stop the petition's running clocks: of these kinds (all when None), of this assignment (any when None)."""
    running = Clock.objects.running().filter(petition=petition)
    if kinds is not None:
        running = running.filter(kind__in=kinds)
    if assignment is not None:
        running = running.filter(assignment=assignment)
    return stop(running, now=now, reason=reason)


def stop(running: ClockQuerySet, *, now: datetime, reason: str) -> int:
    """Stop these clocks, and the holds they rest in. Two statements when none rests.

    An alarm that was passed before the stop stays for the sweep; later ones are dropped. A level that a sweep raised
    while this waited for the row came first: the stop is not dated before it. That is read from the clock's own row,
    which alone a statement sees anew after waiting.
    """
    end_pauses(running, now=now)
    passed = Case(When(next_alarm_at__lte=now, then=F("next_alarm_at")), default=Value(None))
    return running.update(stopped_at=Greatest(Value(now), LAST_RAISED), stop_reason=reason, next_alarm_at=passed)


def end_pauses(resting: ClockQuerySet, *, now: datetime) -> None:
    """Let these clocks go on: their open pauses and holds end now, their due times move. One statement for none.

    Inside the caller's transaction, the petition's row locked.
    """
    open_pauses = ClockPause.objects.filter(clock__in=resting, ends_at__isnull=True)
    for pause in open_pauses.select_related("clock__petition"):
        # Two machines' clocks may differ by a little.
        pause.ends_at = max(now, pause.begins_at)
        pause.save(update_fields=["ends_at"])
        Hold.objects.running().filter(clock=pause.clock).update(resumed_at=pause.ends_at)
        recompute(pause.clock)


def restart(stopped: ClockQuerySet) -> None:
    """Let clocks go on as if they had never stopped: from their own start, levels that were raised stay raised.

    Inside the caller's transaction, the petition's row locked. A few statements for each.
    """
    for clock in stopped.select_related("petition"):
        clock.stopped_at, clock.stop_reason = None, ""
        clock.save(update_fields=["stopped_at", "stop_reason"])
        recompute(clock)


class Policy:
    """The rules and the ladder in force at a moment, each read once for several clocks, when first asked for."""

    def __init__(self, now: datetime, kinds: set[str]) -> None:
        self._in_force = Q(valid_from__lte=now) & (Q(valid_until__isnull=True) | Q(valid_until__gt=now))
        self._in_force &= Q(clock_kind__in=kinds)

    @cached_property
    def _rules(self) -> list[LimitRule]:
        return list(LimitRule.objects.filter(self._in_force))

    @cached_property
    def _steps(self) -> list[LadderStep]:
        return list(LadderStep.objects.filter(self._in_force).order_by("level"))

    def rule(self, kind: str, petition: Petition) -> LimitRule:
        """Return the most specific rule for the clock: urgency counts before kind, kind before service level."""
        level = petition.category.service_level if petition.category else ""
        fitting = [
            rule
            for rule in self._rules
            if rule.clock_kind == kind
            and rule.urgency in ("", petition.urgency)
            and rule.petition_kind in ("", petition.kind)
            and rule.service_level in ("", level)
        ]
        if not fitting:
            raise LookupError(f"no limit rule is in force for {kind}")
        return max(fitting, key=lambda rule: (rule.urgency != "", rule.petition_kind != "", rule.service_level != ""))

    def clock(
        self,
        petition: Petition,
        kind: str,
        now: datetime,
        calendar: WorkingCalendar,
        *,
        assignment: Assignment | None = None,
        order: SupervisionOrder | None = None,
    ) -> Clock:
        """Return the unsaved clock of an assignment, an order, or the petition itself; due time and alarms computed."""
        rule = self.rule(kind, petition)
        clock = Clock(
            petition=petition,
            kind=kind,
            cycle=petition.cycle,
            department_id=getattr(assignment or order, "department_id", None),
            assignment=assignment,
            order=order,
            started_at=now,
            rule=rule,
            amount=rule.amount,
            unit=rule.unit,
        )
        # Nobody is told today of what was late years ago: an imported petition's clocks climb no ladder.
        steps = self.steps(kind) if petition.channel != Channel.IMPORT else []
        compute(clock, calendar, steps)
        return clock

    def steps(self, kind: str) -> list[LadderStep]:
        return [step for step in self._steps if step.clock_kind == kind]


def reclassify_clocks(petition: Petition) -> None:
    """Give the enterprise's clock the limit of the petition's new category; it never starts again.

    Inside the caller's transaction. One statement when the limit stays the same, else four.
    """
    running = Clock.objects.running().filter(petition=petition, kind=ClockKind.RESOLVE_ENTERPRISE)
    for clock in running.select_related("rule"):
        policy = Policy(clock.started_at, {clock.kind})
        rule = policy.rule(clock.kind, petition)
        if rule != clock.rule:
            set_rule(clock, rule)
            recompute(clock)


def set_rule(clock: Clock, rule: LimitRule) -> None:
    """Let the clock run by another rule from its start on; its due time is recomputed by the caller."""
    clock.rule, clock.amount, clock.unit = rule, rule.amount, rule.unit


def recompute(clock: Clock) -> None:
    """Compute a running clock anew after a pause, an extension or a new calendar, and save it.

    Inside the caller's transaction, the petition's row locked. Alarms that were raised stay raised: the sweep locks
    clocks and no petitions, so the clock's row is locked here and asked how far it has climbed.
    """
    own = Clock.objects.filter(pk=clock.pk).select_for_update(no_key=True)
    clock.next_place = own.values_list("next_place", flat=True).get()
    pauses: list[Pause] = list(clock.pauses.values_list("begins_at", "ends_at"))
    is_imported = clock.petition.channel == Channel.IMPORT
    steps = [] if is_imported else Policy(clock.started_at, {clock.kind}).steps(clock.kind)
    compute(clock, calendar_of(clock.department_id), steps, pauses)
    clock.save(
        update_fields=[
            "rule",
            "amount",
            "unit",
            "due_at",
            "calendar_version",
            "is_provisional",
            "extended_days",
            "alarm_levels",
            "alarm_times",
            "next_alarm_at",
        ]
    )
