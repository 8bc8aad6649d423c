"""Working time: which minutes count, when N working hours or N working days end, and why.

Hours and days are different arithmetic. N working hours count from the start instant. N working days: the start
day never counts, the last one ends with its last span; a receipt outside working time still counts as received
that day. What lies in a pause does not count; a pause without an end leaves the limit open.
Sources: 民法典 第201条 (the start day does not count), 第203条 (the last day ends with working hours); make-up days
(调休): the State Council's yearly notices, kept as rows of DayException. A year that is not announced yet follows
the weekly pattern and is provisional.
A calendar is compiled once into arrays with running totals of working time: adding time is a bisect, not a loop over
days. The arrays hold whole microseconds since the epoch: sums are exact, and the zone matters only where a calendar is
compiled and where a result is read.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Spans = tuple[tuple[time, time], ...]
Pause = tuple[datetime, datetime | None]
# Mornings and afternoons of an office (assumption: 09:00–12:00, 13:30–17:30, seven hours a day).
SPANS: Spans = ((time(9), time(12)), (time(13, 30), time(17, 30)))
# A span that closes at 24:00 closes at the midnight after it. No other span can close at 00:00.
DAY_ENDS = time(0)
FIRST_YEAR, LAST_YEAR = 2004, 2036

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000  # microseconds
_MINUTE, _HOUR = 60 * _SECOND, 3600 * _SECOND
_OUTSIDE = f"a limit has to be above 0 and to lie in {FIRST_YEAR} to {LAST_YEAR}"
_beginning = itemgetter(0)
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})[-–—－~～至到]+([0-9]{1,2}):([0-9]{2})")


def parse_spans(texts: Sequence[str]) -> Spans:
    """Read a day's spans, each as people write it (9:00-12:00, 09：00—12：00), one after the other.

    Returns the spans; one that ends the day, at 24:00, closes at DAY_ENDS
    Raises  ValueError when one cannot be read, does not go forward, or begins before the one before it ended
    """
    spans: list[tuple[time, time]] = []
    before = 0  # the minute of the day at which the span before closed
    for text in texts:
        read = _SPAN.fullmatch("".join(text.split()).replace("：", ":"))
        if read is None:
            raise ValueError(text)
        hours = list(map(int, read.groups()))
        opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(hours[1], hours[3]) > 59 or not before <= opens < closes <= 1440:
            raise ValueError(text)
        spans.append((time(hours[0], hours[1]), DAY_ENDS if closes == 1440 else time(hours[2], hours[3])))
        before = closes
    return tuple(spans)


def span_texts(spans: Spans) -> list[str]:
    """Return each span as it is stored and shown: 09:00-12:00, 18:00-24:00."""
    return [f"{opens:%H:%M}-{'24:00' if closes == DAY_ENDS else f'{closes:%H:%M}'}" for opens, closes in spans]


@dataclass(frozen=True)
class DayRule:
    """What is special about a day: a holiday has no spans, a make-up day has some; `name` says what day it is."""

    spans: Spans
    name: str = ""


@dataclass(frozen=True)
class DayCount:
    """One day of an explanation: how many minutes counted, and the day's name, if it has one."""

    date: date
    minutes: float
    name: str


