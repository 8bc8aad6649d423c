"""Messy files as offices bring them, built by code, each with what has to become of every record of it.

Each is made of one good table of five columns and five rows (lines 2 to 6 when nothing moves them), so that every
importer whose table has five columns takes all of them. `TEXT` is the column of running text, in which quotes go wrong.
"""

import codecs
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.reading.workbook_files import workbook

TEXT = 2
Rows = list[list[str]]


@dataclass(frozen=True)
class Good:
    """A table that an importer takes as it is: headers in both languages, rows; the column TEXT is running text."""

    chinese: list[str]
    english: list[str]
    rows: Rows


@dataclass(frozen=True)
class Messy:
    """A file, and what becomes of its records after the header.

    build     makes the file of a good table
    taken     how many rows are taken as they are
    rejected  lines of the rows that are not, which never reach a table
    empty     how many rows hold nothing
    refused   the beginning of the sentence by which the file as a whole is refused
    """

    build: Callable[[Good], bytes]
    taken: int = 5
    rejected: Sequence[int] = ()
    empty: int = 0
    refused: str = ""
    name: str = "x.csv"
    notes: Mapping[str, str] = field(default_factory=dict)


def text(good: Good, rows: Rows | None = None, *, comma: str = ",", end: str = "\n", quoted: bool = False) -> str:
    file = io.StringIO()
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=comma, lineterminator=end, quoting=how).writerows([good.chinese, *(rows or good.rows)])
    return file.getvalue()


def lines(good: Good) -> list[str]:
    """The lines of the good table: the header, then rows 2 to 6."""
    return text(good).splitlines()


def joined(changed: Sequence[str]) -> bytes:
    return ("\n".join(changed) + "\n").encode()


def with_text(good: Good, cell: str, *, row: int = 1) -> Rows:
    """The rows, with another running text in one."""
    return [
        [cell if (at, place) == (row, TEXT) else old for place, old in enumerate(cells)]
        for at, cells in enumerate(good.rows)
    ]


def replaced(good: Good, line: int, before: str, after: str) -> bytes:
    """The lines, with something replaced in one of them (the header is line 1)."""
    changed = lines(good)
    assert before in changed[line - 1]
    changed[line - 1] = changed[line - 1].replace(before, after, 1)
    return joined(changed)


def opened(good: Good, line: int, at: int = TEXT) -> str:
    """That line with a quote before a cell that nobody closes."""
    cells = lines(good)[line - 1].split(",")
    return ",".join([*cells[:at], f'"{cells[at]}', *cells[at + 1 :]])


def closed(good: Good, line: int) -> str:
    """That line with a quote behind its running text that nobody opened."""
    cells = lines(good)[line - 1].split(",")
    return ",".join([*cells[:TEXT], f'{cells[TEXT]}"', *cells[TEXT + 1 :]])


def _swallowed_to_the_end(good: Good) -> bytes:
    changed = lines(good)
    return joined([*changed[:2], opened(good, 3), *changed[3:]])


def _swallowed_up_to_a_later_quote(good: Good) -> bytes:
    changed = lines(good)
    return joined([*changed[:2], opened(good, 3), changed[3], closed(good, 5), changed[5]])


def _swallowed_one(good: Good) -> bytes:
    changed = lines(good)
    return joined([*changed[:2], opened(good, 3), closed(good, 4), *changed[4:]])


def _broken_off_at_another_quote(good: Good) -> bytes:
    changed = lines(good)
    return joined([*changed[:2], opened(good, 3), changed[3], opened(good, 5), changed[5]])


def _opened_at_the_first_cell(good: Good) -> bytes:
    changed = lines(good)
    return joined([*changed[:2], opened(good, 3, at=0), changed[3], closed(good, 5), changed[5]])


def _short_rows(good: Good) -> bytes:
    """The last cell is missing where it is empty anyway."""
    rows = [[*cells[:-1], ""] for cells in good.rows]
    return joined([line.rstrip(",") for line in text(good, rows).splitlines()])


def _other_order(good: Good) -> bytes:
    rows = [["序号", *reversed(good.chinese)], *(["7", *reversed(cells)] for cells in good.rows)]
    return joined([",".join(cells) for cells in rows])


def _sheet(good: Good, *, more: Callable[[Any], None] = lambda book: None) -> bytes:
    return workbook(good.chinese, *good.rows, change=more)


def _second_sheet(book: Any) -> None:
    book.create_sheet("去年").append(["也有内容"])
    book.create_sheet("空表")


def _hidden_first(book: Any) -> None:
    hidden = book.create_sheet("说明", 0)
    hidden.append(["填表说明"])
    hidden.sheet_state = "hidden"
    book.active = 1


def _rows_between_and_below(book: Any) -> None:
    book.active.insert_rows(4, 2)
    for row in range(9, 60):
        book.active.cell(row, 1).number_format = "0.00"


def _formula_error(book: Any) -> None:
    book.active.cell(4, TEXT + 1, "#REF!").data_type = "e"


