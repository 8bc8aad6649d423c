"""What a workbook may hold, by counting how far one that holds more was read. No database."""

import struct
from collections import Counter
from typing import Any

import pytest

from reading.bounds import DEPTH_MAX, EACH_MAX, MEMBERS_MAX, RATIO_FROM, UNPACKED_MAX, check_bounds
from reading.office import LINES_MAX, ROWS_MAX, OfficeFile, UnreadableFile, records
from reading.tables import Columns, Table
from tests.hostile.workbooks import ENTITIES, SHEET, STRINGS, members, packed
from tests.reading.workbook_files import cells, nested, same_texts, sheets, text_part, texts, with_part, workbook

UNREADABLE = "文件不是可以读取的Excel工作簿（.xlsx）。"
SMALL_BOMB = 4_400_000  # texts; what took a minute and 500 MB before it was counted


def counted(content: bytes) -> tuple[str, Counter[str]]:
    """Return the sentence by which a workbook is refused, and what was counted until then."""
    counts: Counter[str] = Counter()
    try:
        check_bounds(content, counts)
    except UnreadableFile as refused:
        return str(refused), counts
    return "", counts


def told(content: bytes) -> list[str]:
    """Return the sentence by which the reader of all files refuses it."""
    try:
        list(records(content, "x.xlsx", columns=10))
    except UnreadableFile as refused:
        return [str(refused)]
    return []


def test_what_a_good_one_holds_is_counted() -> None:
    sentence, counts = counted(packed(members()))
    assert (sentence, counts["sheet"], counts["si"], counts["c"]) == ("", 1, 16, 16)


def test_of_a_hundred_and_eighty_kilobytes_that_are_millions_of_texts_nothing_is_read() -> None:
    bomb = same_texts(SMALL_BOMB)
    assert 170_000 < len(bomb) < 200_000
    assert counted(bomb) == (f"工作簿展开后超过{UNPACKED_MAX >> 20} MB。", Counter())
    assert told(bomb) == [counted(bomb)[0]]


def test_one_within_that_size_is_refused_by_how_it_is_packed() -> None:
    number = 3_000_000
    assert RATIO_FROM < 17 * number < UNPACKED_MAX
    assert counted(same_texts(number)) == ("工作簿压缩得异常（超过200倍），不予读取。", Counter())


def test_packed_like_any_other_it_is_left_at_the_first_text_too_many() -> None:
    sentence, counts = counted(texts(EACH_MAX["si"] + 50_000))
    assert (sentence, counts["si"]) == ("工作簿里的文字超过400000个。", EACH_MAX["si"] + 1)


def test_texts_in_a_part_with_the_name_of_a_picture_are_counted_all_the_same() -> None:
    parts = members()
    parts.pop(STRINGS)
    types = parts["[Content_Types].xml"].replace(b"/xl/sharedStrings.xml", b"/xl/media/a.png")
    assert types != parts["[Content_Types].xml"]
    content = packed(parts | {"[Content_Types].xml": types, "xl/media/a.png": text_part(EACH_MAX["si"] + 50_000)})
    sentence, counts = counted(content)
    assert (sentence, counts["si"]) == ("工作簿里的文字超过400000个。", EACH_MAX["si"] + 1)
    assert told(content) == [sentence]


def test_the_last_cell_that_may_be_there_and_the_first_that_may_not() -> None:
    full = EACH_MAX["c"] // 20
    assert counted(cells(full, 20))[1]["c"] == EACH_MAX["c"]
    sentence, counts = counted(cells(full + 1, 20))
    assert (sentence, counts["c"]) == ("工作簿里的单元格超过400000个。", EACH_MAX["c"] + 1)


@pytest.mark.parametrize("part", [STRINGS, SHEET, "xl/styles.xml", "[Content_Types].xml"])
def test_a_doctype_is_refused_before_any_entity_is_read(part: str) -> None:
    parts = members()
    head, mark, rest = parts[part].partition(b"?>")
    text = rest if mark else head
    declared = f"{ENTITIES}]>".encode() + text.lstrip()
    assert counted(packed(parts | {part: declared}))[0] == "工作簿里有XML的DOCTYPE声明，不予读取。"


def test_an_empty_doctype_in_utf_16_is_refused_too() -> None:
    declared = f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x><x>{'a' * 50}</x>".encode("utf-16")
    assert counted(packed(members() | {STRINGS: declared}))[0] == "工作簿里有XML的DOCTYPE声明，不予读取。"


