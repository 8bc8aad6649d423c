"""The ladder (统一督办): raise every level that a clock has reached, exactly once, whatever crashes.

One sweep takes due alarms in batches by the database's clock. One transaction writes all that follows from a batch:
the escalations, their events, the notices, the next alarms, and the effects that rooms registered, where a level names
one. Any number of sweepers may run at once, from Celery and as plain processes: an alarm is claimed with SKIP LOCKED
together with its subject, and the unique key (promise, clock, level) makes a second try do nothing. A sweep that comes
late dates the level at the moment it was reached. Each table of clocks has its turn in every round: many alarms or a
fault in one table do not hold up what was due in another table when the sweep began. Source: domain, escalation;
docs/adr/0012-one-sweep.md and docs/adr/0025-limits-and-notices-for-every-room.md.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.models import User
from limits.promises import ESCALATE, ClockTable, effects_of, in_turn, tables
from notices.people import writing
from notices.quiet import awake_at
from notices.subjects import telling_of
from record.subjects import model_of
from record.writing import INSERT

logger = logging.getLogger(__name__)

# The most alarms that one round takes, from all tables together.
BATCH = 2000

# SQL, to be filled in with the name of a relation of clocks: the rung `step` was in force when the clock started.
STEP_IN_FORCE = "step.valid_from <= {0}.started_at AND (step.valid_until IS NULL OR step.valid_until > {0}.started_at)"
SWEEP = """
WITH due AS MATERIALIZED (
    SELECT clock.id, clock.promise, clock.department_id, clock.started_at, subject.id AS subject_id,
           clock.alarm_levels[clock.next_place] AS level, clock.next_alarm_at AS at,
           {cycle} AS cycle, {state} AS state, {urgent} AS is_urgent
      FROM {clocks} clock {join}
     WHERE clock.next_alarm_at <= %(now)s
     ORDER BY clock.next_alarm_at
     LIMIT %(limit)s
       FOR NO KEY UPDATE OF clock, subject SKIP LOCKED
), stepped AS MATERIALIZED (
    SELECT due.*, step.card, step.tells, step.effect
      FROM due
      JOIN limits_ladderstep step ON step.promise = due.promise AND step.level = due.level AND {in_force}
), advanced AS (
    UPDATE {clocks} clock
       SET next_place = clock.next_place + 1,
           next_alarm_at = CASE WHEN clock.alarm_times[clock.next_place + 1] <= coalesce(clock.stopped_at, 'infinity')
                                THEN clock.alarm_times[clock.next_place + 1] END
      FROM due WHERE clock.id = due.id
), raised AS (
    INSERT INTO limits_escalation
           (promise, clock_key, level, card, subject_type, subject_id, department_id, at, raised_at)
    SELECT promise, id, level, card, '{subject_type}', subject_id, department_id, at, %(now)s FROM stepped
    ON CONFLICT (promise, clock_key, level) DO NOTHING
    RETURNING id, clock_key
), event AS (
    {insert_event}
    SELECT '{subject_type}', stepped.subject_id, '{escalate}', stepped.at, %(system)s, stepped.department_id, false, '',
           jsonb_build_object('clock', stepped.id, 'promise', stepped.promise, 'level', stepped.level,
                              'card', stepped.card), stepped.cycle, stepped.state, stepped.state
      FROM raised
      JOIN stepped ON stepped.id = raised.clock_key
    RETURNING id, subject_id, department_id, (data ->> 'clock')::bigint AS clock_key
), told AS MATERIALIZED (
    SELECT event.id AS event_id, event.subject_id, event.department_id, stepped.tells, %(system)s::bigint AS by_id,
           stepped.is_urgent
      FROM event
      JOIN stepped ON stepped.id = event.clock_key
), {writing}, effects AS (
    SELECT stepped.effect, array_agg(raised.id) AS escalations
      FROM raised
      JOIN stepped ON stepped.id = raised.clock_key
     WHERE stepped.effect <> '' GROUP BY stepped.effect
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM written),
       (SELECT coalesce(jsonb_object_agg(effect, escalations), '{{}}') FROM effects)
"""
PREVIEW = """
SELECT subject.id, clock.promise, reached.level, step.card, reached.at
  FROM {clocks} clock {join}
 CROSS JOIN unnest(clock.alarm_levels, clock.alarm_times) WITH ORDINALITY AS reached (level, at, place)
  JOIN limits_ladderstep step ON step.promise = clock.promise AND step.level = reached.level AND {in_force}
 WHERE clock.next_alarm_at <= %(now)s AND reached.place >= clock.next_place
   AND reached.at <= least(%(now)s, clock.stopped_at)
 ORDER BY reached.at, clock.id, reached.level
 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Swept:
    """How many alarms one batch took, notices it wrote, and effects came about in it (orders opened, for example)."""

    alarms: int
    notices: int
    effects: int


