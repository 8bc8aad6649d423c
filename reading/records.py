"""What a reader of office files yields, and how it says that a file as a whole cannot be read."""

from dataclasses import dataclass


class UnreadableFile(ValueError):
    """A file cannot be read; the message is one sentence for the person who sent it."""


@dataclass(frozen=True)
class Record:
    """One record of a file: its cells as text, or what is wrong with it.

    line     the number of its first line, or of its row in a workbook; the first is 1
    cells    as many as the file has there; [] for an empty line, and where there is a problem
    lines    the lines of a text file that it takes up, with their line breaks; () for a row of a workbook
    problem  why it cannot be read, one sentence; "" when it can be
    """

    line: int
    cells: list[str]
    lines: tuple[str, ...] = ()
    problem: str = ""
