"""Deadlines counted minute by minute: the rules of working time once more, as plainly as they can be said.

A table says of every minute whether it is worked; pauses are wiped from it; the n-th worked minute is looked up, days
that are used up whole at a stride.
Spans have to begin and end on a quarter of an hour.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import compress, count, islice
from zoneinfo import ZoneInfo

from departments.working_calendar import DayRule, Pause, Spans

MINUTE, DAY = timedelta(minutes=1), 1440
FIRST, LAST = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
QUARTERS = (LAST - FIRST) // MINUTE // 15


class Oracle:
    """Every minute from FIRST to LAST, worked (1) or not (0)."""

    def __init__(self, rules: Mapping[date, DayRule], spans: Spans, zone: ZoneInfo) -> None:
        self.rules, self.spans, self.zone = rules, spans, zone
        self.worked = bytearray()
        for quarter in range(QUARTERS):
            self.worked += bytes([self.is_worked(FIRST + 15 * quarter * MINUTE)]) * 15

    def is_worked(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        usual = self.spans if local.weekday() < 5 else ()
        spans = self.rules[local.date()].spans if local.date() in self.rules else usual
        return any(opens <= local.time() and (closes == time(0) or local.time() < closes) for opens, closes in spans)

    def hours(self, start: datetime, minutes: int, pauses: Sequence[Pause]) -> datetime | None:
        """Return the end of so many worked minutes from the start; None when a pause without an end stops them."""
        worked, place = self._without(pauses), (start - FIRST) // MINUTE
        while place < len(worked) and worked.count(1, place, place + DAY) < minutes:
            minutes -= worked.count(1, place, place + DAY)
            place += DAY
        last = next(islice(compress(count(place), worked[place : place + DAY]), minutes - 1, None), None)
        return None if last is None else FIRST + (last + 1) * MINUTE

    def days(self, start: datetime, days: int, pauses: Sequence[Pause]) -> datetime | None:
        """Return the end of as many minutes as the next so many working days have, counted from the next midnight."""
        minutes, after = 0, 0
        while days:
            after += 1
            worked = self.worked[self._midnight(start, after) : self._midnight(start, after + 1)].count(1)
            minutes += worked
            days -= worked > 0
        return self.hours(FIRST + self._midnight(start, 1) * MINUTE, minutes, pauses)

    def between(self, start: datetime, end: datetime, pauses: Sequence[Pause]) -> int:
        """Return the worked minutes from start to end; those of the way back when end is before."""
        if end < start:
            return -self.between(end, start, ())
        return self._without(pauses)[(start - FIRST) // MINUTE : (end - FIRST) // MINUTE].count(1)

    def _without(self, pauses: Sequence[Pause]) -> bytearray:
        worked = self.worked[:]
        for begins, ends in pauses:
            first, last = (begins - FIRST) // MINUTE, ((ends or LAST) - FIRST) // MINUTE
            worked[first:last] = bytes(last - first)
        return worked

    def _midnight(self, start: datetime, days: int) -> int:
        day = start.astimezone(self.zone).date() + timedelta(days=days)
        return (datetime.combine(day, time(0), self.zone) - FIRST) // MINUTE
