"""Where rows and their steps lie in time, whatever day it is."""

from datetime import datetime, timedelta

import pytest

from seeds.moments import after, moment_of
from tests.moments import LAST_DAY_BEFORE_SPRING_FESTIVAL, SATURDAY_NOON, TUESDAY_10AM, moment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("offset", "reached"),
    [
        ("90m", "2026-09-08 11:30"),
        ("2.5h", "2026-09-08 12:30"),
        ("1h30m", "2026-09-08 11:30"),
        ("3d", "2026-09-11 10:00"),
        ("4d", "2026-09-14 10:00"),
        ("4d20m", "2026-09-14 10:20"),
        ("9d", "2026-09-20 10:00"),  # a Sunday on which offices work
    ],
)
def test_offsets_count_working_days_first(offset: str, reached: str) -> None:
    assert after(TUESDAY_10AM, offset) == moment(reached)


@pytest.mark.parametrize("offset", ["", "90", "m", "1.5d", "30m1d"])
def test_what_is_no_offset_is_refused(offset: str) -> None:
    with pytest.raises(ValueError, match="is no offset"):
        after(TUESDAY_10AM, offset)


@pytest.mark.parametrize(
    ("now", "months_ago", "reported"),
    [
        (SATURDAY_NOON, 1, "2026-08-04 09:20"),
        (SATURDAY_NOON, 2, "2026-07-02 09:20"),
        (LAST_DAY_BEFORE_SPRING_FESTIVAL, 1, "2026-01-05 09:20"),  # the 4th is a Sunday on which offices work
        (moment("2026-11-01 00:30"), 1, "2026-10-09 09:20"),
        (moment("2027-01-31 23:00"), 2, "2026-11-03 09:20"),
    ],
)
def test_a_petition_of_a_month_that_is_over_lies_on_its_working_day(
    now: datetime, months_ago: int, reported: str
) -> None:
    row = {"months_ago": str(months_ago), "working_day": "2", "time": "09:20"}
    assert moment_of(row, now) == moment(reported)


def test_days_ago_count_from_the_last_saturday_and_never_reach_into_the_future() -> None:
    row = {"days_ago": "1", "time": "09:20"}
    assert moment_of(row, TUESDAY_10AM) == moment("2026-09-04 09:20")
    row = {"days_ago": "0", "time": "23:00"}
    assert moment_of(row, SATURDAY_NOON) == SATURDAY_NOON - timedelta(minutes=5)
