"""Working time: which minutes count, when N working hours or N working days end, and why.

Hours and days are different arithmetic. N working hours count from the start instant. N working days: the start
day never counts, the last one ends with its last span; a receipt outside working time still counts as received
that day. What lies in a pause does not count; a pause without an end leaves the limit open.
Sources: 民法典 第201条 (the start day does not count), 第203条 (the last day ends with working hours); make-up days
(调休): the State Council's yearly notices, kept as rows of DayException. A year that is not announced yet follows
the weekly pattern and is provisional.
Compiled once into arrays with running totals: adding time is a bisect, not a loop over days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Spans = tuple[tuple[time, time], ...]
Pause = tuple[datetime, datetime | None]
# Mornings and afternoons of an office (assumption: 09:00–12:00, 13:30–17:30, seven hours a day).
SPANS: Spans = ((time(9), time(12)), (time(13, 30), time(17, 30)))
FIRST_YEAR, LAST_YEAR = 2004, 2036


@dataclass(frozen=True)
class DayRule:
    """What is special about a day: a holiday has no spans, a make-up day has; `name` says why."""

    spans: Spans
    name: str = ""


@dataclass(frozen=True)
class DayCount:
    """One day of an explanation: how many minutes counted, and what is to be said about it."""

    date: date
    minutes: float
    name: str


class WorkingCalendar:
    """A compiled calendar: immutable arrays of working days and of the spans inside them.

    rules      the days that differ from Monday to Friday
    announced  the years whose holidays are known; the others are provisional
    version    what a clock notes beside its due time
    """

    def __init__(
        self,
        rules: Mapping[date, DayRule],
        *,
        announced: Collection[int] = (),
        spans: Spans = SPANS,
        zone: ZoneInfo = ZONE,
        version: int = 0,
    ) -> None:
        self.zone, self.spans, self.rules, self.version = zone, spans, rules, version
        self.announced = frozenset(announced)
        self._day_ordinals: list[int] = []
        self._day_ends: list[int] = []  # index into _before of each day's end
        self._starts: list[int] = []  # spans' starts, epoch minutes
        self._before: list[int] = [0]  # working minutes before each span, running total
        day, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        while day <= last:
            self._add(day)
            day += timedelta(days=1)

    def _add(self, day: date) -> None:
        spans = self.spans_of(day)
        for opens, closes in spans:
            start = self._epoch_minute(day, opens)
            self._starts.append(start)
            self._before.append(self._before[-1] + self._epoch_minute(day, closes) - start)
        if spans:
            self._day_ordinals.append(day.toordinal())
            self._day_ends.append(len(self._before) - 1)

    def _epoch_minute(self, day: date, at: time) -> int:
        return int(datetime.combine(day, at, self.zone).timestamp()) // 60

    def spans_of(self, day: date) -> Spans:
        """Return the day's spans of working time, none on a day off."""
        rule = self.rules.get(day)
        if rule is not None:
            return rule.spans
        return self.spans if day.weekday() < 5 else ()

    def is_working_day(self, day: date) -> bool:
        """Return whether any minute of the day counts."""
        return bool(self.spans_of(day))

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Return whether a day from start to end lies in a year whose holidays are not announced."""
        years = range(start.astimezone(self.zone).year, end.astimezone(self.zone).year + 1)
        return any(year not in self.announced for year in years)

    def minutes_between(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> float:
        """Return the working minutes from start to end, both aware, less the pauses; negative when end is before."""
        minutes = self._elapsed(end.timestamp() / 60) - self._elapsed(start.timestamp() / 60)
        for begins, ends in _merged(pauses):
            first = max(begins, start)
            last = min(ends, end) if ends else end
            if first < last:
                minutes -= self.minutes_between(first, last)
        return minutes

    def add_hours(self, start: datetime, hours: float, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the instant at which `hours` working hours, counted from the start instant, are used up.

        start   aware datetime inside FIRST_YEAR..LAST_YEAR
        Returns None when a pause without an end begins before that
        Raises  ValueError when start lies outside, or the calendar ends before
        """
        begin = start.timestamp() / 60
        target: float | None = self._elapsed(begin, inside=True) + hours * 60
        if pauses:
            target = self._shifted(begin, target, pauses)
        return None if target is None else self._moment(target)

    def add_days(self, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the end of the last of `days` working days; the start day never counts.

        start   aware datetime inside FIRST_YEAR..LAST_YEAR
        Returns None when a pause without an end begins before that
        Raises  ValueError when days < 1, when start lies outside, or the calendar ends before
        Source  民法典 第201条, 第203条
        """
        first_day = start.astimezone(self.zone).toordinal() + 1
        place = bisect_left(self._day_ordinals, first_day) + days - 1
        if days < 1 or place >= len(self._day_ends) or not FIRST_YEAR <= start.year <= LAST_YEAR:
            raise ValueError("the limit lies outside the calendar")
        target: float | None = self._before[self._day_ends[place]]
        if pauses:
            begin = self._epoch_minute(date.fromordinal(first_day), time(0))
            target = self._shifted(begin, target, pauses)
        return None if target is None else self._moment(target)

    def _shifted(self, begin: float, target: float | None, pauses: Sequence[Pause]) -> float | None:
        """Move the target on by the working minutes that lie in pauses; None when one has no end."""
        for begins, ends in _merged(pauses):
            first = self._elapsed(max(begins.timestamp() / 60, begin))
            if target is None or first >= target:
                break
            if ends is None:
                return None
            target += max(0.0, self._elapsed(ends.timestamp() / 60) - first)
        return target

    def _elapsed(self, minute: float, *, inside: bool = False) -> float:
        """Return the working minutes before an epoch minute.

        Raises  ValueError for a minute outside the calendar when it has to be inside
        """
        place = bisect_right(self._starts, minute) - 1
        if place < 0 or (inside and minute - self._starts[-1] > 40 * 1440):
            if inside:
                raise ValueError("the limit lies outside the calendar")
            return 0.0
        total = self._before[place] + minute - self._starts[place]
        end = self._before[place + 1]
        return total if total < end else end

    def _moment(self, target: float) -> datetime:
        """Return the earliest instant at which the running total reaches the target."""
        place = bisect_left(self._before, target) - 1
        if not 0 <= place < len(self._starts):
            raise ValueError("the limit lies outside the calendar")
        return datetime.fromtimestamp((self._starts[place] + target - self._before[place]) * 60, self.zone)

    def explain(
        self, start: datetime, end: datetime, *, pauses: Sequence[Pause] = (), by_days: bool = False
    ) -> Iterator[DayCount]:
        """Yield each day from start to end with the minutes that counted and its name (holiday, make-up day).

        by_days  the limit is in days: the start day is named, but nothing of it counts
        """
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            opens = datetime.combine(day, time(0), self.zone)
            closes = opens + timedelta(days=1)
            is_start = by_days and opens <= start
            counted = 0.0 if is_start else self.minutes_between(max(opens, start), min(closes, end), pauses)
            rule = self.rules.get(day)
            yield DayCount(date=day, minutes=counted, name=rule.name if rule else "")
            day += timedelta(days=1)


def _merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Return the pauses in order, overlapping ones joined, so that no minute is taken off twice."""
    merged: list[Pause] = []
    for begins, ends in sorted(pauses, key=lambda pause: pause[0]):
        if merged and (merged[-1][1] is None or begins <= merged[-1][1]):
            before = merged[-1][1]
            merged[-1] = (merged[-1][0], None if before is None or ends is None else max(before, ends))
        else:
            merged.append((begins, ends))
    return merged
