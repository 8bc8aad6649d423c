"""A file's rows: JSON Lines or a table (CSV), in UTF-8 or GB18030.

A file in no known form is refused as a whole, before anything is imported. A row that cannot be read is yielded with
the problem that it has. Left out: workbooks (.xlsx), UTF-16, other separators than the comma.
"""

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from verbs.texts import cleaned

ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: most GB18030 text is not valid UTF-8
# The first bytes of workbooks and archives: .xlsx is a zip, .xls an OLE file.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CHUNK = 1 << 20


class UnusableFile(Exception):
    """The file as a whole cannot be imported; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Row:
    """One record: the line it begins on, and its cells by field name or, as `problem`, what is wrong with it."""

    line: int
    cells: Mapping[str, object]
    problem: str = ""


Reader = Callable[[Path, str], Iterator[Row]]


@dataclass(frozen=True)
class LetterFile:
    """A file of letters. Its rows are read from the disk one after the other, so its size does not matter."""

    path: Path
    reader: Reader

    @cached_property
    def encoding(self) -> str:
        """The first of ENCODINGS in which the whole file can be read. Raises UnusableFile."""
        try:
            with self.path.open("rb") as file:
                start = file.read(4)
        except OSError as error:
            names = {"path": self.path, "why": why_not(error)}
            raise UnusableFile(_("读不了文件%(path)s：%(why)s。") % names) from error
        if start in WORKBOOKS:
            raise UnusableFile(_("%(path)s是Excel工作簿，请另存为“CSV UTF-8”再导入。") % {"path": self.path})
        for encoding in ENCODINGS:
            if _decodes(self.path, encoding):
                return encoding
        raise UnusableFile(_("%(path)s既不是UTF-8也不是GB18030编码的文本。") % {"path": self.path})

    @cached_property
    def total(self) -> int:
        """How many rows the file has. Counting reads the whole file, and so finds out whether it can be used.

        Raises  UnusableFile
        """
        total = sum(1 for _row in self)
        if not total:
            raise UnusableFile(_("%(path)s里没有一行来信。") % {"path": self.path})
        return total

    def __iter__(self) -> Iterator[Row]:
        return self.reader(self.path, self.encoding)


def why_not(error: OSError) -> str:
    """Return why a file cannot be opened, in the reader's language where the reason is a common one."""
    common = {
        FileNotFoundError: _("没有这个文件或文件夹"),
        IsADirectoryError: _("这是文件夹"),
        PermissionError: _("没有权限"),
    }
    return common.get(type(error), error.strerror or "")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(_CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def json_reader(required: Collection[str]) -> Reader:
    """Return a reader of files with one JSON object a line; the first object has to have the required fields."""
    shown = {field: field for field in required}

    def read(path: Path, encoding: str) -> Iterator[Row]:
        is_checked = False
        with path.open(encoding=encoding) as file:
            for line, text in enumerate(file, 1):
                if not text.strip():
                    continue
                row = _json_row(line, text)
                if not row.problem and not is_checked:
                    _check_fields(path, shown, row.cells)
                    is_checked = True
                yield row
        if not is_checked:
            raise UnusableFile(_("%(path)s里没有一行是JSON对象，格式选错了吗？") % {"path": path})

    return read


def _json_row(line: int, text: str) -> Row:
    try:
        cells = json.loads(text)
    except (ValueError, RecursionError):
        return Row(line, {}, _("这一行不是JSON。"))
    return Row(line, cells) if isinstance(cells, dict) else Row(line, {}, _("这一行不是JSON对象。"))


def table_reader(names: Mapping[str, str], required: Mapping[str, str]) -> Reader:
    """Return a reader of CSV tables with a header. A row's cells are named by field; unknown columns are left out.

    names       header in lower case → its field
    required    field that the table must have → the header by which a refusal asks for it
    """

    def read(path: Path, encoding: str) -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            records = _records(file)
            _line, header = next(records, (1, []))
            found = [] if isinstance(header, csv.Error) else header
            fields = [names.get(cleaned(cell).lower(), "") for cell in found]
            _check_fields(path, required, fields, found=found)
            _check_once(path, fields, found)
            for line, record in records:
                # Excel leaves empty rows behind, which hold nothing but commas.
                if isinstance(record, csv.Error) or any(map(cleaned, record)):
                    yield _table_row(line, record, fields)

    return read


def _records(file: Iterator[str]) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield each record with the line it begins on.

    For a record that breaks the rules of CSV the error is yielded instead, and reading goes on.
    """
    reader = csv.reader(file, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error


def _table_row(line: int, record: list[str] | csv.Error, fields: list[str]) -> Row:
    if isinstance(record, csv.Error):
        return Row(line, {}, _("这一行不符合CSV的规则（%(error)s），请检查引号。") % {"error": record})
    if len(record) > len(fields):
        counts = {"cells": len(record), "columns": len(fields)}
        return Row(line, {}, _("这一行有%(cells)d格，表头只有%(columns)d列，请检查逗号和引号。") % counts)
    return Row(line, {field: cell for field, cell in zip(fields, record, strict=False) if field})


def _check_fields(
    path: Path, required: Mapping[str, str], fields: Collection[str], *, found: Collection[str] = ()
) -> None:
    missing = [shown for field, shown in required.items() if field not in fields]
    if missing:
        names = {"path": path, "missing": "、".join(missing), "found": "、".join(list(found or fields)[:20])}
        raise UnusableFile(_("%(path)s缺少列：%(missing)s；找到的列：%(found)s。") % names)


def _check_once(path: Path, fields: list[str], header: list[str]) -> None:
    known = [field for field in fields if field]
    if len(set(known)) < len(known):
        twice = [name for field, name in zip(fields, header, strict=True) if field and fields.count(field) > 1]
        names = {"path": path, "twice": "、".join(twice)}
        raise UnusableFile(_("%(path)s里这些列重复：%(twice)s，请只留一列。") % names)


def read_pairs(path: Path, names: Mapping[str, str]) -> dict[str, str]:
    """Read a CSV table of two columns. Returns the cells of the first column → the cells of the second.

    names   the two fields → their Chinese headers; the header may be either
    Raises  UnusableFile, also when a cell is empty
    """
    key, value = names
    headers = {name: field for field, header in names.items() for name in (field, header)}
    file = LetterFile(path, table_reader(headers, names))
    pairs = {}
    for row in file:
        if row.problem or not (row.cells.get(key) and row.cells.get(value)):
            why = row.problem or _("两格都要填写。")
            raise UnusableFile(_("%(path)s第%(line)d行：%(why)s") % {"path": path, "line": row.line, "why": why})
        pairs[cleaned(str(row.cells[key]))] = cleaned(str(row.cells[value]))
    return pairs
