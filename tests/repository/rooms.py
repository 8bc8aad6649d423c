"""The order of the rooms as pyproject.toml has it, and what a file of one room names of another room.

Nothing here knows a room by its name, so that a room may be added, split or moved without a change.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from config.architecture_doc import layers, linter

ROOT: Path = settings.BASE_DIR


class Order:
    """Which room may know which: itself, those of lower layers, and equals that `:` parts instead of `|`."""

    def __init__(self, layers: Iterable[str]) -> None:
        self.layer = {room: layer for layer in layers for room in re.findall(r"\w+", layer)}
        self.depth = {layer: number for number, layer in enumerate(dict.fromkeys(self.layer.values()))}

    def allows(self, room: str, other: str) -> bool:
        """Whether `room` may know `other`. A room without a layer mounts the rest: it knows all, none knows it."""
        if room == other or room not in self.layer:
            return True
        if other not in self.layer:
            return False
        upper, lower = self.layer[room], self.layer[other]
        return self.depth[upper] < self.depth[lower] or (upper == lower and ":" in upper)


ORDER = Order(layers(linter()))


class Reference(NamedTuple):
    """A place in one room that names something of a room, its own or another."""

    room: str
    owner: str
    where: str  # file:line, or a model's field
    what: str


def upward(order: Order, references: Iterable[Reference]) -> list[Reference]:
    """Return the references that the order does not allow."""
    return [found for found in references if not order.allows(found.room, found.owner)]


def listed(references: Iterable[Reference]) -> str:
    return "\n".join(f"{found.where} names {found.what} of {found.owner}" for found in references)


class Text(NamedTuple):
    """A string in Python code; of an f-string, a part between its braces."""

    text: str
    line: int
    source: tuple[str, ...]  # the lines it is written on

    def line_of(self, word: str) -> int:
        """Return the first line that has the word; the string's first when no line has it whole."""
        return self.line + next((number for number, line in enumerate(self.source) if word in line), 0)


@cache
def texts(code: str) -> tuple[Text, ...]:
    """Return the strings of Python code. A string that is a whole statement, as docstrings are, does not count."""
    tree, lines = ast.parse(code), code.splitlines()
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return tuple(
        Text(node.value, node.lineno, tuple(lines[node.lineno - 1 : node.end_lineno]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks
    )


def files(room: str, pattern: str) -> Iterator[tuple[Path, str]]:
    """Yield path and text of the room's files that fit the pattern, in the order of their names."""
    for path in sorted((ROOT / room).rglob(pattern)):
        yield path, path.read_text(encoding="utf-8")


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
