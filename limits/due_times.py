"""When a clock is due and when it reaches each level of the ladder: arithmetic over a calendar, without a database.

How working hours and working days are counted: departments/working_calendar.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from departments.working_calendar import Pause, WorkingCalendar
from limits.models import Clock, LadderStep, Unit


def compute(clock: Clock, calendar: WorkingCalendar, steps: Sequence[LadderStep], pauses: Sequence[Pause] = ()) -> None:
    """Set the clock's due time, its alarms and the calendar version they come from; the clock is not saved.

    Levels that were raised keep the moments at which they were reached. Of the levels to come, none is dated before
    the level below it. A clock that has no due time because of an open pause has no alarm until the pause ends.
    steps   the clock's ladder, lowest level first
    """
    due = due_time(calendar, clock, pauses)
    clock.due_at = due
    clock.calendar_version = calendar.version
    clock.is_provisional = due is not None and calendar.is_provisional(clock.started_at, due)
    raised = clock.next_place - 1
    upcoming = steps[raised:] if due else []
    times = [alarm_time(calendar, clock, step, due, pauses) for step in upcoming if due]
    clock.alarm_levels = clock.alarm_levels[:raised] + [step.level for step in upcoming]
    # Rungs have units of their own: on a Friday evening, two calendar days end before four working hours.
    clock.alarm_times = clock.alarm_times[:raised] + list(accumulate(times, max))
    clock.next_alarm_at = clock.alarm_times[raised] if upcoming else None


class Span(NamedTuple):
    """A limit that has no clock: what due_time needs to know of it."""

    started_at: datetime
    amount: Decimal
    unit: str
    extended_days: int = 0


def due_time(calendar: WorkingCalendar, clock: Clock | Span, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Return when the clock is due; None when a pause without an end begins before a limit in working time is used up.

    Pauses move limits in working hours and in working days, extensions only those in working days. Calendar days end
    at midnight (民法典 第203条); the day of the start is not counted (第201条).
    """
    if clock.unit == Unit.WORKING_HOURS:
        return calendar.add_hours(clock.started_at, float(clock.amount), pauses)
    if clock.unit == Unit.WORKING_DAYS:
        return calendar.add_days(clock.started_at, int(clock.amount) + clock.extended_days, pauses)
    return calendar.day_after(clock.started_at) + timedelta(days=int(clock.amount))


def counted_from(calendar: WorkingCalendar, clock: Clock) -> datetime:
    """Return the moment a limit counts from: hours from the start, days from the midnight after it.

    Source  民法典 第201条
    """
    return clock.started_at if clock.unit == Unit.WORKING_HOURS else calendar.day_after(clock.started_at)


def alarm_time(
    calendar: WorkingCalendar, clock: Clock, step: LadderStep, due: datetime, pauses: Sequence[Pause] = ()
) -> datetime:
    """Return when the clock reaches the step: at a share of the time that counts, or some time after its due time."""
    if step.share_percent is None:
        return _after(calendar, due, step)
    begin = counted_from(calendar, clock)
    if clock.unit == Unit.CALENDAR_DAYS:
        return begin + (due - begin) * step.share_percent / 100
    working = calendar.minutes_between(begin, due, pauses)
    at = calendar.add_hours(begin, working * step.share_percent / 100 / 60, pauses)
    assert at is not None  # an open pause would leave the clock without a due time
    return at


def _after(calendar: WorkingCalendar, due: datetime, step: LadderStep) -> datetime:
    if not step.after:
        return due
    if step.after_unit == Unit.CALENDAR_DAYS:
        return due + timedelta(days=step.after)
    add = calendar.add_hours if step.after_unit == Unit.WORKING_HOURS else calendar.add_days
    end = add(due, step.after)
    assert end is not None  # without pauses the calendar always gives an end
    return end
