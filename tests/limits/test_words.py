"""The one language in which every page says how long a limit runs, and when it ends."""

from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from departments.working_calendar import SPANS, WorkingCalendar
from limits.due_times import due_time
from limits.reading import ClockReading
from limits.templatetags.limits import due_words, lateness, minutes_in_words
from petitions.models import Clock
from tests.moments import moment

# Friday 2 October 2026 to Monday 5 October are usual days in this calendar: it knows no holidays.
CALENDAR = WorkingCalendar({}, announced={2026, 2027}, spans=SPANS)
FRIDAY = "2026-12-04 10:00"


def clock(unit: str, amount: str, started_at: str = FRIDAY) -> Clock:
    one = Clock(promise="contact", unit=unit, amount=Decimal(amount), started_at=moment(started_at))
    one.due_at = due_time(CALENDAR, one)
    return one


def words(one: Clock, now: str) -> tuple[str, str]:
    """Return what is said of a clock at a moment: how long it runs, and until when."""
    reading = ClockReading(one, CALENDAR, moment(now), pauses=())
    left = lateness(reading) if reading.is_overdue else minutes_in_words(reading, reading.left_minutes)
    with time_machine.travel(moment(now), tick=False):
        return left, due_words(one)


# unit, amount, started, now, what is left or how late, until when
SAID = [
    ("working_days", "5", FRIDAY, "2026-12-11 17:29:40", "不到1分钟", "今天 17:30"),
    ("working_hours", "4", FRIDAY, "2026-12-04 15:30", "不到1分钟", "今天 15:30"),
    ("working_days", "5", FRIDAY, FRIDAY, "5个工作日", "12-11 周五"),
    ("working_days", "5", FRIDAY, "2026-12-10 17:00", "1个工作日", "明天"),
    ("working_days", "5", FRIDAY, "2026-12-11 10:30", "5小时30分钟", "今天 17:30"),
    ("working_days", "5", FRIDAY, "2026-12-12 09:00", "已超时", "昨天"),
    ("working_days", "5", FRIDAY, "2026-12-14 10:30", "已超时 1小时30分钟", "12-11 周五"),
    ("working_days", "5", FRIDAY, "2026-12-23 12:00", "已超时 7个工作日3小时", "12-11 周五"),
    ("working_days", "15", "2026-12-14 10:00", "2026-12-14 10:00", "15个工作日", "2027-01-04 周一"),
    ("working_hours", "4", FRIDAY, FRIDAY, "4小时", "今天 15:30"),
    ("working_hours", "4", "2026-12-04 16:00", "2026-12-04 16:00", "4小时", "12-07 周一 11:30"),
    ("working_hours", "4", "2026-12-03 16:00", "2026-12-03 16:30", "3小时30分钟", "明天 11:30"),
    ("working_hours", "4", FRIDAY, "2026-12-07 09:05", "已超时 2小时5分钟", "12-04 周五 15:30"),
    ("calendar_days", "7", FRIDAY, FRIDAY, "7天", "12-11 周五"),
    ("calendar_days", "7", FRIDAY, "2026-12-11 23:00", "1小时", "今天 24:00"),
    ("calendar_days", "7", FRIDAY, "2026-12-10 23:00", "1天1小时", "明天"),
    ("calendar_days", "7", FRIDAY, "2026-12-13 00:00", "已超时 1天", "12-11 周五"),
]


@pytest.mark.parametrize(("unit", "amount", "started", "now", "left", "until"), SAID)
def test_a_limit_is_said_in_its_own_unit(unit: str, amount: str, started: str, now: str, left: str, until: str) -> None:
    assert words(clock(unit, amount, started), now) == (left, until)


def test_in_english_too() -> None:
    with translation.override("en"):
        assert words(clock("working_days", "5"), "2026-12-11 10:30") == ("5 h 30 min", "today 17:30")
        assert words(clock("working_days", "5"), FRIDAY) == ("5 working days", "12-11 Fri")
        assert words(clock("working_days", "5"), "2026-12-10 17:00") == ("1 working day", "tomorrow")
        assert words(clock("working_days", "5"), "2026-12-14 10:30")[0] == "Overdue by 1 h 30 min"


@pytest.mark.parametrize(
    ("unit", "amount", "now", "is_near"),
    [
        ("working_days", "15", FRIDAY, False),
        ("working_days", "15", "2026-12-22 17:00", True),  # 86 % are used
        ("working_days", "2", FRIDAY, False),  # until Tuesday
        ("working_days", "2", "2026-12-07 09:00", True),  # until tomorrow
        ("working_days", "1", FRIDAY, True),  # until Monday, which is the next working day
        ("working_hours", "4", FRIDAY, True),
        ("calendar_days", "7", FRIDAY, False),
    ],
)
def test_a_limit_is_near_when_it_ends_by_the_next_working_day_or_is_mostly_used(
    unit: str, amount: str, now: str, is_near: bool
) -> None:
    assert ClockReading(clock(unit, amount), CALENDAR, moment(now), pauses=()).is_near is is_near
