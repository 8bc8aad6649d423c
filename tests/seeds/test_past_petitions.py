"""The petitions of the two months before: all different, about what there is, and over before their month is."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from departments.shipped_calendar import shipped_rules
from departments.working_calendar import WorkingCalendar
from petitions.models import LOW_LEVELS, Channel, Kind, Outcome
from seeds.load import rows
from seeds.walk import STEPS
from surveys.models import Result

PAST = list(rows("past_petitions.csv"))
PETITIONS = list(rows("petitions.csv"))
LEAST_WORKING_DAYS = 16  # of a month; the file's petitions are over a day before


def test_no_two_are_alike_nor_like_one_of_the_other_file() -> None:
    for key in ("key", "title", "body", "public_answer", "rating_text", "second_answer", "second_text"):
        texts = [row[key] for row in [*PETITIONS, *PAST] if row[key]]
        assert len(set(texts)) == len(texts), key
    assert set(PAST[0]) - {"months_ago", "working_day"} < set(PETITIONS[0])


def test_they_refer_to_what_there_is() -> None:
    categories = {row["code"] for row in rows("categories.csv") if row["parent"]}
    enterprises = Counter(row["short_name"] for row in rows("enterprises.csv"))
    city = {row["short_name"] for row in rows("departments.csv") if row["level"] == "city"}
    for row in PAST:
        assert row["category"] in categories, row["key"]
        assert enterprises[row["enterprise"]] == 1, row["key"]
        assert {row["lead"], *filter(None, row["supports"].split(";"))} <= city, row["key"]
        assert row["kind"] in Kind.values, row["key"]
        assert row["channel"] in Channel.values, row["key"]
        assert row["outcome"] in Outcome.values, row["key"]
        assert bool(row["supports"]) == bool(row["support_answer"]) == ("support_answer@" in row["steps"]), row["key"]


def test_each_month_has_the_variety_that_scores_are_about() -> None:
    for months_ago in ("1", "2"):
        month = [row for row in PAST if row["months_ago"] == months_ago]
        assert {row["rating_level"] for row in month} == {"", "1", "2", "3", "4", "5"}
        assert {row["rating_solved"] for row in month} == {"", "yes", "partly", "no"}
        assert len({name for row in month for name in (row["lead"], *row["supports"].split(";")) if name}) >= 8
        assert len({row["category"].split(".")[0] for row in month}) >= 8


def test_a_low_rating_is_put_right_and_nothing_else() -> None:
    for row in PAST:
        is_low = bool(row["rating_level"]) and int(row["rating_level"]) in LOW_LEVELS
        assert is_low == bool(row["second_level"]) == (row["steps"].count("rate@") == 2), row["key"]
        assert ("lapse@" in row["steps"]) == (not row["rating_level"]), row["key"]


def test_steps_are_over_before_the_shortest_month_is() -> None:
    for row in PAST:
        verbs, offsets = zip(*(token.split("@") for token in row["steps"].split()), strict=True)
        assert set(verbs) <= set(STEPS)
        days = [int(number) for offset in offsets for number in re.findall(r"(\d+)d", offset)]
        assert row["months_ago"] in ("1", "2")
        assert int(row["working_day"]) >= 1
        assert int(row["working_day"]) + max(days) < LEAST_WORKING_DAYS, row["key"]


@pytest.mark.parametrize("year", [2022, 2025, 2026])
def test_every_month_is_long_enough(year: int) -> None:
    calendar = WorkingCalendar(shipped_rules())
    first = date(year, 1, 1)
    days = Counter(
        day.month for day in (first + timedelta(days=by) for by in range(365)) if calendar.is_working_day(day)
    )
    assert min(days.values()) >= LEAST_WORKING_DAYS


def test_calls_say_what_came_of_them() -> None:
    for row in rows("calls.csv"):
        assert row["result"] in {*Result.values} - {Result.CALL_BACK}
        assert bool(row["below"]) == (row["result"] == Result.REACHED)
