"""When a clock is due and when it reaches each level of the ladder: arithmetic over a calendar, without a database.

Hours and days: departments/working_calendar.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from departments.working_calendar import Pause, WorkingCalendar
from petitions.models import Clock, LadderStep, Unit


def compute(clock: Clock, calendar: WorkingCalendar, steps: Sequence[LadderStep], pauses: Sequence[Pause] = ()) -> None:
    """Set due_at, the alarms and what they were computed from; levels that were raised stay as they were reached.

    A clock in a pause without an end has no due time and no alarm until it goes on.
    """
    due = due_time(calendar, clock, pauses)
    clock.due_at = due
    clock.calendar_version = calendar.version
    clock.is_provisional = due is not None and calendar.is_provisional(clock.started_at, due)
    raised = clock.next_place - 1
    upcoming = steps[raised:] if due else []
    clock.alarm_levels = clock.alarm_levels[:raised] + [step.level for step in upcoming]
    clock.alarm_times = clock.alarm_times[:raised] + [
        alarm_time(calendar, clock, step, due, pauses) for step in upcoming if due
    ]
    clock.next_alarm_at = clock.alarm_times[raised] if upcoming else None


def due_time(calendar: WorkingCalendar, clock: Clock, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Return when the clock is due; None while a pause has no end.

    Calendar days end at midnight (民法典 第203条), the start day not counted (第201条).
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
    """Return when the clock reaches the step: at a share of the time that counts, or working days after it was due."""
    if step.share_percent is None:
        if not step.days_after_due:
            return due
        end = calendar.add_days(due, step.days_after_due)
        assert end is not None  # nothing pauses what is overdue
        return end
    begin = counted_from(calendar, clock)
    if clock.unit == Unit.CALENDAR_DAYS:
        return begin + (due - begin) * step.share_percent / 100
    working = calendar.minutes_between(begin, due, pauses)
    at = calendar.add_hours(begin, working * step.share_percent / 100 / 60, pauses)
    assert at is not None  # it lies before due, and no open pause does
    return at
