"""Days in tables, as offices write them: what is read, and the Chinese sentence for each cell that cannot be."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from departments.announcing.files import read_calendar
from departments.announcing.statements import StatedDay, WrongCalendar
from tests.cast import Cast
from tests.departments.days import HEAD, table

NEW_YEAR = date(2027, 1, 1)
CHINESE = "日期,是否工作日,工作时段,名称,部门\n"


def read(text: str, encoding: str = "utf-8", name: str = "days.csv") -> list[StatedDay]:
    return list(read_calendar(text.encode(encoding), name).days)


def told(content: bytes, name: str = "days.csv") -> list[str]:
    """The sentences with which a file is refused."""
    with pytest.raises(WrongCalendar) as wrong:
        read_calendar(content, name)
    return wrong.value.problems


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_table_is_read(cast: Cast) -> None:
    text = (
        f"{HEAD}2026-10-10,1,09:00 - 12:00 ; 13:00-14:00,调休,\n2026-10-10,休,,轮休,jingxin\n2026-10-12,否,,,税务局\n"
    )
    first, second, third = read(text)
    assert (first.date, first.said) == (date(2026, 10, 10), (True, ("09:00-12:00", "13:00-14:00"), "调休", ""))
    assert (second.department, second.said) == (cast.lead.pk, (False, (), "轮休", ""))
    assert (third.department, third.line) == (cast.support.pk, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "2027-01-01", "2027-1-1", "2027/1/1", "2027/01/01", "2027.1.1", "2027年1月1日", "2027年01月01日（星期五）",
        "2027-1-1 周五", "20270101", "46388", "2027-01-01 00:00:00", " 2027-01-01 ",
    ],
)  # fmt: skip
def test_a_day_is_read_as_offices_write_it(written: str) -> None:
    assert [day.date for day in read(f"{HEAD}{written},休,,元旦,\n")] == [NEW_YEAR]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("head", [HEAD, CHINESE, "日期,类型,,节日\n", "DATE,Is_Working,SPANS,NAME\n"])
def test_encodings_and_headers(encoding: str, head: str) -> None:
    (day,) = read(f"{head}2027-01-01,放假,,元旦\n", encoding)
    assert (day.date, day.said.is_working, day.said.name) == (NEW_YEAR, False, "元旦")


@pytest.mark.django_db
def test_trailing_commas_blank_and_short_rows_are_no_fault() -> None:
    text = "日期,是否工作日,,,\n2027-01-01,休,,,\n,,,,\n\n2027-01-02,班\n"
    assert [(day.date.day, day.said.is_working, day.line) for day in read(text)] == [(1, False, 2), (2, True, 5)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("9:00-12:00", ("09:00-12:00",)),
        ("9：00—12：00；13：30～17：30", ("09:00-12:00", "13:30-17:30")),
        ("9:00至12:00、18:00-24:00", ("09:00-12:00", "18:00-24:00")),
        ("00:00-24:00", ("00:00-24:00",)),
        ('"09:00-12:00, 13:00-14:00"', ("09:00-12:00", "13:00-14:00")),
        ("09:00-12:00 13:00-14:00", ("09:00-12:00", "13:00-14:00")),
        ("", ()),
    ],
)
def test_hours_are_read_as_offices_write_them(written: str, spans: tuple[str, ...]) -> None:
    (day,) = read(f"{HEAD}2027-01-02,班,{written},,\n")
    assert day.said.spans == spans


@pytest.mark.django_db
def test_a_workbook_with_dates_numbers_and_empty_columns() -> None:
    content = workbook(
        ["日期", "是否工作日", "工作时段", "名称", None, None],
        [datetime(2027, 1, 1), 0, None, "元旦"],  # noqa: DTZ001 a cell of Excel has no zone
        ["2027年1月2日", "上班", "9:00-12:00", "补班"],
        [46390, "休"],
    )
    days = read_calendar(content, "2027年安排.xlsx").days
    assert [(day.date.day, day.said.is_working, day.line) for day in days] == [
        (1, False, 2),
        (2, True, 3),
        (3, False, 4),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2026-10-10,也许,,,", "第2行“是否工作日”列：请填“是”或“否”。"),
        ("2026-10-10", "第2行“是否工作日”列：请填“是”或“否”。"),
        (",1,,,", "第2行“日期”列：不能为空。"),
        ("2026-13-10,1,,,", "第2行“日期”列：“2026-13-10”不是1990年到2100年之间的日期，请写作2027-01-01。"),
        ("2027年2月29日,1,,,", "第2行“日期”列：“2027年2月29日”不是1990年到2100年之间的日期，请写作2027-01-01。"),
        ("99999,1,,,", "第2行“日期”列：“99999”不是1990年到2100年之间的日期，请写作2027-01-01。"),
        ("2027年1月1日（星期六）,休,,,", "第2行“日期”列：2027-01-01是周五。"),
        (
            "2026-10-10,1,25:00-26:00,,",
            "第2行“工作时段”列：工作时段写作“09:00-12:00”，前后相接，不能重叠；一天的末尾写作24:00。",
        ),
        ("2026-10-10,休,09:00-12:00,,", "第2行“工作时段”列：休息日没有工作时段。"),
        ("2026-10-10,1,,,nowhere", "第2行“部门”列：没有代码或简称为“nowhere”的部门。"),
        ("2026-10-10,1,09:00-12:00,13:30-17:30,,名称", "第2行：有一格没有列名，请检查逗号和引号。"),
        ("2026-10-10,1,09:00-12:00,13:30-17:30", "第2行“名称”列：像是工作时段；同一天的多个时段用分号隔开。"),
        (f"2026-10-10,1,,{'长' * 41},", "第2行“名称”列：最多40个字。"),
    ],
)
def test_a_wrong_cell_is_named_in_chinese(row: str, sentence: str) -> None:
    assert told(table(row)) == [sentence]


@pytest.mark.django_db
def test_a_day_twice_is_refused_with_both_lines() -> None:
    assert told(table("2026-10-10,1,,,", "2026-10-11,休,,,", "2026/10/10,0,,,")) == [
        "第4行“日期”列：2026-10-10已在第2行。"
    ]


def test_a_name_that_two_departments_have_asks_for_the_code(cast: Cast) -> None:
    assert told(table("2026-10-10,1,,,经信局")) == ["第2行“部门”列：不止一个部门叫“经信局”，请写代码。"]


@pytest.mark.django_db
def test_every_wrong_row_is_named_at_once() -> None:
    assert len(told(table("x,1,,,", "2026-10-10,1,,,", "2026-10-11,x,,,"))) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "第1行缺少列：日期、是否工作日。"),
        ("日期,名称\n".encode(), "第1行缺少列：是否工作日。"),
        ("日期,是否工作日,date\n".encode(), "第1行的列不止一次：日期。"),
        ("日期,是否工作日,地点\n".encode(), "第1行有不认识的列：地点。"),
        (b"\x81\x20\xff", "文件既不是"),
    ],
)
def test_a_file_that_is_no_calendar(content: bytes, sentence: str) -> None:
    (problem,) = told(content)
    assert problem.startswith(sentence)
