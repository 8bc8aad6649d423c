"""The records of a text table: cells separated by commas, or by tabs or semicolons where the header says so.

Quotes and line breaks inside quotes are those of CSV (RFC 4180), strictly. For a record that breaks the rules its
problem is yielded with all the lines that it took, and reading goes on with the next line: no line is lost.
A quote that nobody closes is given up at 131,072 characters (csv.field_size_limit), or at the end of the file.
"""

import csv
import io
from collections.abc import Iterator
from typing import TextIO

from django.utils.translation import gettext as _

from reading.records import Record, UnreadableFile

SEPARATORS = ",\t;"  # a comma unless the header has more of another
LINE_MAX = 4 << 20  # characters; a longer line is no table, and would be held in memory


def separated_records(text: TextIO) -> Iterator[Record]:
    """Yield every record of the text with its lines; an empty line is a record without cells.

    text    opened so that line breaks stay what they are (newline="")
    Raises  UnreadableFile, also after some records
    """
    lines = lines_of(text)
    begun = _up_to_header(lines)
    separator = max(SEPARATORS, key=begun[-1].count) if begun else ","
    taken: list[str] = []

    def fed() -> Iterator[str]:
        for source in (begun, lines):
            for line in source:
                taken.append(line)
                yield line

    reader = csv.reader(fed(), delimiter=separator, strict=True)
    number = 1
    while True:
        taken.clear()
        try:
            record = Record(number, next(reader), tuple(taken))
        except StopIteration:
            return
        except csv.Error:
            record = Record(number, [], tuple(taken), _("引号的用法不符合CSV的规则，请检查引号。"))
        yield record
        number += len(taken)


def parts_of(line: str) -> list[list[str]]:
    """Return the cells of a line by itself, once by the rules of CSV and once as if it had no quotes."""
    separator = max(SEPARATORS, key=line.count)
    plain = line.replace('"', "").strip().split(separator)
    try:
        return [next(csv.reader(io.StringIO(line), delimiter=separator), []), plain]
    except csv.Error:
        return [plain]


def lines_of(text: TextIO) -> Iterator[str]:
    """Yield every line with its line break. Raises UnreadableFile for one that is too long to be held in memory."""
    for number, line in enumerate(iter(lambda: text.readline(LINE_MAX), ""), 1):
        if len(line) == LINE_MAX and not line.endswith(("\n", "\r")):
            raise UnreadableFile(_("第%(row)d行超过%(most)d个字符。") % {"row": number, "most": LINE_MAX})
        yield line


def _up_to_header(lines: Iterator[str]) -> list[str]:
    """Take the lines up to the first one that holds something."""
    begun = []
    for line in lines:
        begun.append(line)
        if line.strip().strip(SEPARATORS):
            break
    return begun
