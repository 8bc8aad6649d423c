"""A table with a header: which column is which field, and what every record of the file is.

The first record that holds something is the header, in Chinese or English, in any order; unknown columns are left out.
Every record after it is one row: taken, empty, or with a problem. So counts of rows add up to the records of the file,
and the lines of rows to its lines: a record that has swallowed others (reading/swallowed.py), or that never ends, is
as many rows as it has lines, each with the problem.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reading.office import OfficeFile, check_length
from reading.records import Record, UnreadableFile
from reading.separated import SEPARATORS
from reading.swallowed import swallows
from verbs.texts import cleaned


@dataclass(frozen=True)
class Row:
    """One record after the header.

    line     the number of its first line, or of its row in a workbook
    cells    by field; not cleaned
    problem  why it cannot be read, one sentence; then it has no cells
    lines    how many lines it takes up
    """

    line: int
    cells: Mapping[str, object]
    problem: str = ""
    lines: int = 1
    is_empty: bool = False  # as the rows that spreadsheets leave behind: commas with nothing between them
    is_swallowed: bool = False  # the problem is a quote that took in several lines, this one among them


@dataclass(frozen=True)
class Columns:
    """What a table's columns are.

    headers      field, which is the English header → the Chinese header
    required     fields that the table must have
    looks_right  whether cells by field can be a record, for a line inside quotes that has as many cells as the table
    """

    headers: Mapping[str, str]
    required: Collection[str]
    looks_right: Callable[[Mapping[str, str]], bool] = field(default=lambda cells: True)


class Table:
    """The rows of a file that has these columns; it can be read more than once.

    rows_max  how many may hold something; None for a file that is read row by row, however long it is
    """

    def __init__(self, file: OfficeFile, columns: Columns, *, rows_max: int | None = None) -> None:
        self.file, self.columns, self.rows_max = file, columns, rows_max
        self.header_lines = 0  # up to the header and with it; known once a row was asked for

    def __iter__(self) -> Iterator[Row]:
        """Yield every record after the header.

        Raises  UnreadableFile: before the first row for a table that lacks a column, or has it twice; later when it
                turns out to have more than `rows_max` rows
        """
        records = self.file.records()
        fields = self._fields(records)
        full = 0
        for record in records:
            for row in self._rows(record, fields):
                full += not row.is_empty
                if self.rows_max is not None:
                    check_length(full, row.line, rows_max=self.rows_max)
                yield row

    def _fields(self, records: Iterator[Record]) -> list[str]:
        """Return the field of each column of the file, "" for a column that is not known."""
        known = {
            name.lower(): name_of for name_of, chinese in self.columns.headers.items() for name in (name_of, chinese)
        }
        header = next(
            (record for record in records if record.problem or any(map(cleaned, record.cells))), Record(1, [])
        )
        self.header_lines = header.line + max(len(header.lines), 1) - 1
        if header.problem:
            raise UnreadableFile(_("第%(row)d行：%(why)s") % {"row": header.line, "why": header.problem})
        found = [cleaned(cell) for cell in header.cells]
        fields = [known.get(cell.lower(), "") for cell in found]
        _check_header(header.line, self.columns, fields, found)
        return fields

    def _rows(self, record: Record, fields: Sequence[str]) -> Iterator[Row]:
        if record.problem and len(record.lines) < 2:
            yield Row(record.line, {}, record.problem)
        elif record.problem or swallows(record, len(fields), lambda cells: self._looks_right(cells, fields)):
            yield from _each_line(record)
        elif not any(map(cleaned, record.cells)):
            yield Row(record.line, {}, lines=max(len(record.lines), 1), is_empty=True)
        else:
            yield self._row(record, fields)

    def _row(self, record: Record, fields: Sequence[str]) -> Row:
        lines = max(len(record.lines), 1)
        # In a workbook a cell is where it is; in a text a comma too many has moved all that come after it.
        if record.lines and any(map(cleaned, record.cells[len(fields) :])):
            counts = {"cells": len(record.cells), "columns": len(fields)}
            problem = _("这一行有%(cells)d格，表头只有%(columns)d列，请检查逗号和引号。") % counts
            return Row(record.line, {}, problem, lines)
        return Row(record.line, _by_field(record.cells, fields), lines=lines)

    def _looks_right(self, cells: Sequence[str], fields: Sequence[str]) -> bool:
        return self.columns.looks_right({name: cleaned(cell) for name, cell in _by_field(cells, fields).items()})


def _by_field(cells: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(fields, cells, strict=False) if name}


def _each_line(record: Record) -> Iterator[Row]:
    """Yield a row for each line that the record took, with the problem; an empty one where the line is empty."""
    last = record.line + len(record.lines) - 1
    names = {"first": record.line, "next": record.line + 1, "last": last}
    first = _("这一行有引号没有正确闭合，第%(next)d至%(last)d行被并入其中，都没有读取；请检查引号。") % names
    later = _("这一行被第%(first)d行开始的引号并入，没有读取；请检查第%(first)d行的引号。") % names
    for place, line in enumerate(record.lines):
        if place > 0 and not line.strip().strip(f'"{SEPARATORS}'):
            yield Row(record.line + place, {}, is_empty=True)
        else:
            yield Row(record.line + place, {}, later if place else first, is_swallowed=True)


def _check_header(line: int, columns: Columns, fields: Sequence[str], found: Sequence[str]) -> None:
    missing = [columns.headers[name] for name in columns.required if name not in fields]
    if missing:
        told = _("第%(row)d行缺少列：%(missing)s。") % {"row": line, "missing": "、".join(missing)}
        shown = "、".join(filter(None, found[:20]))
        raise UnreadableFile(told + (_("找到的列：%(found)s。") % {"found": shown} if shown else ""))
    twice = [name for place, name in enumerate(found) if fields[place] and fields.count(fields[place]) > 1]
    if twice:
        raise UnreadableFile(
            _("第%(row)d行这些列重复：%(twice)s，请只留一列。") % {"row": line, "twice": "、".join(twice)}
        )
