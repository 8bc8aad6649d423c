"""The ladder (统一督办): raise what is due, exactly once per clock and level, whatever crashes.

One sweep takes due alarms in batches by the database's clock and writes all effects of a batch in one transaction:
the escalation, its event, the notices, the next alarm; at the level that says so, a supervision order. Any number
of sweepers may run at once, from Celery and as plain processes: an alarm is claimed with SKIP LOCKED, and the unique
key (clock, level) makes a second try do nothing. A tick that comes late dates the level at the moment it was reached.
Source: domain, escalation; docs/adr/0012-one-sweep.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from petitions.models import Clock
from petitions.notices import WRITE_NOTICES, awake_at
from petitions.orders import open_orders
from record.writing import INSERT

BATCH = 2000

# The rung of the ladder that was in force when the clock started.
STEP_IN_FORCE = "step.valid_from <= {0}.started_at AND (step.valid_until IS NULL OR step.valid_until > {0}.started_at)"
DUE = """
due AS MATERIALIZED (
    SELECT clock.id, clock.petition_id, clock.department_id, clock.cycle, clock.kind, clock.started_at,
           clock.alarm_levels[clock.next_place] AS level, clock.next_alarm_at AS at,
           petition.state, petition.urgency
      FROM petitions_clock clock JOIN petitions_petition petition ON petition.id = clock.petition_id
     WHERE clock.next_alarm_at <= %(now)s
     ORDER BY clock.next_alarm_at
     LIMIT %(limit)s
       FOR NO KEY UPDATE OF clock, petition SKIP LOCKED
)
"""
STEPPED = f"""
stepped AS MATERIALIZED (
    SELECT due.*, step.card, step.tells, step.opens_order
      FROM due
      JOIN petitions_ladderstep step
        ON step.clock_kind = due.kind AND step.level = due.level AND {STEP_IN_FORCE.format("due")}
)
"""
SWEEP = (
    f"WITH {DUE}, {STEPPED}, "
    """
advanced AS (
    UPDATE petitions_clock clock
       SET next_place = clock.next_place + 1,
           next_alarm_at = CASE WHEN clock.alarm_times[clock.next_place + 1] <= coalesce(clock.stopped_at, 'infinity')
                                THEN clock.alarm_times[clock.next_place + 1] END
      FROM due WHERE clock.id = due.id
), raised AS (
    INSERT INTO petitions_escalation (clock_id, level, card, petition_id, department_id, at, raised_at)
    SELECT id, level, card, petition_id, department_id, at, %(now)s FROM stepped
    ON CONFLICT (clock_id, level) DO NOTHING
    RETURNING id, clock_id, level
), event AS (
    """
    + INSERT
    + """
    SELECT 'petition', stepped.petition_id, 'escalate', stepped.at, %(system)s, stepped.department_id, false, '',
           jsonb_build_object('clock', stepped.id, 'clock_kind', stepped.kind, 'level', stepped.level,
                              'card', stepped.card), stepped.cycle, stepped.state, stepped.state
      FROM raised
      JOIN stepped ON stepped.id = raised.clock_id
    RETURNING id, subject_id AS petition_id, department_id, (data ->> 'clock')::bigint AS clock_id
), told AS MATERIALIZED (
    SELECT event.id AS event_id, event.petition_id, event.department_id, stepped.tells, %(system)s::bigint AS by_id,
           stepped.urgency = 'urgent' AS is_urgent
      FROM event
      JOIN stepped ON stepped.id = event.clock_id
), """
    + WRITE_NOTICES
    + """
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM written),
       (SELECT coalesce(array_agg(raised.id), '{}') FROM raised
          JOIN stepped ON stepped.id = raised.clock_id WHERE stepped.opens_order)
"""
)
PREVIEW = f"""
SELECT petition.number, clock.kind, reached.level, step.card, reached.at
  FROM petitions_clock clock
  JOIN petitions_petition petition ON petition.id = clock.petition_id
 CROSS JOIN unnest(clock.alarm_levels, clock.alarm_times) WITH ORDINALITY AS reached (level, at, place)
  JOIN petitions_ladderstep step
    ON step.clock_kind = clock.kind AND step.level = reached.level AND {STEP_IN_FORCE.format("clock")}
 WHERE clock.next_alarm_at <= %(now)s AND reached.place >= clock.next_place
   AND reached.at <= least(%(now)s, clock.stopped_at)
 ORDER BY reached.at, clock.id, reached.level
 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Swept:
    """What one batch did: alarms taken, notices written, orders opened."""

    alarms: int
    notices: int
    orders: int


def sweep_batch(*, now: datetime, limit: int = BATCH) -> Swept:
    """Raise the next level of up to `limit` clocks whose alarm has passed, oldest alarm first, in one transaction.

    Safe to repeat and to run many times at once: a second run at the same moment adds nothing (unique clock + level).
    now     aware datetime, the database's clock
    Raises  nothing; a clock locked by another worker is left to it
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
            cursor.execute(SWEEP, values)
            alarms, notices, opening = cursor.fetchone()
        orders = open_orders(opening, now=now) if opening else 0
    return Swept(alarms=alarms, notices=notices, orders=orders)


def sweep(*, now: datetime, batch: int = BATCH) -> int:
    """Raise every level that is due at `now`, batch by batch, until nothing is left. Returns how many were raised.

    A clock that is several levels behind gets them all, one after the other, each dated at its own moment.
    """
    raised = 0
    while _is_anything_due(now):
        swept = sweep_batch(now=now, limit=batch)
        if not swept.alarms:  # what is due is in other hands
            break
        raised += swept.alarms
    return raised


def _is_anything_due(now: datetime) -> bool:
    """Spare the sweep's statement, which takes longer to plan than this to run, where there is nothing to do."""
    return Clock.objects.filter(next_alarm_at__lte=now).order_by().exists()


def preview(*, now: datetime, limit: int = BATCH) -> list[tuple[str, str, int, str, datetime]]:
    """Return what a sweep at `now` would raise, oldest first: number, clock, level, card, moment. Writes nothing.

    Of running limits as they stand; an order that would be opened has no clock yet, so its levels are not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(PREVIEW, {"now": now, "limit": limit})
        return cursor.fetchall()