class Coming(NamedTuple):
    """A level that a sweep would raise."""

    subject: str
    promise: str
    level: int
    card: str
    at: datetime


@cache
def statement(table: ClockTable) -> str:
    """Return the statement that sweeps one table of clocks.

    Its parameters: `now`, `awake` (notices/quiet.py), `limit` (of alarms) and `system` (the key of the system's user).
    """
    return SWEEP.format(
        clocks=table.model._meta.db_table,
        join=table.join,
        cycle=table.cycle,
        state=table.state,
        urgent=telling_of(table.subject_type).urgent,
        in_force=STEP_IN_FORCE.format("due"),
        subject_type=table.subject_type,
        escalate=ESCALATE,
        insert_event=INSERT,
        writing=writing(table.subject_type),
    )


def sweep_batch(table: ClockTable, *, now: datetime, limit: int = BATCH) -> Swept:
    """Raise the next level of up to `limit` clocks whose alarm has passed, oldest alarm first, in one transaction.

    Safe to repeat and to run many times at once: a second run at the same moment adds nothing (promise + clock + level
    are unique). A clock locked by another worker is left to it.
    now     aware datetime, the database's clock
    Raises  what an effect raises, and then nothing of the batch is written
    Source  docs/adr/0012-one-sweep.md
    """
    values: Mapping[str, Any] = {
        "now": now,
        "awake": awake_at(now),
        "limit": limit,
        "system": User.objects.system().pk,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement(table), values)
            alarms, notices, effects = cursor.fetchone()
        came_about = sum(_act(table, name, keys, now) for name, keys in json.loads(effects).items())
    return Swept(alarms=alarms, notices=notices, effects=came_about)


def _act(table: ClockTable, effect: str, escalations: Sequence[int], now: datetime) -> int:
    known = effects_of(table)
    if effect not in known:
        # The room that registered the effect may be gone since the ladder was written; the card is raised all the same.
        logger.error("%s has no effect %s; escalations %s went without it", table.subject_type, effect, escalations)
        return 0
    return known[effect].act(escalations, now)


def sweep(*, now: datetime, batch: int = BATCH) -> int:
    """Raise every level that is due at `now`, round by round, until nothing is left. Returns how many were raised.

    A clock that is several levels behind gets them all, one after the other, each dated at its own moment. In a round
    each table that has something due gets an equal share of the batch.
    Raises  the first fault of a table, once the others are done
    """
    raised, faults = 0, list[Exception]()
    due = _tables_due(now)
    while due:
        taken, failed = in_turn(due, partial(_alarms, now=now, limit=max(1, batch // len(due))))
        raised += sum(taken.values())
        faults += failed
        # A table that failed is left alone, and so is one whose batch took nothing: other workers hold its due clocks.
        due = [table for table in _tables_due(now) if taken.get(table)]
    if faults:
        raise faults[0]
    return raised


def _alarms(table: ClockTable, *, now: datetime, limit: int) -> int:
    return sweep_batch(table, now=now, limit=limit).alarms


def _tables_due(now: datetime) -> list[ClockTable]:
    """Return the tables that have an alarm due. One statement.

    Planning the sweep's long statement takes longer than this look, so tables without a due alarm are spared it.
    """
    known = tables()
    looks = ", ".join(
        f"EXISTS (SELECT FROM {table.model._meta.db_table} WHERE next_alarm_at <= %(now)s)" for table in known
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {looks}", {"now": now})
        return [table for table, is_due in zip(known, cursor.fetchone(), strict=True) if is_due]


def next_alarm(*, until: datetime) -> datetime | None:
    """Return the moment of the earliest alarm that no sweep has raised, None when all of them are after `until`."""
    looks = " UNION ALL ".join(
        f"SELECT min(next_alarm_at) FROM {table.model._meta.db_table} WHERE next_alarm_at <= %(until)s"
        for table in tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(at) FROM ({looks}) AS due (at)", {"until": until})
        (at,) = cursor.fetchone()
        return at


def preview(*, now: datetime, limit: int = BATCH) -> list[Coming]:
    """Return the levels that a sweep at `now` would raise, oldest first, at most `limit`. Writes nothing.

    At most two statements for each table. It reads the clocks as they stand: an order that the sweep itself would open
    has no clock yet, so the levels of that clock are missing.
    """
    coming = [level for table in tables() for level in _coming(table, now, limit)]
    return sorted(coming, key=lambda level: level.at)[:limit]


def _coming(table: ClockTable, now: datetime, limit: int) -> Sequence[Coming]:
    text = PREVIEW.format(clocks=table.model._meta.db_table, join=table.join, in_force=STEP_IN_FORCE.format("clock"))
    with connection.cursor() as cursor:
        cursor.execute(text, {"now": now, "limit": limit})
        rows = cursor.fetchall()
    subjects = model_of(table.subject_type)._default_manager.in_bulk({row[0] for row in rows})
    return [Coming(str(subjects[key]), *level) for key, *level in rows]
