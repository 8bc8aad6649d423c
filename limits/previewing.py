"""Which running limits a calendar would move, before it is in force: arithmetic only, nothing is locked or written."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from departments.announcing.moves import EXAMPLES, Move, Moves
from departments.working_calendar import ZONE, Pause, WorkingCalendar
from limits.due_times import Span, due_time
from limits.models import ClockQuerySet
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
    number, examples = 0, list[Move]()
    for table in tables():
        moving = list(_moving(table, calendars, begin, end))
        number += len(moving)
        examples += _named(table, moving[:EXAMPLES])
    return Moves(number, tuple(examples))


def _moving(
    table: ClockTable, calendar_of: Callable[[int | None], WorkingCalendar], begin: datetime, end: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """Yield the key of each clock of the table that would move, its due time, and the new one; those due first first.

    Two statements. Columns instead of models: there may be a hundred thousand clocks, and a person waits.
    """
    running = table.model.objects.running().filter(due_at__gte=begin, started_at__lt=end)
    pauses = _pauses(running)
    rows = running.order_by("due_at", "pk").values_list("pk", "department_id", "due_at", *Span._fields)
    for key, department, due, *span in rows.iterator(chunk_size=BATCH):
        after = due_time(calendar_of(department), Span(*span), pauses.get(key, ()))
        if after is not None and after != due:
            yield key, due, after


def _pauses(running: ClockQuerySet[Any]) -> dict[int, list[Pause]]:
    """Return the pauses of these clocks; of a table without pauses none."""
    pauses = getattr(running.model, "pauses", None)
    found: dict[int, list[Pause]] = defaultdict(list)
    if pauses is not None:
        rows = pauses.rel.related_model.objects.filter(clock__in=running)
        for clock, begins, ends in rows.values_list("clock_id", "begins_at", "ends_at"):
            found[clock].append((begins, ends))
    return found


def _named(table: ClockTable, moving: list[tuple[int, datetime, datetime]]) -> Iterator[Move]:
    path = table.path.replace("__", ".")
    clocks = table.model.objects.select_related(table.path).in_bulk([key for key, _before, _after in moving])
    for key, before, after in moving:
        yield Move(str(attrgetter(path)(clocks[key])), before, after)
