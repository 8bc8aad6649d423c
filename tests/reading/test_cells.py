"""What a workbook's cell is as text, and which numbers have lost their end. No database."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reading.cells import cell_text, is_scientific, whole_number
from reading.office import records
from tests.reading.workbook_files import workbook


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  字 ", "  字 "),
        ("007", "007"),
        (True, "是"),
        (False, "否"),
        (7, "7"),
        (13800001234.0, "13800001234"),
        (0.5, "0.5"),
        (-3.0, "-3"),
        (999_999_999_999_999, "999999999999999"),
        (10**15, "1E+15"),
        (20250312345678901, "2.02503123456789E+16"),
        (2.02503e16, "2.02503E+16"),
        (date(2025, 3, 5), "2025-03-05"),
        (datetime.fromisoformat("2025-03-05"), "2025-03-05"),
        (datetime.fromisoformat("2025-03-05T16:30:00"), "2025-03-05 16:30:00"),
        (datetime.fromisoformat("2025-03-05T16:29:59.999997"), "2025-03-05 16:30:00"),
        (datetime.fromisoformat("2025-03-04T23:59:59.999999"), "2025-03-05"),
        (datetime.fromisoformat("9999-12-31T23:59:59.999999"), "9999-12-31 23:59:59"),
        (time(9, 0), "09:00"),
        (time(9, 0, 30), "09:00:30"),
    ],
)
def test_a_cell_is_what_a_person_would_have_typed(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("cell", "stands"),
    [
        (date(2025, 3, 5), "2025-03-05"),
        (datetime.fromisoformat("2025-03-05T09:20:00"), "2025-03-05 09:20:00"),
        (time(13, 30), "13:30"),
        (timedelta(hours=13, minutes=30), "13:30:00"),
        (13800001234.0, "13800001234"),
        (13800001234, "13800001234"),
        (Decimal("20250301"), "20250301"),
        (2.0250300000001e16, "2.0250300000001E+16"),
        (True, "是"),
        ("_x000D_\n甲", "甲"),
        (" 乙\u200b", "乙"),
    ],
)
def test_a_cell_comes_out_of_a_workbook_as_it_went_in(cell: Any, stands: str) -> None:
    assert list(records(workbook([cell]), "x.xlsx", columns=1)) == [(1, [stands])]


def test_days_counted_from_1904_are_the_same_days() -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def mac(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    assert list(records(workbook([date(2025, 3, 5)], change=mac), "x.xlsx", columns=1)) == [(1, ["2025-03-05"])]


@pytest.mark.parametrize(
    "text", ["2.02503E+16", "2.02503e+16", "2.02503E16", "2E+16", "２.０２５０３Ｅ＋１６", " 1.0E+15 "]
)
def test_a_number_in_scientific_notation_has_lost_its_end(text: str) -> None:
    assert is_scientific(text)


@pytest.mark.parametrize("text", ["", "20250300000000000", "2E16", "12E34", "E+16", "A-2.5E+16", "2.5", "2025-1", "1E"])
def test_any_other_text_has_not(text: str) -> None:
    assert not is_scientific(text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [("12.0", "12"), ("12.00", "12"), ("12.5", "12.5"), ("1.2.0", "1.2.0"), ("甲.0", "甲.0"), ("", "")],
)
def test_a_whole_number_leaves_its_zeros_behind(text: str, whole: str) -> None:
    assert whole_number(text) == whole