FOOTNOTE = "合计：5件"
MESSY: dict[str, Messy] = {
    # ---- read as they are -----------------------------------------------------------------------------------------
    "UTF-8 with BOM and CRLF": Messy(lambda good: text(good, end="\r\n").encode("utf-8-sig")),
    "GB18030": Messy(lambda good: text(good, end="\r\n").encode("gb18030")),
    "UTF-16 LE with tabs, as Excel saves Unicode text": Messy(
        lambda good: codecs.BOM_UTF16_LE + text(good, comma="\t", end="\r\n").encode("utf-16-le")
    ),
    "UTF-16 BE with commas": Messy(lambda good: codecs.BOM_UTF16_BE + text(good).encode("utf-16-be")),
    "semicolons between cells": Messy(lambda good: text(good, comma=";").encode()),
    "line breaks of an old Mac": Messy(lambda good: text(good, end="\r").encode()),
    "no line break at the end": Messy(lambda good: text(good).rstrip("\n").encode()),
    "English headers, capitals, spaces": Messy(
        lambda good: joined([" , ".join(good.english).title(), *lines(good)[1:]])
    ),
    "another order and an unknown column": Messy(_other_order),
    "a BOM twice and invisible signs in the header": Messy(
        lambda good: (
            text(good)
            .replace(good.chinese[1], f"\u200b{good.chinese[1]}\u00a0")
            .encode("utf-8-sig")
            .join([codecs.BOM_UTF8, b""])
        )
    ),
    "empty lines before the header": Messy(lambda good: b"\n,,,,\n" + text(good).encode()),
    "empty rows and commas at the end and between": Messy(
        lambda good: joined([*lines(good)[:3], "", *lines(good)[3:], ",,,,", " , , , , ", ""]), empty=4
    ),
    "commas behind every row": Messy(lambda good: joined([f"{line},,," for line in lines(good)])),
    "commas behind every row but the header": Messy(
        lambda good: joined([lines(good)[0], *(f"{line},," for line in lines(good)[1:])])
    ),
    "rows without their last, empty cells": Messy(_short_rows),
    "quotes around everything": Messy(lambda good: text(good, quoted=True).encode()),
    "doubled quotes and commas inside quotes": Messy(
        lambda good: text(good, with_text(good, '称“已办”,实为"未办",请查')).encode()
    ),
    "line breaks inside quotes": Messy(
        lambda good: text(good, with_text(good, "第一行，说明\n\n第三行,说明\n第四行")).encode()
    ),
    "a workbook with the name of a text": Messy(_sheet),
    "a text with the name of a workbook": Messy(lambda good: text(good).encode(), name="x.xlsx"),
    "a workbook with rows between and formatted ones below": Messy(
        lambda good: _sheet(good, more=_rows_between_and_below), empty=2, name="x.xlsx"
    ),
    "a workbook with a second sheet": Messy(
        lambda good: _sheet(good, more=_second_sheet),
        name="x.xlsx",
        notes={"only": "只读取了工作表“Sheet”；这些工作表也有内容，没有读取：去年。"},
    ),
    "a workbook whose first sheet is hidden": Messy(
        lambda good: _sheet(good, more=_hidden_first),
        name="x.xlsx",
        notes={"only": "只读取了工作表“Sheet”；这些工作表也有内容，没有读取：说明。"},
    ),
    # ---- with rows that are not -----------------------------------------------------------------------------------
    "a quote that nobody closes": Messy(_swallowed_to_the_end, taken=1, rejected=[3, 4, 5, 6]),
    "a quote that a later row closes": Messy(_swallowed_up_to_a_later_quote, taken=2, rejected=[3, 4, 5]),
    "a quote that the next row closes": Messy(_swallowed_one, taken=3, rejected=[3, 4]),
    "a quote that another quote breaks off": Messy(_broken_off_at_another_quote, taken=2, rejected=[3, 4, 5]),
    "a quote before the first cell": Messy(_opened_at_the_first_cell, taken=2, rejected=[3, 4, 5]),
    "quotes inside quotes that are not doubled": Messy(
        lambda good: replaced(good, 4, f",{good.rows[2][TEXT]},", f',"{good.rows[2][TEXT]}"等",'), taken=4, rejected=[4]
    ),
    "a comma too many": Messy(
        lambda good: replaced(good, 3, good.rows[1][TEXT], f"{good.rows[1][TEXT]},还有"), taken=4, rejected=[3]
    ),
    "the header again in the middle": Messy(
        lambda good: joined([*lines(good)[:3], lines(good)[0], *lines(good)[3:]]), rejected=[4]
    ),
    "a sum below": Messy(lambda good: joined([*lines(good), f"{FOOTNOTE},,,,"]), rejected=[7]),
    "a workbook with the error of a formula": Messy(
        lambda good: _sheet(good, more=_formula_error), taken=4, rejected=[4], name="x.xlsx"
    ),
    # ---- refused as a whole ---------------------------------------------------------------------------------------
    "nothing": Messy(lambda good: b"", refused="第1行缺少列："),
    "a column too few": Messy(
        lambda good: joined([line.partition(",")[2] for line in lines(good)]), refused="第1行缺少列："
    ),
    "a column twice": Messy(lambda good: replaced(good, 1, good.chinese[1], good.english[0]), refused="第1行"),
    "half a sign of UTF-16 at the end": Messy(
        lambda good: text(good).encode("utf-16")[:-1],
        refused="文件既不是Excel工作簿（.xlsx），也不是UTF-8、UTF-16或GB18030",
    ),
    "in two encodings": Messy(
        lambda good: lines(good)[0].encode() + b"\n\xff\xff\xff\n", refused="文件既不是Excel工作簿（.xlsx），也不是"
    ),
    "an old workbook": Messy(
        lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), refused="文件是旧版Excel工作簿（.xls）或加了密码"
    ),
    "half a workbook": Messy(lambda good: _sheet(good)[:2000], refused="文件不是可以读取的Excel工作簿（.xlsx）。"),
}
