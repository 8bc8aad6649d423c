"""Which running limits a calendar would move, before it is in force: arithmetic only, nothing is locked or written."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from departments.announcing.moves import EXAMPLES, Move, Moves
from departments.working_calendar import ZONE, WorkingCalendar
from limits.due_times import due_time
from limits.models import Clock
from limits.promises import ClockTable, tables

BATCH = 2000


def would_move(calendar_of: Callable[[int | None], WorkingCalendar], first: date, last: date) -> Moves:
    """Return the running limits that would be due at another time by these calendars.

    Compared is the due time that is stored. A limit that rests without an end has none and is not counted.
    calendar_of  takes a department's key (None: the city)
    first, last  the days that the calendars change: a limit that ends before, or starts after them, stays
    """
    calendars = cache(calendar_of)
    begin = datetime.combine(first, time(0), ZONE)
    end = datetime.combine(last, time(0), ZONE) + timedelta(days=1)
    number, examples = 0, []
    for table in tables():
        for place, (clock, after) in enumerate(_moving(table, calendars, begin, end)):
            number += 1
            if place < EXAMPLES:
                examples.append(Move(str(attrgetter(table.path.replace("__", "."))(clock)), clock.due_at, after))
    return Moves(number, tuple(examples))


def _moving(
    table: ClockTable, calendar_of: Callable[[int | None], WorkingCalendar], begin: datetime, end: datetime
) -> Iterator[tuple[Any, datetime]]:
    """Yield the table's clocks that would move, those due first before the others, each with its new due time."""
    running = table.model.objects.running().filter(due_at__gte=begin, started_at__lt=end).order_by("due_at", "pk")
    if hasattr(table.model, "pauses"):
        running = running.prefetch_related("pauses")
    clock: Clock
    for clock in running.iterator(chunk_size=BATCH):
        after = due_time(calendar_of(clock.department_id), clock, clock.rests())
        if after is not None and after != clock.due_at:
            yield clock, after
