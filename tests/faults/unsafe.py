"""The worker with its protection taken off, for the negative controls: `celery -A tests.faults.unsafe worker`.

Nobody locks what is claimed, the effects are written without the unique key (House.unprotect drops it), and the next
alarm follows in a transaction of its own. What the reconciliation does not find here it would not find elsewhere.
"""

import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from limits import sweeping
from limits.promises import ClockTable, effects_of, promises_of
from notices.quiet import awake_at
from tests.faults import worker
from tests.faults.worker import app

__all__ = ["app"]

# How long the gap between the two transactions stays open for another worker to come in.
GAP_SECONDS = 3.0
PROTECTIONS = {
    r" FOR NO KEY UPDATE[\w, ]* SKIP LOCKED": "",
    r"ON CONFLICT \(promise, clock_key, level\) DO NOTHING": "",
    r"FROM due WHERE clock.id = due.id": "FROM due WHERE clock.id = due.id AND false",
    r"SELECT \(SELECT count\(\*\) FROM due\)": "SELECT (SELECT array_agg(id) FROM due)",
}
TWICE = """
SELECT count(*) > count(DISTINCT (promise, clock_key, level))
  FROM limits_escalation WHERE promise = ANY (%s) AND clock_key = ANY (%s)
"""
ADVANCE = """
UPDATE {clocks}
   SET next_place = next_place + 1,
       next_alarm_at = CASE WHEN alarm_times[next_place + 1] <= coalesce(stopped_at, 'infinity')
                            THEN alarm_times[next_place + 1] END
 WHERE id = ANY (%s)
"""


def without_protection(table: ClockTable) -> str:
    """Return the sweep's statement without its locks, its conflict clause and its next alarm."""
    statement = sweeping.statement(table)
    for protection, nothing in PROTECTIONS.items():
        statement, times = re.subn(protection, nothing, statement)
        assert times == 1, protection
    return statement


def wait_for_another(table: ClockTable, taken: list[int]) -> None:
    """Keep the gap open until another worker has written the same, so that no luck is needed to see it."""
    end = time.monotonic() + GAP_SECONDS
    with connection.cursor() as cursor:
        while taken and time.monotonic() < end:
            cursor.execute(TWICE, [promises_of(table), taken])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def unsafe_batch(table: ClockTable, *, now: datetime, limit: int) -> sweeping.Swept:
    """What sweep_batch does, in two transactions and without a lock."""
    values: Mapping[str, Any] = {"now": now, "awake": awake_at(now), "limit": limit, "system": User.objects.system().pk}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(without_protection(table), values)
        taken, notices, effects = cursor.fetchone()
        came_about = sum(effects_of(table)[name].act(keys, now) for name, keys in json.loads(effects).items())
    wait_for_another(table, taken or [])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADVANCE.format(clocks=table.model._meta.db_table), [taken])
    return sweeping.Swept(alarms=len(taken or ()), notices=notices, effects=came_about)


worker.real_batch = unsafe_batch
