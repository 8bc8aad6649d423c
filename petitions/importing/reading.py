"""A file of letters: JSON Lines, or a table as an office has it (reading/tables.py).

A file in no known form is refused as a whole, before anything is imported. A row that cannot be read is yielded with
the problem that it has.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from reading.office import OfficeFile, UnreadableFile
from reading.tables import Columns, Row, Table
from verbs.texts import cleaned

__all__ = ["LetterFile", "Reader", "Row", "UnusableFile", "json_reader", "read_pairs", "table_reader", "why_not"]


class UnusableFile(Exception):
    """The file as a whole cannot be imported; the message is one sentence for the person at the terminal."""


class Rows(Protocol):
    """The rows of a file. `header_lines` is how many lines come before them, known once a row was asked for."""

    header_lines: int

    def __iter__(self) -> Iterator[Row]: ...


Reader = Callable[[OfficeFile], Rows]


@dataclass(frozen=True)
class LetterFile:
    """A file of letters. The rows of a text are read from the disk one after the other, so its size does not matter."""

    path: Path
    reader: Reader

    @cached_property
    def file(self) -> OfficeFile:
        return OfficeFile.of(self.path)

    @cached_property
    def rows(self) -> Rows:
        return self.reader(self.file)

    @cached_property
    def total(self) -> int:
        """How many rows the file has. Counting reads the whole file, and so finds out whether it can be used.

        Raises  UnusableFile
        """
        total = full = 0
        for row in self:
            total += 1
            full += not row.is_empty
        if not full:
            raise UnusableFile(_("%(path)s里没有一行来信。") % {"path": self.path})
        return total

    @cached_property
    def lines(self) -> int:
        """How many lines a text has, counted without asking what its rows are; of a workbook, rows and header.

        Raises  UnusableFile
        """
        with self._used():
            if self.file.is_workbook:
                return self.total + self.rows.header_lines
            return sum(1 for _line in self.file.lines())

    def __iter__(self) -> Iterator[Row]:
        with self._used():
            yield from self.rows

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Say of what cannot be read which file it is in."""
        try:
            yield
        except UnreadableFile as error:
            raise UnusableFile(f"{self.path}：{error}") from error
        except OSError as error:
            names = {"path": self.path, "why": why_not(error)}
            raise UnusableFile(_("读不了文件%(path)s：%(why)s。") % names) from error


def why_not(error: OSError) -> str:
    """Return why a file cannot be opened, in the reader's language where the reason is a common one."""
    common = {
        FileNotFoundError: _("没有这个文件或文件夹"),
        IsADirectoryError: _("这是文件夹"),
        PermissionError: _("没有权限"),
    }
    return common.get(type(error), error.strerror or "")


class JsonLines:
    """The rows of a file with one JSON object a line; the first object has to have the required fields."""

    header_lines = 0

    def __init__(self, file: OfficeFile, required: Collection[str]) -> None:
        self.file, self.required = file, required

    def __iter__(self) -> Iterator[Row]:
        if self.file.is_workbook:
            raise UnreadableFile(_("文件是Excel工作簿，这种格式要每行一个JSON对象。"))
        is_checked = False
        for number, text in enumerate(self.file.lines(), 1):
            row = _json_row(number, text)
            if row.cells and not is_checked:
                _check_fields(self.required, row.cells)
                is_checked = True
            yield row
        if not is_checked:
            raise UnreadableFile(_("没有一行是JSON对象，格式选错了吗？"))


def json_reader(required: Collection[str]) -> Reader:
    """Return a reader of files with one JSON object a line."""
    return lambda file: JsonLines(file, required)


def table_reader(columns: Columns) -> Reader:
    """Return a reader of tables with these columns."""
    return lambda file: Table(file, columns)


def _json_row(line: int, text: str) -> Row:
    if not text.strip():
        return Row(line, {}, is_empty=True)
    try:
        cells = json.loads(text)
    except (ValueError, RecursionError):
        return Row(line, {}, _("这一行不是JSON。"))
    return Row(line, cells) if isinstance(cells, dict) else Row(line, {}, _("这一行不是JSON对象。"))


def _check_fields(required: Collection[str], found: Mapping[str, object]) -> None:
    missing = [name for name in required if name not in found]
    if missing:
        names = {"missing": "、".join(missing), "found": "、".join(list(found)[:20])}
        raise UnreadableFile(_("缺少列：%(missing)s；找到的列：%(found)s。") % names)


def read_pairs(path: Path, names: Mapping[str, str]) -> dict[str, str]:
    """Read a table of two columns. Returns the cells of the first column → the cells of the second.

    names   the two fields → their Chinese headers; the header may be either
    Raises  UnusableFile, also when a cell is empty
    """
    key, value = names
    pairs = {}
    for row in LetterFile(path, table_reader(Columns(headers=names, required=list(names)))):
        if row.is_empty:
            continue
        if row.problem or not (row.cells.get(key) and row.cells.get(value)):
            why = row.problem or _("两格都要填写。")
            raise UnusableFile(_("%(path)s第%(line)d行：%(why)s") % {"path": path, "line": row.line, "why": why})
        pairs[cleaned(str(row.cells[key]))] = cleaned(str(row.cells[value]))
    return pairs
