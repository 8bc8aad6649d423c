"""R11: random deadlines equal those counted minute by minute.

R11_CASES says how many (500 unless told; the whole proof is 100,000). Every case is a limit in hours, one in days and
a stretch of time, in one of four calendars, with up to three pauses that may overlap, be empty or have no end.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.working_calendar import SPANS, ZONE, DayRule, Pause, Spans, WorkingCalendar
from tests.departments.oracle import MINUTE, Oracle

CASES = int(os.environ.get("R11_CASES", "500"))

OFF, WORKED = DayRule(spans=()), DayRule(spans=SPANS)
# Spring Festival 2026 and the days worked for it; National Day 2026 with its Sunday and its Saturday.
CITY = (
    {date(2026, 2, day): OFF for day in range(15, 24)}
    | {date(2026, 10, day): OFF for day in range(1, 8)}
    | dict.fromkeys([date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)], WORKED)
)
# A department with a short Friday before the holidays, Saturdays on duty, a night that goes on into the next day, and a
# day off of its own.
DEPARTMENT = CITY | {
    date(2026, 2, 13): DayRule(spans=((time(9), time(11, 15)),)),
    date(2026, 9, 26): DayRule(spans=((time(10), time(12)), (time(18), time(21, 30)))),
    date(2026, 10, 17): DayRule(spans=((time(10), time(12)),)),
    date(2026, 9, 28): OFF,
    date(2026, 10, 21): DayRule(spans=((time(9), time(12)), (time(20), time(0)))),
    date(2026, 10, 22): DayRule(spans=((time(0), time(2)), (time(13), time(0)))),
}
FOUR_SPANS: Spans = (
    (time(0), time(1, 30)),
    (time(6), time(11, 45)),
    (time(11, 45), time(13)),
    (time(22), time(23, 45)),
)
# A zone that moves its clocks in the night, and people at work while it does.
NIGHTS: Spans = ((time(0, 30), time(5)), (time(9), time(12)))
CHANGES = dict.fromkeys([date(2026, 3, 29), date(2026, 10, 25)], DayRule(spans=NIGHTS))
SETUPS: dict[str, tuple[dict[date, DayRule], Spans, ZoneInfo]] = {
    "city": (CITY, SPANS, ZONE),
    "department": (DEPARTMENT, SPANS, ZONE),
    "four spans": (CITY, FOUR_SPANS, ZONE),
    "clocks that change": (CHANGES, NIGHTS, ZoneInfo("Europe/Berlin")),
}

# Minutes of 2026 up to October, those around the long holidays and the changes of the clocks more often than the rest.
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
STARTS = st.one_of(
    st.integers(0, 306 * 1440),
    *(st.integers(day * 1440, (day + 16) * 1440) for day in (41, 80, 268, 290)),
)
# A pause begins so many minutes after the start and lasts so long, or for ever (below 0).
PAUSES = st.lists(st.tuples(st.integers(-1440, 10_000), st.integers(-300, 3000)), max_size=3)


@cache
def both(name: str) -> tuple[WorkingCalendar, Oracle]:
    rules, spans, zone = SETUPS[name]
    return WorkingCalendar(rules, spans=spans, zone=zone), Oracle(rules, spans, zone)


def instant(moment: datetime | None) -> datetime | None:
    """In UTC: Python calls a moment of the hour that comes twice unequal to the same moment of another zone."""
    return moment and moment.astimezone(UTC)


@pytest.mark.timeout(3600)
@settings(max_examples=CASES, deadline=None, print_blob=True)
@given(
    name=st.sampled_from(sorted(SETUPS)),
    begin=STARTS,
    minutes=st.integers(1, 40 * 60),
    days=st.integers(1, 25),
    stretch=st.integers(-5000, 20_000),
    lasts=PAUSES,
)
def test_deadlines_equal_the_oracle(
    name: str, begin: int, minutes: int, days: int, stretch: int, lasts: list[tuple[int, int]]
) -> None:
    calendar, oracle = both(name)
    start = NEW_YEAR + begin * MINUTE
    pauses: list[Pause] = [
        (start + after * MINUTE, None if last < 0 else start + (after + last) * MINUTE) for after, last in lasts
    ]
    assert instant(calendar.add_hours(start, minutes / 60, pauses)) == oracle.hours(start, minutes, pauses)
    assert instant(calendar.add_days(start, days, pauses)) == oracle.days(start, days, pauses)
    end = start + stretch * MINUTE
    assert calendar.minutes_between(start, end, pauses) == oracle.between(start, end, pauses)


def test_the_oracle_sees_a_day_too_many() -> None:
    """The negative control: with one make-up day forgotten, some of the same kind of cases differ."""
    forgetful = WorkingCalendar({day: rule for day, rule in CITY.items() if day != date(2026, 2, 28)})
    _calendar, oracle = both("city")
    dice = Random(11)
    starts = [NEW_YEAR + timedelta(minutes=dice.randrange(41 * 1440, 57 * 1440)) for _case in range(50)]
    assert any(forgetful.add_days(start, 5) != oracle.days(start, 5, ()) for start in starts)
