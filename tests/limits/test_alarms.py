"""When a clock reaches its alarms, as a table: a share of the time that counts, and working days after it was due."""

from datetime import datetime, timedelta

import pytest

from departments.working_calendar import Pause, WorkingCalendar
from limits.due_times import alarm_time, compute, due_time
from limits.models import LadderStep
from petitions.models import Clock
from tests.moments import FRIDAY_5PM, SATURDAY_NOON, SHANGHAI, TUESDAY_10AM

# No holidays in these weeks: Monday is 7 September 2026.
CALENDAR = WorkingCalendar({})
MONDAY_10AM = TUESDAY_10AM - timedelta(days=1)
LADDER = [
    LadderStep(level=1, share_percent=75),
    LadderStep(level=2, after=0, after_unit="working_days"),
    LadderStep(level=3, after=1, after_unit="working_days"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock_of(start: datetime, amount: float, unit: str, extended: int = 0) -> Clock:
    return Clock(started_at=start, amount=amount, unit=unit, extended_days=extended)


# A whole day's pause, one inside the start day, one over a weekend, one that begins before the start.
WEDNESDAY: Pause = (at("2026-09-09T00:00"), at("2026-09-10T00:00"))
MONDAY_NOON: Pause = (at("2026-09-07T11:00"), at("2026-09-07T16:00"))
WEEKEND: Pause = (at("2026-09-11T17:30"), at("2026-09-14T09:00"))
EARLIER: Pause = (at("2026-09-01T09:00"), at("2026-09-07T11:00"))

ALARMS = [
    # start, amount, unit, extended by, pauses, 75 per cent, due, one day later
    (MONDAY_10AM, 5, "working_days", 0, [], "2026-09-11T15:45", "2026-09-14T17:30", "2026-09-15T17:30"),
    (at("2026-09-07T00:00"), 5, "working_days", 0, [], "2026-09-11T15:45", "2026-09-14T17:30", "2026-09-15T17:30"),
    (at("2026-09-07T23:59"), 5, "working_days", 0, [], "2026-09-11T15:45", "2026-09-14T17:30", "2026-09-15T17:30"),
    (MONDAY_10AM, 1, "working_days", 0, [], "2026-09-08T15:45", "2026-09-08T17:30", "2026-09-09T17:30"),
    (SATURDAY_NOON, 2, "working_days", 0, [], "2026-09-15T14:00", "2026-09-15T17:30", "2026-09-16T17:30"),
    (MONDAY_10AM, 5, "working_days", 0, [WEDNESDAY], "2026-09-14T15:45", "2026-09-15T17:30", "2026-09-16T17:30"),
    (MONDAY_10AM, 5, "working_days", 0, [MONDAY_NOON], "2026-09-11T15:45", "2026-09-14T17:30", "2026-09-15T17:30"),
    (MONDAY_10AM, 5, "working_days", 0, [WEEKEND], "2026-09-11T15:45", "2026-09-14T17:30", "2026-09-15T17:30"),
    (MONDAY_10AM, 5, "working_days", 3, [], "2026-09-15T17:30", "2026-09-17T17:30", "2026-09-18T17:30"),
    (MONDAY_10AM, 5, "working_days", 3, [WEDNESDAY], "2026-09-16T17:30", "2026-09-18T17:30", "2026-09-21T17:30"),
    (TUESDAY_10AM, 4, "working_hours", 0, [], "2026-09-08T14:30", "2026-09-08T15:30", "2026-09-09T17:30"),
    (FRIDAY_5PM, 2, "working_hours", 0, [], "2026-09-14T10:00", "2026-09-14T10:30", "2026-09-15T17:30"),
    (MONDAY_10AM, 4, "working_hours", 0, [MONDAY_NOON], "2026-09-08T09:30", "2026-09-08T10:30", "2026-09-09T17:30"),
    (MONDAY_10AM, 4, "working_hours", 0, [EARLIER], "2026-09-07T15:30", "2026-09-07T16:30", "2026-09-08T17:30"),
    (MONDAY_10AM, 4, "calendar_days", 0, [], "2026-09-11T00:00", "2026-09-12T00:00", "2026-09-14T17:30"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "extended", "pauses", "share", "due", "later"), ALARMS)
def test_a_share_is_of_the_time_that_counts(
    start: datetime, amount: int, unit: str, extended: int, pauses: list[Pause], share: str, due: str, later: str
) -> None:
    clock = clock_of(start, amount, unit, extended)
    ends = due_time(CALENDAR, clock, pauses)
    assert ends == at(due)
    assert [alarm_time(CALENDAR, clock, step, ends, pauses) for step in LADDER] == [at(share), at(due), at(later)]


@pytest.mark.parametrize(
    ("after", "unit", "reached"),
    [
        (0, "working_hours", "2026-09-11T17:30"),
        (4, "working_hours", "2026-09-14T14:30"),
        (1, "working_days", "2026-09-14T17:30"),
        (1, "calendar_days", "2026-09-12T17:30"),
        (3, "calendar_days", "2026-09-14T17:30"),
    ],
)
def test_a_level_after_the_end_has_a_unit_of_its_own(after: int, unit: str, reached: str) -> None:
    clock, step = clock_of(at("2026-09-10T10:00"), 1, "working_days"), LadderStep(after=after, after_unit=unit)
    due = due_time(CALENDAR, clock)
    assert due == at("2026-09-11T17:30")  # a Friday
    assert alarm_time(CALENDAR, clock, step, due) == at(reached)


def test_an_open_pause_after_the_due_time_stops_no_alarm() -> None:
    clock, pauses = clock_of(MONDAY_10AM, 5, "working_days"), [(at("2026-09-14T17:30"), None)]
    compute(clock, CALENDAR, LADDER, pauses)
    assert clock.alarm_times[0] == clock.next_alarm_at == at("2026-09-11T15:45")


def test_a_clock_that_rests_has_no_alarm_until_it_goes_on() -> None:
    clock, begins = clock_of(MONDAY_10AM, 5, "working_days"), at("2026-09-09T00:00")
    compute(clock, CALENDAR, LADDER, [(begins, None)])
    assert (clock.due_at, clock.alarm_times, clock.next_alarm_at) == (None, [], None)
    compute(clock, CALENDAR, LADDER, [(begins, at("2026-09-10T00:00"))])
    assert clock.next_alarm_at == at("2026-09-14T15:45")


def test_a_longer_limit_moves_an_alarm_that_was_not_raised() -> None:
    clock = clock_of(MONDAY_10AM, 5, "working_days")
    compute(clock, CALENDAR, LADDER)
    assert clock.next_alarm_at == at("2026-09-11T15:45")
    clock.extended_days = 3
    compute(clock, CALENDAR, LADDER)
    assert clock.next_alarm_at == at("2026-09-15T17:30")


def test_a_longer_limit_never_raises_a_level_twice() -> None:
    """Level 1 was raised on Friday: the share of the longer limit lies ahead again, but what comes next is its end."""
    clock = clock_of(MONDAY_10AM, 5, "working_days")
    compute(clock, CALENDAR, LADDER)
    clock.next_place, clock.extended_days = 2, 3
    compute(clock, CALENDAR, LADDER)
    assert clock.next_alarm_at == clock.due_at == at("2026-09-17T17:30")
    assert clock.alarm_times == [at("2026-09-11T15:45"), at("2026-09-17T17:30"), at("2026-09-18T17:30")]
    clock.next_place = len(LADDER) + 1
    compute(clock, CALENDAR, LADDER)
    assert clock.next_alarm_at is None
