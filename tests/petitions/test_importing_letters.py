"""How a cell becomes text, a title and body, a moment. No database."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.importing.letters import Reason, Rejected, check_order, clean, fitted, moment
from petitions.models import TITLE_MAX
from petitions.reporting import BODY_MIN
from tests.moments import SHANGHAI

BODY = "厂区北门外的三盏路灯两周不亮。"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (" - ", ""),
        ("—", ""),
        ("无", ""),
        (12, "12"),
        ("无人处理", "无人处理"),
        ("一_x000D_\n二", "一\n二"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("有\x00字", "有字"),
        ("半个字\ud800", "半个字"),
    ],
)
def test_a_cell_becomes_text_the_database_can_keep(cell: object, text: str) -> None:
    assert clean(cell) == text


def test_a_title_and_body_that_fit_stay_as_they_are() -> None:
    assert fitted("路灯不亮", BODY) == ("路灯不亮", BODY)


def test_a_title_that_is_too_long_stands_in_full_above_the_body() -> None:
    title = "路" * (TITLE_MAX + 1)
    assert fitted(title, BODY) == ("路" * (TITLE_MAX - 1) + "…", f"{title}\n\n{BODY}")


def test_a_title_of_the_most_characters_is_not_cut() -> None:
    assert fitted("路" * TITLE_MAX, BODY).title == "路" * TITLE_MAX


def test_a_body_that_is_too_short_gets_the_title_above_it() -> None:
    short = "如题，请答复"
    assert len(short) < BODY_MIN
    assert fitted("请问在哪里办理人才登记", short).body == f"请问在哪里办理人才登记\n\n{short}"


def test_a_missing_title_is_the_beginning_of_the_body() -> None:
    assert fitted("", "第一行\n第二行，说明情况") == ("第一行 第二行，说明情况", "第一行\n第二行，说明情况")


def test_a_letter_without_content_is_rejected() -> None:
    with pytest.raises(Rejected) as rejected:
        fitted("标题", "")
    assert rejected.value.reason == Reason.EMPTY_BODY


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05 16:30",
        "2025/3/5 16:30:00",
        "2025.03.05 16:30",
        "2025年3月5日 16:30",
        "2025-03-05T16:30:00",
        "2025-03-05T16:30:00.000",
        "2025-03-05T08:30:00+00:00",
    ],
)
def test_a_moment_is_read_in_the_citys_time(text: str) -> None:
    assert moment(text, "时间") == datetime(2025, 3, 5, 16, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["2025-03-05", "2025/3/5", "2025年3月5日", "20250305"])
def test_a_date_is_the_beginning_of_its_day(text: str) -> None:
    assert moment(text, "时间") == datetime(2025, 3, 5, tzinfo=SHANGHAI)


def test_a_date_on_the_day_of_the_step_before_is_not_earlier_than_it() -> None:
    before = datetime(2025, 3, 5, 16, 30, tzinfo=SHANGHAI)
    assert moment("2025-03-05", "时间", after=before) == before
    assert moment("2025-03-06", "时间", after=before) == datetime(2025, 3, 6, tzinfo=SHANGHAI)
    assert moment("2025-03-05 09:00", "时间", after=before) < before


@pytest.mark.parametrize(
    "text", ["", "三月五日", "2025-02-30", "2025-13-01", "45721", "2025-03-05 25:00", "05/03/2025"]
)
def test_what_is_no_date_is_rejected(text: str) -> None:
    with pytest.raises(Rejected) as rejected:
        moment(text, "答复时间")
    assert rejected.value.reason == Reason.BAD_DATE
    assert "答复时间" in rejected.value.detail


@pytest.mark.parametrize("text", ["1900-01-01", "2003-12-31", "2037-01-01", "9999-12-31", "0001-01-01"])
def test_a_year_outside_the_calendar_is_rejected(text: str) -> None:
    with pytest.raises(Rejected) as rejected:
        moment(text, "时间")
    assert rejected.value.reason == Reason.DATE_OUT_OF_RANGE


@given(st.dates(date(2004, 1, 1), date(2036, 12, 31)), st.sampled_from(["-", "/", "."]))
def test_every_day_of_the_calendar_is_read_back(day: date, sign: str) -> None:
    text = f"{day.year}{sign}{day.month}{sign}{day.day}"
    assert moment(text, "时间").date() == day


def test_steps_may_fall_together_but_not_go_back() -> None:
    start = datetime(2025, 3, 5, tzinfo=SHANGHAI)
    check_order(("提交", start), ("派单", None), ("答复", start))
    with pytest.raises(Rejected) as rejected:
        check_order(("提交", start), ("派单", None), ("答复", start - timedelta(minutes=1)))
    assert rejected.value.reason == Reason.DATES_OUT_OF_ORDER
    assert rejected.value.detail == "答复2025-03-04 23:59早于提交2025-03-05 00:00。"