def test_members_sheets_and_depth_are_counted() -> None:
    many = {f"xl/media/{number}.png": b"" for number in range(MEMBERS_MAX)}
    assert counted(packed(members() | many)) == ("工作簿里的文件部件超过500个。", Counter())
    assert counted(sheets(EACH_MAX["sheet"]))[0] == "工作簿里的工作表超过100个。"
    assert told(nested(DEPTH_MAX)) == [UNREADABLE]
    assert counted(nested(5))[0] == ""


def test_empty_lines_have_an_end_too() -> None:
    assert told(b"\n" * LINES_MAX) == []
    assert told(b"\n" * (LINES_MAX + 1)) == [f"表格超过{LINES_MAX}行。"]
    columns = Columns(headers={"id": "编号"}, required=["id"])
    table = Table(OfficeFile.of(b"id\n" + b"\n" * LINES_MAX), columns, rows_max=1)
    with pytest.raises(UnreadableFile, match=f"表格超过{LINES_MAX}行。"):
        list(table)
    with pytest.raises(UnreadableFile, match="表格超过1行。"):
        list(Table(OfficeFile.of(b"id\n7\n8\n"), columns, rows_max=1))


def test_a_directory_that_names_a_smaller_size_is_believed_and_no_more_is_unpacked() -> None:
    content = bytearray(with_part(STRINGS, [b" " * (8 << 20)]))
    size, place = struct.pack("<I", 8 << 20), 0
    while (place := content.find(size, place)) >= 0:
        content[place : place + 4] = struct.pack("<I", 1000)
    assert told(bytes(content)) == [UNREADABLE]


@pytest.mark.parametrize("formula", ["=1+1", '=IF(TRUE,"甲","")'])
def test_a_formula_that_nobody_computed_is_not_taken_for_an_empty_cell(formula: str) -> None:
    assert told(workbook(["甲"], [formula], ["乙"])) == [
        "工作簿里有没有算出结果的公式，请用Excel或WPS打开并保存，再导入。"
    ]


def test_nor_where_line_breaks_stand_between_the_cells() -> None:
    parts = members()
    parts[SHEET] = parts[SHEET].replace(b'r="A2" t="s"><v>8</v></c>', b'r="A2"><f>A1</f><v/></c>\n ')
    assert b"<v/></c>\n" in parts[SHEET]
    assert told(packed(parts)) == ["工作簿里有没有算出结果的公式，请用Excel或WPS打开并保存，再导入。"]


def test_of_a_formula_that_was_computed_the_result_is_read() -> None:
    parts = members()
    parts[SHEET] = parts[SHEET].replace(b'r="A2" t="s"><v>', b'r="A2" t="str"><f>A1</f><v>')
    assert b"<f>A1</f>" in parts[SHEET]
    assert dict(records(packed(parts), "x.xlsx", columns=1))[2] == ["8"]
    parts[SHEET] = parts[SHEET].replace(b"<f>A1</f><v>8</v>", b"<f>A1</f><v></v>")
    assert dict(records(packed(parts), "x.xlsx", columns=2))[2][0] == ""


@pytest.mark.parametrize("row", ["0", "1", "-1", "1048577", "99999999999999999999", "x"])
def test_rows_that_do_not_go_upwards_within_the_formats_limits_are_refused(row: str) -> None:
    parts = members()
    parts[SHEET] = parts[SHEET].replace(b'<row r="2"', f'<row r="{row}"'.encode())
    assert told(packed(parts)) == [UNREADABLE]


def test_rows_between_are_empty_ones_and_rows_after_the_last_that_holds_something_are_none() -> None:
    def far(book: Any) -> None:
        book.active.cell(ROWS_MAX, 1, "远")
        book.active.cell(1_048_576, 1).number_format = "0.00"

    found = list(records(workbook(["甲"], change=far), "x.xlsx", columns=1))
    assert (len(found), found[0], found[1], found[-1]) == (ROWS_MAX, (1, ["甲"]), (2, []), (ROWS_MAX, ["远"]))


def test_a_cell_left_behind_in_the_last_row_of_all_is_named() -> None:
    def far(book: Any) -> None:
        book.active.cell(1_048_576, 1, "远")

    assert told(workbook(["甲"], change=far)) == ["第1048576行还有内容，而它前面的1048574行都是空的，请删去。"]
