"""Limits as a table of dates, without a database: working days by kind, service level and part."""

from datetime import date, datetime

import pytest

from departments.models import Category
from departments.working_calendar import SPANS, DayRule, WorkingCalendar
from petitions.clocks import LIMIT_DAYS, due_at, limit_days
from petitions.models import Kind
from tests.moments import FRIDAY_5PM, LAST_DAY_BEFORE_SPRING_FESTIVAL, SATURDAY_NOON, SHANGHAI, TUESDAY_10AM

# Spring Festival 2026: 15 to 23 February off, 14 and 28 February worked.
OFF, WORKED = DayRule(spans=()), DayRule(spans=SPANS)
SPRING = {date(2026, 2, day): OFF for day in range(15, 24)} | {date(2026, 2, day): WORKED for day in (14, 28)}
CALENDAR = WorkingCalendar(SPRING)

LIMITS = [
    # kind, service level, lead, support
    ("consult", "consult", 3, 2),
    ("consult", "ordinary", 3, 2),
    ("consult", "complex", 15, 14),
    ("consult", "", 3, 2),
    ("help", "consult", 3, 2),
    ("help", "ordinary", 5, 4),
    ("help", "complex", 15, 14),
    ("help", "", 5, 4),
    ("complaint", "ordinary", 5, 4),
    ("suggestion", "complex", 15, 14),
]

DATES = [
    # from, kind, part, the day whose 17:30 ends the limit
    (TUESDAY_10AM, "help", "lead", "2026-09-15"),
    (TUESDAY_10AM, "help", "support", "2026-09-14"),
    (TUESDAY_10AM, "consult", "lead", "2026-09-11"),
    (FRIDAY_5PM, "help", "lead", "2026-09-18"),
    (SATURDAY_NOON, "help", "lead", "2026-09-18"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, "help", "lead", "2026-02-28"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, "consult", "support", "2026-02-25"),
]


@pytest.mark.parametrize(("kind", "level", "lead", "support"), LIMITS)
def test_limits_by_kind_level_and_part(kind: str, level: str, lead: int, support: int) -> None:
    assert limit_days(kind=kind, service_level=level, part="lead") == lead
    assert limit_days(kind=kind, service_level=level, part="support") == support


@pytest.mark.parametrize(("start", "kind", "part", "day"), DATES)
def test_limits_end_with_the_office_hours_of_their_last_day(start: datetime, kind: str, part: str, day: str) -> None:
    end = datetime.fromisoformat(f"{day}T17:30:00").replace(tzinfo=SHANGHAI)
    assert due_at(CALENDAR, start, kind=kind, service_level="ordinary", part=part) == end


def test_every_service_level_has_a_limit_and_no_support_less_than_a_day() -> None:
    assert set(LIMIT_DAYS) == set(Category.ServiceLevel.values)
    for kind in Kind.values:
        for level in (*Category.ServiceLevel.values, ""):
            assert limit_days(kind=kind, service_level=level, part="support") >= 1