class WorkingCalendar:
    """A compiled calendar: immutable arrays of working days and of the spans inside them.

    rules      the days that differ from the week of Monday to Friday
    announced  the years whose holidays are known; other years are provisional
    spans      the working time of a usual day
    version    the CalendarVersion that a clock notes beside its due time
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
        self._midnights: list[int] = []  # the midnight at which each working day begins
        self._day_ends: list[datetime] = []  # when the last span of each working day closes
        self._day_totals: list[int] = [0]  # working time before each working day, and after the last
        self._opens: list[int] = []  # when each span opens
        self._totals: list[int] = [0]  # working time before each span, and after the last
        self._first, self._last = (self._midnight(date(year, 1, 1)) for year in (FIRST_YEAR, LAST_YEAR + 1))
        day = date(FIRST_YEAR, 1, 1)
        while day.year <= LAST_YEAR:
            self._add(day)
            day += timedelta(days=1)

    def _add(self, day: date) -> None:
        spans = self.spans_of(day)
        for opens, closes in spans:
            start, end = _instant(datetime.combine(day, opens, self.zone)), _instant(self._close(day, closes))
            self._opens.append(start)
            self._totals.append(self._totals[-1] + end - start)
        if spans:
            self._midnights.append(self._midnight(day))
            self._day_ends.append(self._close(day, spans[-1][1]))
            self._day_totals.append(self._totals[-1])

    def _close(self, day: date, closes: time) -> datetime:
        """Return the moment at which a span of the day closes."""
        return datetime.combine(day + timedelta(days=closes == DAY_ENDS), closes, self.zone)

    def _midnight(self, day: date) -> int:
        return _instant(datetime.combine(day, time(0), self.zone))

    def spans_of(self, day: date) -> Spans:
        """Return the day's spans of working time, none on a day off."""
        rule = self.rules.get(day)
        if rule is not None:
            return rule.spans
        return self.spans if day.weekday() < 5 else ()

    @property
    def minutes_a_day(self) -> int:
        """How many minutes a usual working day has."""
        return sum(_minute(closes) - _minute(opens) for opens, closes in self.spans)

    def is_working_day(self, day: date) -> bool:
        """Return whether any minute of the day counts."""
        return bool(self.spans_of(day))

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Return whether a day from start to end lies in a year whose holidays are not announced."""
        years = range(start.astimezone(self.zone).year, end.astimezone(self.zone).year + 1)
        return any(year not in self.announced for year in years)

    def day_after(self, start: datetime) -> datetime:
        """Return the midnight after start: a limit in days counts from there."""
        day = start.astimezone(self.zone).date() + timedelta(days=1)
        return datetime.combine(day, time(0), self.zone)

    def minutes_between(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> float:
        """Return the working minutes from start to end, both aware, less the pauses; negative when end is before."""
        first, last = self._elapsed(_instant(start)), self._elapsed(_instant(end))
        counted = last - first
        for rests, resumes in self._rests(first, pauses) if pauses else ():
            counted -= max(0, (last if resumes is None else min(resumes, last)) - rests)
        return counted / _MINUTE

    def add_hours(self, start: datetime, hours: float, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the instant at which `hours` working hours, counted from the start instant, are used up.

        start   aware datetime inside FIRST_YEAR..LAST_YEAR
        Returns None when a pause without an end begins before that
        Raises  ValueError when hours are not above 0, start lies outside, or the calendar ends before the limit does
        """
        begin, limit = _instant(start), hours * _HOUR
        if not (self._first <= begin < self._last and 1 <= limit < self._last):
            raise ValueError(_OUTSIDE)
        elapsed = self._elapsed(begin)
        return self._reached(elapsed + round(limit), elapsed, pauses)

    def add_days(self, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the end of the last of `days` working days; the start day never counts.

        start   aware datetime inside FIRST_YEAR..LAST_YEAR
        Returns None when a pause without an end begins before that
        Raises  ValueError when days < 1, start lies outside, or the calendar ends before the limit does
        Source  民法典 第201条, 第203条
        """
        begin = _instant(start)
        place = bisect_right(self._midnights, begin)  # the first working day after the start day
        last = place + days - 1
        if begin < self._first or days < 1 or last >= len(self._day_ends):
            raise ValueError(_OUTSIDE)
        if not pauses:
            return self._day_ends[last]
        return self._reached(self._day_totals[last + 1], self._day_totals[place], pauses)

    def _reached(self, target: int, elapsed: int, pauses: Sequence[Pause]) -> datetime | None:
        """Return the earliest moment at which the working time, less the pauses since `elapsed`, reaches the target.

        target, elapsed  working time since the calendar's beginning (_elapsed)
        Returns None when a pause without an end begins before that
        """
        for rests, resumes in self._rests(elapsed, pauses) if pauses else ():
            if rests >= target:
                break
            if resumes is None:
                return None
            target += resumes - rests
        place = bisect_left(self._totals, target) - 1
        if place >= len(self._opens):
            raise ValueError(_OUTSIDE)
        return datetime.fromtimestamp((self._opens[place] + target - self._totals[place]) / _SECOND, self.zone)

    def _rests(self, elapsed: int, pauses: Sequence[Pause]) -> Iterator[tuple[int, int | None]]:
        """Yield where each pause begins and ends (None: never), both as working time since the calendar's beginning.

        They come in order. What lies before `elapsed`, or in an earlier pause too, is cut off: no minute comes twice.
        """
        for begins, ends in sorted(pauses, key=_beginning):
            rests = max(self._elapsed(_instant(begins)), elapsed)
            if ends is None:
                yield rests, None
                return
            elapsed = max(self._elapsed(_instant(ends)), rests)
            yield rests, elapsed

    def _elapsed(self, instant: int) -> int:
        """Return the working time from the calendar's beginning to an instant, in microseconds."""
        begun = bisect_right(self._opens, instant)
        if not begun:
            return 0
        total, end = self._totals[begun - 1] + instant - self._opens[begun - 1], self._totals[begun]
        return total if total < end else end

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


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _instant(moment: datetime) -> int:
    """Return an aware moment as microseconds since the epoch."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds
