"""Tell people of events: one row per event, recipient and channel, written in the verb's own transaction.

One statement writes them, with `ON CONFLICT DO NOTHING` on (event, recipient, channel); notices/sending.py sends the
notices later. A notice is put into words only when it is shown or sent, by what its reader may know then.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from notices.people import writing
from notices.quiet import awake_at
from notices.subjects import telling_of
from record.models import Event


@cache
def _statement(subject_type: str) -> str:
    telling = telling_of(subject_type)
    subject = f"JOIN {telling.table} subject ON subject.id = event.subject_id" if telling.table else ""
    return f"""
WITH told AS (
    SELECT event.id AS event_id, event.subject_id, event.department_id, event.by_id,
           CASE WHEN event.is_public THEN %(tells)s::varchar[] ELSE %(tells_inside)s::varchar[] END AS tells,
           {telling.urgent} AS is_urgent
      FROM record_event event {subject}
     WHERE event.id = ANY (%(events)s)
), {writing(subject_type)}
SELECT count(*) FROM written"""


def tell(events: Sequence[Event], *, now: datetime, only: Sequence[str] | None = None) -> int:
    """Write the notices of these events, inside the caller's transaction.

    One statement; none when there are no events, or when their kind tells no group. Safe to repeat: (event, recipient,
    channel) is unique.
    events  all of one kind and one type of subject
    only    tell only these of the groups that the kind tells; None: all of them
    Returns how many notices were written
    """
    if not events:
        return 0
    telling = telling_of(events[0].subject_type)
    tells = [str(told) for told in telling.tells[events[0].kind] if only is None or told in only]
    if not tells:
        return 0
    values: dict[str, Any] = {
        "events": [event.pk for event in events],
        "tells": tells,
        # Groups that may not read what is not public are not told of it.
        "tells_inside": [told for told in tells if told not in telling.outside],
        "now": now,
        "awake": awake_at(now),
    }
    with _planning_once() as cursor:
        cursor.execute(_statement(events[0].subject_type), values)
        (written,) = cursor.fetchone()
    return written


@contextmanager
def _planning_once() -> Iterator[CursorWrapper]:
    """Lend a cursor that prepares its statement, so that the connection keeps the plan (PLANS in config/settings.py).

    Every verb that tells somebody runs this statement. With Django's own cursors it is planned anew each time, and then
    takes six times as long (docs/performance.md).
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor: Any = psycopg.Cursor(raw)
    raw.prepare_threshold = 0  # set back below: else the connection would prepare every statement
    try:
        yield connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    finally:
        raw.prepare_threshold = None
