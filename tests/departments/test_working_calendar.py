"""Working time against tables of dates and the stated deadlines of two years; against an oracle: test_oracle.py."""

import json
from datetime import date, datetime
from functools import cache

import pytest

from departments.working_calendar import FIRST_YEAR, LAST_YEAR, SPANS, DayRule, Pause, WorkingCalendar
from tests.moments import (
    FRIDAY_5PM,
    LAST_DAY_BEFORE_SPRING_FESTIVAL,
    SATURDAY_NOON,
    SHANGHAI,
    TUESDAY_2PM,
    TUESDAY_10AM,
)
from tests.shared_data import shared_data

OFF, WORKED = DayRule(spans=(), name="放假"), DayRule(spans=SPANS, name="调休")
# Spring Festival 2026 and the days worked for it; National Day 2026 with its Sunday and its Saturday.
RULES = (
    {date(2026, 2, day): OFF for day in range(15, 24)}
    | {date(2026, 10, day): OFF for day in range(1, 8)}
    | dict.fromkeys([date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)], WORKED)
)
CALENDAR = WorkingCalendar(RULES, announced={2026})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


HOURS = [
    (TUESDAY_10AM, 2, "2026-09-08T12:00"),
    (TUESDAY_10AM, 2.5, "2026-09-08T14:00"),
    (TUESDAY_2PM, 3.5, "2026-09-08T17:30"),
    (TUESDAY_2PM, 4, "2026-09-09T09:30"),
    (FRIDAY_5PM, 1, "2026-09-14T09:30"),
    (SATURDAY_NOON, 7, "2026-09-14T17:30"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, 8, "2026-02-24T11:00"),
    (at("2026-09-08T12:10"), 1, "2026-09-08T14:30"),
    (at("2026-09-08T23:00"), 3, "2026-09-09T12:00"),
]
DAYS = [
    (TUESDAY_10AM, 1, "2026-09-09T17:30"),
    (FRIDAY_5PM, 1, "2026-09-14T17:30"),
    (at("2026-09-11T23:59"), 1, "2026-09-14T17:30"),
    (SATURDAY_NOON, 1, "2026-09-14T17:30"),
    (SATURDAY_NOON, 6, "2026-09-20T17:30"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, 2, "2026-02-25T17:30"),
    (at("2026-09-30T10:00"), 3, "2026-10-10T17:30"),
    (at("2026-09-08T00:00"), 15, "2026-09-28T17:30"),
]


@pytest.mark.parametrize(("start", "hours", "end"), HOURS)
def test_hours_count_from_the_instant(start: datetime, hours: float, end: str) -> None:
    assert CALENDAR.add_hours(start, hours) == at(end)


@pytest.mark.parametrize(("start", "days", "end"), DAYS)
def test_days_leave_out_the_first_and_end_with_the_office(start: datetime, days: int, end: str) -> None:
    assert CALENDAR.add_days(start, days) == at(end)


def test_a_start_in_another_zone_is_the_same_instant() -> None:
    # 17:00 UTC on Tuesday is one o'clock on Wednesday morning in Shanghai.
    start = datetime.fromisoformat("2026-09-08T17:00:00+00:00")
    assert CALENDAR.add_days(start, 1) == at("2026-09-10T17:30")
    assert CALENDAR.add_hours(start, 1) == at("2026-09-09T10:00")


def test_minutes_between_count_forwards_and_backwards() -> None:
    assert CALENDAR.minutes_between(TUESDAY_10AM, TUESDAY_2PM) == 150
    assert CALENDAR.minutes_between(TUESDAY_2PM, TUESDAY_10AM) == -150
    assert CALENDAR.minutes_between(at("2026-09-11T18:00"), at("2026-09-14T09:00")) == 0
    assert CALENDAR.minutes_between(at("1999-01-01T00:00"), at("1999-12-31T00:00")) == 0


LAST_DAY = at(f"{LAST_YEAR}-12-31T10:00")
OUTSIDE = [
    (at(f"{FIRST_YEAR - 1}-12-31T23:59"), 1, 1),
    (at(f"{LAST_YEAR + 1}-01-01T00:00"), 1, 1),
    (LAST_DAY, 100, 1),
    (TUESDAY_10AM, 0, 0),
    (TUESDAY_10AM, -1, -1),
    (TUESDAY_10AM, 1e-12, 99_999),
    (TUESDAY_10AM, float("nan"), -99_999),
    (TUESDAY_10AM, float("inf"), 99_999),
]


@pytest.mark.parametrize(("start", "hours", "days"), OUTSIDE)
def test_what_no_calendar_can_answer_is_refused(start: datetime, hours: float, days: int) -> None:
    with pytest.raises(ValueError, match="above 0 and to lie in 2004 to 2036"):
        CALENDAR.add_hours(start, hours)
    with pytest.raises(ValueError, match="above 0 and to lie in 2004 to 2036"):
        CALENDAR.add_days(start, days)


