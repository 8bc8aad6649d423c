"""What happens to a clock: it starts by a rule, stops, runs again, and is recomputed; its pauses end.

A clock is computed when it starts, from the rule and the ladder in force at that moment and from the newest calendar;
it keeps the rule, the moments of the levels and the calendar's version. Verbs call all of this inside their
transactions, after they locked the subject's row. The arithmetic of due times and alarms: limits/due_times.py.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Case, DateTimeField, F, Func, Value, When
from django.db.models.functions import Greatest

from departments.calendars import calendar_of
from departments.working_calendar import WorkingCalendar
from limits.due_times import Span, compute, due_time
from limits.models import Clock, ClockQuerySet, LadderStep, LimitRule
from limits.promises import axes_of
from verbs import reference

AnyClock = TypeVar("AnyClock", bound=Clock)

# SQL: when the clock reached the last level that was raised; NULL when none was, which Greatest passes over.
LAST_RAISED = Func(template="alarm_times[next_place - 1]", output_field=DateTimeField())
COMPUTED = (
    *("rule", "amount", "unit", "due_at", "calendar_version", "is_provisional", "extended_days"),
    *("alarm_levels", "alarm_times", "next_alarm_at"),
)


class Policy:
    """The rules and ladders of some promises that are in force at a moment.

    Rules and ladders are kept in memory (verbs/reference.py). An object serves several clocks.
    """

    def __init__(self, now: datetime, promises: Collection[str]) -> None:
        self._now, self._promises = now, promises

    def _in_force(self, row: LimitRule | LadderStep) -> bool:
        is_over = row.valid_until is not None and row.valid_until <= self._now
        return row.promise in self._promises and row.valid_from <= self._now and not is_over

    @cached_property
    def _rules(self) -> list[LimitRule]:
        return [rule for rule in reference.rows(LimitRule) if self._in_force(rule)]

    @cached_property
    def _steps(self) -> list[LadderStep]:
        return sorted(filter(self._in_force, reference.rows(LadderStep)), key=lambda step: step.level)

    def rule(self, promise: str, axes: Mapping[str, str]) -> LimitRule:
        """Return the most specific rule that fits: an axis that is registered earlier outweighs all later ones.

        axes    the clock's value on each axis
        Raises  LookupError when no rule in force says how long it may take
        """
        fitting = [
            rule
            for rule in self._rules
            if rule.promise == promise and all(axes.get(name) == value for name, value in rule.axes.items())
        ]
        if not fitting:
            raise LookupError(f"no limit rule is in force for {promise}")
        return max(fitting, key=lambda rule: [axis.name in rule.axes for axis in axes_of(promise)])

    def steps(self, clock: Clock) -> list[LadderStep]:
        """Return the clock's ladder, lowest level first; empty for a clock that climbs none."""
        return [step for step in self._steps if step.promise == clock.promise] if clock.climbs() else []

    def started(self, clock: AnyClock, calendar: WorkingCalendar) -> AnyClock:
        """Set the rule, the due time and the alarms of an unsaved clock, and return the clock, still unsaved.

        clock     with its promise, subject, department and start
        calendar  of the department
        Raises    LookupError when no rule in force says how long the clock may run
        """
        set_rule(clock, self.rule(clock.promise, clock.axes()))
        compute(clock, calendar, self.steps(clock))
        return clock


def window_end(promise: str, axes: Mapping[str, str], *, since: datetime, department: int) -> datetime:
    """Return the end of a limit that has no clock, by the rule in force when the limit began.

    since       when the limit began
    department  the key of the department whose calendar counts
    Raises      LookupError when no rule was in force
    """
    rule = Policy(since, {promise}).rule(promise, axes)
    end = due_time(calendar_of(department), Span(since, rule.amount, rule.unit))
    assert end is not None  # without pauses there is always an end
    return end


def stop(running: ClockQuerySet[Any], *, now: datetime, reason: str, is_void: bool = False) -> int:
    """Stop these clocks and end their pauses. Two statements when none is paused, one for a table without pauses.

    An alarm that passed before the stop stays for the sweep; later alarms are dropped. A sweep may raise a level while
    this statement waits for the clock's row: the stop is then not dated before that level. The level's moment is read
    from the clock's own row, because that is the only row which a statement reads again after waiting for a lock.
    reason   one of the room's reasons for a stop
    is_void  whether the reason for the clocks was taken back: then alarms that no sweep has raised are dropped too
    Returns  how many clocks were stopped
    """
    end_pauses(running, now=now)
    passed = Case(When(next_alarm_at__lte=now, then=F("next_alarm_at")), default=Value(None))
    kept = Value(None) if is_void else passed
    return running.update(stopped_at=Greatest(Value(now), LAST_RAISED), stop_reason=reason, next_alarm_at=kept)


def end_pauses(resting: ClockQuerySet[Any], *, now: datetime) -> None:
    """End the open pauses of these clocks now, which moves their due times. One statement when none is paused.

    Inside the caller's transaction, the subject's row locked.
    """
    pauses = getattr(resting.model, "pauses", None)
    if pauses is None:
        return
    needs = [f"clock__{name}" for name in resting.model.READS]
    of_these = pauses.rel.related_model.objects.filter(clock__in=resting, ends_at__isnull=True)
    for pause in of_these.select_related("clock", *needs):
        # Two machines' clocks may differ a little; a pause must not end before it began.
        pause.ends_at = max(now, pause.begins_at)
        pause.save(update_fields=["ends_at"])
        pause.clock.gone_on(pause.ends_at)
        recompute(pause.clock)


def restart(stopped: ClockQuerySet[Any]) -> None:
    """Let stopped clocks run again as if they had never stopped: they keep their start and the levels that were raised.

    Inside the caller's transaction, the subject's row locked. A few statements for each clock.
    """
    for clock in stopped.select_related("rule", *stopped.model.READS):
        clock.stopped_at, clock.stop_reason = None, ""
        clock.save(update_fields=["stopped_at", "stop_reason"])
        recompute(clock)


def set_rule(clock: Clock, rule: LimitRule) -> None:
    """Give the clock another rule, which counts from the clock's start; the caller recomputes and saves the clock."""
    clock.rule, clock.amount, clock.unit = rule, rule.amount, rule.unit


def follow_rules(running: Iterable[Clock]) -> None:
    """Give these running clocks the rules that fit their subjects as the subjects are now; the clocks keep their start.

    The rules are those in force when the clock started. Inside the caller's transaction. One statement for a clock
    whose rule stays the same, else six (fewer for a clock that cannot pause or does not climb).
    running  with their rules and subjects fetched already
    """
    for clock in running:
        rule = Policy(clock.started_at, {clock.promise}).rule(clock.promise, clock.axes())
        if rule != clock.rule:
            set_rule(clock, rule)
            recompute(clock)


def recompute(clock: Clock) -> None:
    """Compute a running clock anew after a pause, an extension, a new rule or a new calendar, and save it.

    Inside the caller's transaction, the subject's row locked. Levels that were raised stay raised. A sweep may have
    raised some since the clock was read: so its row is locked here, and the place of its next alarm is read again.
    """
    own = type(clock).objects.filter(pk=clock.pk).select_for_update(no_key=True)
    clock.next_place = own.values_list("next_place", flat=True).get()
    steps = Policy(clock.started_at, {clock.promise}).steps(clock)
    compute(clock, calendar_of(clock.department_id), steps, clock.rests())
    clock.save(update_fields=list(COMPUTED))
