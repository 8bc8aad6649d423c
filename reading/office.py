"""The rows of an office file: a workbook (.xlsx) or a table (CSV, in UTF-8 or GB18030).

The one reader of such files for every room. Whatever is wrong with a file is one sentence: a workbook comes from
outside and may be cut off, encrypted, not made by an office program, or made to be harmful. Left out: legacy .xls,
formulas (their last value is read).
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _

from verbs.texts import cleaned

ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: most GB18030 text is not valid UTF-8
FILE_MAX = 5 << 20
ROWS_MAX = 20_000  # a workbook of a few kilobytes can claim a million rows
UNPACKED_MAX = 100 << 20  # and unpack to gigabytes

Record = tuple[int, list[str]]


class UnreadableFile(ValueError):
    """A file cannot be read; the message is one sentence for the person who sent it."""


def records(content: bytes, name: str, *, columns: int) -> Iterator[Record]:
    """Yield the file's rows, each with its number as a person sees it in the table.

    name     the file's name: one that ends in .xlsx is read as a workbook, any other as CSV
    columns  so many cells of a workbook's row are read
    Raises  UnreadableFile, also after some rows
    """
    if len(content) > FILE_MAX:
        raise UnreadableFile(_("文件超过%(most)d MB。") % {"most": FILE_MAX >> 20})
    rows = _workbook(content, columns) if name.lower().endswith(".xlsx") else _table(_decoded(content))
    for number, cells in rows:
        if number > ROWS_MAX:
            raise UnreadableFile(_("表格超过%(most)d行。") % {"most": ROWS_MAX})
        yield number, [cleaned(cell) for cell in cells]


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("文件既不是Excel工作簿（.xlsx），也不是UTF-8或GB18030编码的CSV。"))


def _table(text: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(_("第%(row)d行不符合CSV的规则，请检查引号。") % {"row": line}) from error


def _workbook(content: bytes, columns: int) -> Iterator[Record]:
    """Yield the rows of the first sheet. The libraries below raise errors of a dozen kinds for damaged bytes."""
    try:
        _check_size(content)
        with warnings.catch_warnings(action="ignore"):  # of styles that a workbook lacks
            yield from _cells(content, columns)
    except Exception as error:
        raise UnreadableFile(_("文件不是可以读取的Excel工作簿（.xlsx）。")) from error


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_MAX:
            raise ValueError("it unpacks to more than any table has")


def _cells(content: bytes, columns: int) -> Iterator[Record]:
    from openpyxl import load_workbook  # 10 MB, and needed here only

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=columns), 1):
        yield number, ["" if cell is None else str(cell) for cell in cells]