def test_the_last_minutes_of_the_calendar_count() -> None:
    assert CALENDAR.add_hours(LAST_DAY, 6) == at(f"{LAST_YEAR}-12-31T17:30")
    assert CALENDAR.add_days(at(f"{LAST_YEAR}-12-30T23:59"), 1) == at(f"{LAST_YEAR}-12-31T17:30")


def test_not_a_microsecond_is_rounded() -> None:
    start = at("2026-09-08T10:00:00.123457")
    due = CALENDAR.add_hours(start, 4)
    assert due == at("2026-09-08T15:30:00.123457")
    assert CALENDAR.add_hours(start, 4, [(due, None)]) == due
    assert CALENDAR.add_hours(start, 4, [(due.replace(microsecond=123456), None)]) is None


PAUSED = [
    # pause, end of four hours from Tuesday ten o'clock, end of two days from there
    (("2026-09-08T11:00", "2026-09-09T11:00"), "2026-09-09T15:30", "2026-09-11T11:00"),
    (("2026-09-08T12:00", "2026-09-08T13:30"), "2026-09-08T15:30", "2026-09-10T17:30"),
    (("2026-09-12T00:00", "2026-09-13T23:59"), "2026-09-08T15:30", "2026-09-10T17:30"),
    (("2026-09-01T09:00", "2026-09-08T11:00"), "2026-09-08T16:30", "2026-09-10T17:30"),
    (("2026-09-09T09:00", "2026-09-10T09:00"), "2026-09-08T15:30", "2026-09-11T17:30"),
    (("2026-09-08T11:00", None), None, None),
    (("2026-09-08T15:30", None), "2026-09-08T15:30", None),
    (("2026-09-11T09:00", None), "2026-09-08T15:30", "2026-09-10T17:30"),
]


@pytest.mark.parametrize(("pause", "hours_end", "days_end"), PAUSED)
def test_what_lies_in_a_pause_does_not_count(
    pause: tuple[str, str | None], hours_end: str | None, days_end: str | None
) -> None:
    begins, ends = pause
    pauses: list[Pause] = [(at(begins), at(ends) if ends else None)]
    assert CALENDAR.add_hours(TUESDAY_10AM, 4, pauses) == (at(hours_end) if hours_end else None)
    assert CALENDAR.add_days(TUESDAY_10AM, 2, pauses) == (at(days_end) if days_end else None)


def test_overlapping_pauses_are_taken_off_once_in_whatever_order() -> None:
    first, second = (at("2026-09-08T11:00"), at("2026-09-08T15:00")), (at("2026-09-08T10:30"), at("2026-09-08T12:00"))
    for pauses in ([first, second], [second, first], [first, second, first]):
        assert CALENDAR.add_hours(TUESDAY_10AM, 1, pauses) == at("2026-09-08T15:30")
        assert CALENDAR.minutes_between(TUESDAY_10AM, at("2026-09-08T17:30"), pauses) == 180


def test_an_unannounced_year_makes_a_limit_provisional() -> None:
    assert not CALENDAR.is_provisional(TUESDAY_10AM, FRIDAY_5PM)
    assert CALENDAR.is_provisional(TUESDAY_10AM, at("2027-01-04T17:30"))
    assert CALENDAR.is_provisional(at("2025-12-31T10:00"), TUESDAY_10AM)


def test_a_limit_explains_itself_day_by_day() -> None:
    start, end = LAST_DAY_BEFORE_SPRING_FESTIVAL, at("2026-02-24T11:00")
    days = list(CALENDAR.explain(start, end))
    counted = [(day.date.isoformat(), day.minutes, day.name) for day in days if day.minutes]
    assert counted == [("2026-02-14", 360, "调休"), ("2026-02-24", 120, "")]
    assert sum(day.minutes for day in days) == 8 * 60
    assert [day.name for day in days if not day.minutes] == ["放假"] * 9
    by_days = list(CALENDAR.explain(TUESDAY_10AM, at("2026-09-10T17:30"), by_days=True))
    assert [day.minutes for day in by_days] == [0, 420, 420]


@cache
def council() -> WorkingCalendar:
    """The calendar of 2025 and 2026 as the State Council announced it."""
    years = json.loads(shared_data("cn_workcalendar_2025_2026.json").read_text(encoding="utf-8"))
    days = {date.fromisoformat(day): OFF for day in years["off"]}
    return WorkingCalendar(days | {date.fromisoformat(day): WORKED for day in years["makeup"]})


def test_the_twenty_stated_deadlines() -> None:
    add = {"hours": council().add_hours, "days": council().add_days}
    got, stated = {}, {}
    for row in map(json.loads, shared_data("deadlines.jsonl").read_text(encoding="utf-8").splitlines()):
        pauses: list[Pause] = [(at(begins[:16]), at(ends[:16])) for begins, ends in row["pauses"]]
        got[row["id"]] = add[row["unit"]](datetime.fromisoformat(row["start"]), row["amount"], pauses)
        stated[row["id"]] = datetime.fromisoformat(row["expected"])
    assert len(stated) == 20
    assert got == stated
