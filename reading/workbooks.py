"""The rows of a workbook (.xlsx): of its first sheet that is shown.

Whatever is wrong with a file is one sentence: a workbook comes from outside and may be cut off, encrypted, not made by
an office program, or made to be harmful; reading/bounds.py counts before anything is parsed. Left out: formulas (their
last value is read), comments, pictures.
"""

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from reading.bounds import FILE_MAX, check_bounds
from reading.cells import ERRORS, cell_text
from reading.records import Record, UnreadableFile

ROWS_MAX = 20_000  # that hold something
GAP_MAX = ROWS_MAX  # rows without anything between two that hold something
MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
OLD_MAGIC = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password


def workbook_records(content: bytes, *, columns: int, notes: list[str] | None = None) -> Iterator[Record]:
    """Yield the rows down to the last one that holds something; a row in between that holds nothing has no cells.

    columns  so many cells of a row are read
    notes    gets a sentence when other sheets hold something, too
    Raises   UnreadableFile, also after some rows
    """
    if len(content) > FILE_MAX:
        raise UnreadableFile(_("文件超过%(most)d MB。") % {"most": FILE_MAX >> 20})
    try:
        check_bounds(content, Counter())
        with warnings.catch_warnings(action="ignore"):  # of styles that a workbook lacks
            yield from _rows(content, columns, notes)
    except UnreadableFile:
        raise
    except Exception as error:  # the libraries raise errors of a dozen kinds for damaged bytes
        raise UnreadableFile(_("文件不是可以读取的Excel工作簿（.xlsx）。")) from error


def _rows(content: bytes, columns: int, notes: list[str] | None) -> Iterator[Record]:
    from openpyxl import load_workbook  # 10 MB, and needed here only

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = book.worksheets
    shown = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
    seen = full = 0
    for number, values in enumerate(shown.iter_rows(values_only=True, max_col=columns), 1):
        if not any(value is not None and value != "" for value in values):
            continue
        full += 1
        if full > ROWS_MAX:
            raise UnreadableFile(_("表格超过%(most)d行。") % {"most": ROWS_MAX})
        if number - seen > GAP_MAX:
            gap = {"row": number, "empty": number - seen - 1}
            raise UnreadableFile(_("第%(row)d行还有内容，而它前面的%(empty)d行都是空的，请删去。") % gap)
        for between in range(seen + 1, number):
            yield Record(between, [])
        seen = number
        yield _record(number, values)
    left_out = [sheet.title for sheet in sheets if sheet is not shown and _holds_something(sheet)]
    if left_out and notes is not None:
        names = {"read": shown.title, "left_out": "、".join(left_out)}
        notes.append(_("只读取了工作表“%(read)s”；这些工作表也有内容，没有读取：%(left_out)s。") % names)


def _record(number: int, values: tuple[Any, ...]) -> Record:
    for place, value in enumerate(values, 1):
        if isinstance(value, str) and value in ERRORS:
            wrong = {"column": place, "error": value}
            return Record(number, [], problem=_("第%(column)d列是公式的错误值%(error)s，请改成内容。") % wrong)
    return Record(number, [cell_text(value) for value in values])


def _holds_something(sheet: Any) -> bool:
    return any(value is not None for row in sheet.iter_rows(values_only=True, max_col=20) for value in row)
