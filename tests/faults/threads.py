"""Several threads at one moment, each with a database connection of its own that is closed at the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

Result = TypeVar("Result")

# A thread that does not come to the barrier breaks it for all, instead of waiting for ever.
BARRIER_SECONDS = 30
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def together(count: int, act: Callable[[int], Result]) -> list[Result]:
    """Call act(0), act(1) … at once, each in a thread; return the results in that order.

    Raises  what the first failing call raised
    """
    barrier = Barrier(count)

    def run(worker: int) -> Result:
        try:
            connections["default"].ensure_connection()
            barrier.wait(BARRIER_SECONDS)
            return act(worker)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for another one's lock.

    Inside a transaction PostgreSQL would repeat its first answer, so that is dropped before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
