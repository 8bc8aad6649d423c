"""The one reader of files that an office brings: a workbook (.xlsx), or a text table in any encoding that offices use.

What a file is, its content says, not the end of its name. Rooms that know their columns read it as reading/tables.py;
`records` is for those that look at the cells themselves.
Left out: legacy .xls, workbooks with a password, formulas (their last value is read).
"""

import io
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from reading.encodings import Opened, encoding_of, text_of
from reading.records import Record, UnreadableFile
from reading.separated import lines_of, separated_records
from reading.swallowed import swallows
from reading.workbooks import FILE_MAX, MAGIC, OLD_MAGIC, ROWS_MAX, workbook_records
from verbs.texts import cleaned

__all__ = ["FILE_MAX", "LINES_MAX", "ROWS_MAX", "OfficeFile", "UnreadableFile", "check_length", "records"]

LINES_MAX = 10 * ROWS_MAX  # of what is held in memory: five megabytes may be millions of empty lines
COLUMNS_MAX = 100  # of a workbook's row; the widest table of ours has 17


class OfficeFile:
    """A file that can be read more than once, from its beginning each time.

    notes  what whoever sent the file should know besides, each a sentence; filled as the file is read
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._notes: list[str] = []

    @classmethod
    def of(cls, source: bytes | Path) -> "OfficeFile":
        """Return the file of a path, which is opened when it is read, or of what was uploaded."""
        return cls((lambda: io.BytesIO(source)) if isinstance(source, bytes) else (lambda: source.open("rb")))

    @property
    def notes(self) -> list[str]:
        return list(dict.fromkeys(self._notes))

    @cached_property
    def is_workbook(self) -> bool:
        """Whether it is a workbook that can be read. Raises UnreadableFile for an old one, or one with a password."""
        with self._opened() as file:
            start = file.read(len(OLD_MAGIC))
        if start == OLD_MAGIC:
            raise UnreadableFile(_("文件是旧版Excel工作簿（.xls）或加了密码，请另存为不加密码的.xlsx或CSV。"))
        return start.startswith(MAGIC)

    @cached_property
    def encoding(self) -> str:
        """The encoding of a text file. Raises UnreadableFile."""
        return encoding_of(self._opened)

    def records(self, *, columns: int = COLUMNS_MAX) -> Iterator[Record]:
        """Yield every record, its header among them; a text's from the disk one by one, a workbook's from memory.

        columns  so many cells of a workbook's row are read
        Raises   UnreadableFile, also after some records
        """
        if self.is_workbook:
            with self._opened() as file:
                content = file.read(FILE_MAX + 1)
            yield from workbook_records(content, columns=columns, notes=self._notes)
        else:
            with text_of(self._opened, self.encoding) as text:
                yield from separated_records(text)

    def lines(self) -> Iterator[str]:
        """Yield the lines of a text file, whatever its records are.

        Raises  UnreadableFile
        """
        with text_of(self._opened, self.encoding) as text:
            yield from lines_of(text)


def records(content: bytes, name: str, *, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the file's rows, each with its number as a person sees it in the table.

    name     the file's name; what it is, its content says
    columns  so many cells of a workbook's row are read
    Raises   UnreadableFile, also after some rows: for a row that cannot be read, too, and for one that has swallowed
             others by a quote that was not closed
    """
    if len(content) > FILE_MAX:
        raise UnreadableFile(_("文件超过%(most)d MB。") % {"most": FILE_MAX >> 20})
    file = OfficeFile.of(content)
    width = full = 0
    for record in file.records(columns=columns):
        cells = [cleaned(cell) for cell in record.cells]
        if record.problem or swallows(record, width):
            raise UnreadableFile(_broken(record, is_workbook=file.is_workbook))
        full += any(cells)
        check_length(full, record.line, rows_max=ROWS_MAX)
        width = width or (len(cells) if any(cells) else 0)
        yield record.line, cells


def check_length(full: int, line: int, *, rows_max: int) -> None:
    """Check that a table is no longer than one that is held in memory may be.

    full    how many of its rows hold something, up to this line
    Raises  UnreadableFile
    """
    most = rows_max if full > rows_max else LINES_MAX
    if full > rows_max or line > LINES_MAX:
        raise UnreadableFile(_("表格超过%(most)d行。") % {"most": most})


def _broken(record: Record, *, is_workbook: bool) -> str:
    if is_workbook:
        return _("第%(row)d行：%(why)s") % {"row": record.line, "why": record.problem}
    return _("第%(row)d行不符合CSV的规则，请检查引号。") % {"row": record.line}
