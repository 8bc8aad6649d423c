"""What a calendar would move: rooms whose limits run by it register who can tell (AppConfig.ready)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from departments.working_calendar import WorkingCalendar

EXAMPLES = 5


@dataclass(frozen=True)
class Move:
    """A running limit that a change would move. `name` is its subject's, and betrays nothing."""

    name: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Moves:
    """How many running limits a change would move, and the first of them to come due, at most EXAMPLES."""

    number: int = 0
    examples: tuple[Move, ...] = ()


# Takes a function from a department's key (None: the city) to its calendar after the change, with the first and the
# last day that the change touches.
Preview = Callable[[Callable[[int | None], WorkingCalendar], date, date], Moves]

_previews: list[Preview] = []


def register_preview(preview: Preview) -> None:
    """Register who says what a calendar would move."""
    _previews.append(preview)


def moves_by(calendar_of: Callable[[int | None], WorkingCalendar], touched: Sequence[date]) -> Moves:
    """Return what would move if these calendars were in force.

    touched  the days that would be worked otherwise than now; with none, nothing moves
    """
    if not touched:
        return Moves()
    found = [preview(calendar_of, min(touched), max(touched)) for preview in _previews]
    examples = sorted((move for moves in found for move in moves.examples), key=lambda move: (move.before, move.name))
    return Moves(sum(moves.number for moves in found), tuple(examples[:EXAMPLES]))
