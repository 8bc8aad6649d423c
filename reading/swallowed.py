"""Records that a quote has swallowed: a cell over several lines that holds what looks like further records.

By the rules of CSV such a cell is right, so that nothing else tells of them: seventeen letters become the text of one.
A line looks like a record when it has as many cells as the table, and whoever knows the columns finds in them what a
record has. In a table of two columns nothing can be told from a text with a comma.
"""

import re
from collections.abc import Callable, Sequence

from reading.records import Record
from reading.separated import parts_of

WIDTH_MIN = 3  # columns from which a line can look like a record
_LINE_BREAK = re.compile(r"\r\n|\r|\n")

LooksRight = Callable[[Sequence[str]], bool]


def swallows(record: Record, width: int, looks_right: LooksRight = lambda cells: True) -> bool:
    """Return whether a line after the record's first looks like a record of its own.

    width        how many columns the table has
    looks_right  whether that many cells or more can be a record
    """
    if len(record.lines) < 2 or width < WIDTH_MIN:
        return False
    # The line that ends the first cell has all the others behind it: that is no sign of anything.
    ends_first = len(_LINE_BREAK.findall(record.cells[0]))
    later = [line for place, line in enumerate(record.lines) if place and place != ends_first]
    return any(len(cells) >= width and looks_right(cells) for line in later for cells in parts_of(line.strip()))
