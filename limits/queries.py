"""What pages and verbs read about the limits of every room. Each function states its number of statements."""

from collections.abc import Iterable
from datetime import datetime

from departments.calendars import calendars_of
from limits.models import Clock, Escalation
from limits.promises import table_of
from limits.reading import ClockReading


def readings(clocks: Iterable[Clock], now: datetime, *, with_levels: bool) -> list[ClockReading]:
    """Return a reading of each clock at `now`: the running clocks before the stopped ones, each group by due time.

    One statement besides fetching the clocks, one more for the levels.
    clocks       with their departments, rules and pauses fetched already
    with_levels  whether the readings know the levels that the clocks reached
    """
    rows = list(clocks)
    if not rows:
        return []
    calendars = calendars_of(clock.department_id for clock in rows)
    levels = levels_of(rows) if with_levels else {}
    read = [
        ClockReading(clock, calendars[clock.department_id], now, levels.get((clock.promise, clock.pk), []))
        for clock in rows
    ]
    # A paused clock may have no due time: it comes after those that have one.
    return sorted(
        read, key=lambda one: (one.clock.stopped_at is not None, one.clock.due_at is None, one.clock.due_at or now)
    )


def levels_of(clocks: Iterable[Clock]) -> dict[tuple[str, int], list[Escalation]]:
    """Return the levels that these clocks reached, lowest first, by promise and the clock's key. One statement."""
    wanted = {(clock.promise, clock.pk) for clock in clocks}
    rows = Escalation.objects.filter(
        clock_key__in={key for _promise, key in wanted}, promise__in={promise for promise, _key in wanted}
    )
    found: dict[tuple[str, int], list[Escalation]] = {}
    for row in rows.order_by("level"):
        if (row.promise, row.clock_key) in wanted:
            found.setdefault((row.promise, row.clock_key), []).append(row)
    return found


def clocks_of(escalations: Iterable[Escalation]) -> dict[tuple[str, int], Clock]:
    """Return the clocks that reached these levels, by promise and the clock's key. One statement for each promise."""
    keys: dict[str, set[int]] = {}
    for row in escalations:
        keys.setdefault(row.promise, set()).add(row.clock_key)
    return {
        (promise, key): clock
        for promise, wanted in keys.items()
        for key, clock in table_of(promise).model.objects.in_bulk(wanted).items()
    }
