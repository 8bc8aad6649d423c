"""Which files can be read, and what each row is; a bad row never hides the good ones around it. No database."""

import codecs
from pathlib import Path

import pytest

from petitions.importing.formats import FORMATS
from petitions.importing.office_table import COLUMNS, READER
from petitions.importing.reading import LetterFile, Row, UnusableFile, json_reader, read_pairs
from reading.separated import LINE_MAX
from tests.petitions.letter_files import MAILBOX_ROW, TABLE_ROW, lines, table

JSON = json_reader(["id", "body"])
BOMS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}  # which Python writes for utf-16 only


def table_of(path: Path, text: str) -> list[Row]:
    path.write_text(text, encoding="utf-8")
    return list(LetterFile(path, READER))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_is_read_in_the_encoding_it_was_saved_in(tmp_path: Path, encoding: str) -> None:
    path = table(tmp_path / "t.csv", TABLE_ROW, encoding=encoding)
    if encoding in BOMS:
        path.write_bytes(BOMS[encoding] + path.read_bytes())
    letters = LetterFile(path, READER)
    (row,) = letters
    assert letters.total == 1
    assert {COLUMNS[field]: cell for field, cell in row.cells.items()} == TABLE_ROW


def test_the_header_may_be_english_and_in_any_order(tmp_path: Path) -> None:
    (row,) = table_of(tmp_path / "t.csv", "Reported_At,BODY , id\n2025-03-05,内容,7\n")
    assert row.cells == {"reported_at": "2025-03-05", "body": "内容", "id": "7"}


def test_other_columns_are_left_out_and_missing_cells_are_missing(tmp_path: Path) -> None:
    (row,) = table_of(tmp_path / "t.csv", "序,编号,内容,提交时间,答复内容\n1,7,内容,2025-03-05\n")
    assert row.cells == {"id": "7", "body": "内容", "reported_at": "2025-03-05"}


def test_a_row_begins_where_its_first_line_is(tmp_path: Path) -> None:
    rows = table_of(tmp_path / "t.csv", '编号,内容,提交时间\n1,"一\n二\n三",x\n\n,,\n2,四,x\n')
    assert [(row.line, row.lines, row.is_empty) for row in rows] == [
        (2, 3, False),
        (5, 1, True),
        (6, 1, True),
        (7, 1, False),
    ]
    assert [row.cells["id"] for row in rows if not row.is_empty] == ["1", "2"]


def test_a_row_with_broken_quotes_does_not_take_its_neighbours_along(tmp_path: Path) -> None:
    rows = table_of(tmp_path / "t.csv", '编号,内容,提交时间\n1,一,x\n2,"二"字,x\n3,三,x\n')
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, False), (3, True), (4, False)]


def test_a_quote_that_never_ends_is_a_problem_of_every_line_it_takes(tmp_path: Path) -> None:
    rows = table_of(tmp_path / "t.csv", '编号,内容,提交时间\n1,一,x\n2,"二,x\n3,三,x\n\n')
    assert [(row.line, row.is_swallowed) for row in rows] == [(2, False), (3, True), (4, True), (5, False)]
    assert [row.is_empty for row in rows] == [False, False, False, True]
    assert "第4至5行被并入其中" in rows[1].problem
    assert "被第3行开始的引号并入" in rows[2].problem


def test_a_row_with_more_cells_than_columns_is_a_problem(tmp_path: Path) -> None:
    (row,) = table_of(tmp_path / "t.csv", "编号,内容,提交时间\n1,一,二,2025-03-05\n")
    assert "4格" in row.problem
    assert row.cells == {}


def test_lines_that_are_no_objects_are_problems_and_empty_ones_nothing(tmp_path: Path) -> None:
    path = lines(tmp_path / "t.jsonl", {"id": 1, "body": "一"}, "", "{", "[1]", "[" * 100_000, {"id": 2})
    rows = list(LetterFile(path, JSON))
    assert [row.line for row in rows if row.problem] == [3, 4, 5]
    assert [(row.line, row.is_empty) for row in rows if not row.problem] == [(1, False), (2, True), (6, False)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "缺少列"),
        ("编号,内容\n1,一\n".encode(), "缺少列：提交时间"),
        ("编号,内容,提交时间\n".encode(), "没有一行来信"),
        ("编号,id,内容,提交时间\n1,1,一,x\n".encode(), "重复：编号、id"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        ("编号,内容,提交时间\n1,一,x\n".encode("utf-16")[:-1], "编码"),
        (b"\xff\xff\xff", "编码"),
        ("编号,内容,提交时间\n".encode() + b"x" * (LINE_MAX + 1), "第2行超过"),
    ],
)
def test_a_table_that_cannot_be_one_is_refused_as_a_whole(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match=word):
        _ = LetterFile(path, READER).total


@pytest.mark.parametrize(("content", "word"), [("", "JSON"), ("编号,内容\n", "JSON"), ('{"id": 1}\n', "缺少列：body")])
def test_lines_that_cannot_be_letters_are_refused_as_a_whole(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnusableFile, match=word):
        _ = LetterFile(path, JSON).total


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.csv", "没有这个文件"), (tmp_path, "这是文件夹")):
        with pytest.raises(UnusableFile, match=why):
            _ = LetterFile(path, READER).total


def test_the_mailbox_is_not_taken_for_messages(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="缺少列：time"):
        _ = LetterFile(lines(tmp_path / "t.jsonl", MAILBOX_ROW), FORMATS["tipdm"].reader).total


def test_pairs_need_both_cells(tmp_path: Path) -> None:
    names = {"name": "名称", "department": "部门"}
    path = tmp_path / "map.csv"
    path.write_text("部门,名称\njingxin,工业局\n", encoding="gb18030")
    assert read_pairs(path, names) == {"工业局": "jingxin"}
    path.write_text("部门,名称\njingxin,工业局\n,民政局\n", encoding="utf-8")
    with pytest.raises(UnusableFile, match="第3行"):
        read_pairs(path, names)
