"""What a clock shows at a moment: how much of its limit is used, how much is left, and what counted each day.

Nothing here decides anything: limits/clocks.py computed the due time. A paused clock is read as if its pause ended at
this moment, so that its bar stands still.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from departments.working_calendar import Pause, WorkingCalendar
from limits.due_times import counted_from, due_time
from limits.models import Escalation, Unit

NEAR_PERCENT = 75  # the default ladder reminds at the same share (domain, the ladder)


@dataclass(frozen=True)
class Day:
    """One day of an explanation: `minutes` counted on it, `total` up to its end; a holiday has a `name`."""

    date: date
    minutes: int
    total: int
    name: str
    is_start: bool
    is_off: bool
    is_paused: bool


class ClockReading:
    """One clock, read at `now` by a calendar. No statement when pauses, department and rule were fetched with it.

    clock     of any room (limits/models/clock.py)
    calendar  of the clock's department
    levels    that the clock reached, lowest first
    pauses    the clock's, where the caller knows them; None: they are read
    """

    def __init__(
        self,
        clock: Any,
        calendar: WorkingCalendar,
        now: datetime,
        levels: Sequence[Escalation] = (),
        pauses: Sequence[Pause] | None = None,
    ) -> None:
        self.clock, self.calendar, self.levels = clock, calendar, levels
        self.at = min(now, clock.stopped_at) if clock.stopped_at else now
        self.pauses: Sequence[Pause] = clock.rests() if pauses is None else pauses

    @cached_property
    def is_paused(self) -> bool:
        return self.clock.stopped_at is None and any(ends is None for _begins, ends in self.pauses)

    @property
    def is_overdue(self) -> bool:
        return self.clock.is_overdue(self.at)

    @cached_property
    def _ended_pauses(self) -> list[Pause]:
        return [(begins, ends or max(begins, self.at)) for begins, ends in self.pauses]

    @cached_property
    def due_at(self) -> datetime | None:
        """When the clock is due; for a paused clock without a due time, when it would be if the pause ended now."""
        return self.clock.due_at or due_time(self.calendar, self.clock, self._ended_pauses)

    @cached_property
    def _begins_at(self) -> datetime:
        return counted_from(self.calendar, self.clock)

    def minutes(self, start: datetime, end: datetime) -> float:
        """Return the minutes that count from start to end: working time, or all time for a limit in calendar days."""
        start, end = max(start, self._begins_at), max(end, self._begins_at)
        if self.clock.unit == Unit.CALENDAR_DAYS:
            return (end - start).total_seconds() / 60
        return self.calendar.minutes_between(start, end, self._ended_pauses)

    @property
    def left_minutes(self) -> float:
        """How many minutes are left of the limit; negative after the due time."""
        return self.minutes(self.at, self.due_at) if self.due_at else 0.0

    @property
    def used_percent(self) -> int:
        """How much of the limit is used, 0 to 100."""
        if self.due_at is None:
            return 0
        whole = self.minutes(self._begins_at, self.due_at)
        used = self.minutes(self._begins_at, self.at)
        return 100 if whole <= 0 else round(min(100.0, max(0.0, 100 * used / whole)))

    @property
    def is_near(self) -> bool:
        """Whether the clock runs and ends by the next working day, or most of its limit is used: there is haste."""
        if self.clock.stopped_at or self.due_at is None:
            return False
        next_day_ends = self.calendar.add_days(self.at, 1)
        return self.used_percent >= NEAR_PERCENT or (next_day_ends is not None and self.due_at <= next_day_ends)

    @property
    def minutes_a_day(self) -> int:
        """How many minutes make a day of the limit: those of a usual working day, or all 24 hours."""
        if self.clock.unit == Unit.CALENDAR_DAYS:
            return 24 * 60
        return self.calendar.minutes_a_day

    def days(self) -> Iterator[Day]:
        """Yield every day from the start to the due time (without one: to now), with the minutes that counted."""
        by_days = self.clock.unit != Unit.WORKING_HOURS
        end = self.clock.due_at or max(self.at, self.clock.started_at)
        total = 0.0
        counts = self.calendar.explain(self.clock.started_at, end, pauses=self._ended_pauses, by_days=by_days)
        for place, day in enumerate(counts):
            total += day.minutes
            yield Day(
                date=day.date,
                minutes=round(day.minutes),
                total=round(total),
                name=day.name,
                is_start=by_days and place == 0,
                is_off=not self.calendar.is_working_day(day.date),
                is_paused=self._rests_on(day.date),
            )

    def _rests_on(self, day: date) -> bool:
        opens = datetime.combine(day, time(0), self.calendar.zone)
        closes = opens + timedelta(days=1)
        return any(begins < closes and (ends is None or ends > opens) for begins, ends in self.pauses)
