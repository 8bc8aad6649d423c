"""Recompute every fact from the petitions' events, which nobody can change, and say where what is stored differs.

This does not repeat the statement that writes facts (petitions/facts.py). Who did what when is read from the events.
Whether a limit was kept is decided by the moment of the event and the due time of the clock. Whether a cycle closed is
read from the event that closed it; only the lock of a rating and the end of a part are read from their rows. Petitions
that were ever handled in a group are the exception: what their departments did is an event of the parent, so their
moments are read from the parts. Compared are the columns in COMPARED. What the enterprise was then cannot be compared,
because it is stored nowhere else.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from petitions.facts import CLOCKS
from verbs.database import IN_THE_CITY

BATCH = 20_000  # keys of parts that one statement covers

KEPT = """CASE WHEN coalesce({1}, part.ended_at, part.waived_at, part.at) > {0}_due_at THEN false
            WHEN {0}_done THEN true END"""

COMPARED = (
    *("department", "cycle", "person", "dispatched_at", "checked_in_at", "contacted_at", "answered_at"),
    *("check_in_due_at", "contact_due_at", "answer_due_at"),
    *("is_check_in_on_time", "is_contact_on_time", "is_answer_on_time"),
    *("outcome", "ending", "level", "is_solved", "closed_at", "month"),
)

EXPECTED = f"""
told AS MATERIALIZED (
    SELECT part.id, part.petition_id, part.department_id, part.cycle, part.dispatched_at, part.handler_id,
           part.ended_at, part.waived_at, given.locked_at AS rating_locked_at, own.*,
           CASE WHEN own.was_grouped THEN part.checked_in_at ELSE own.check_in END AS checked_in_at,
           CASE WHEN own.was_grouped THEN part.contacted_at ELSE own.contact END AS contacted_at,
           CASE WHEN own.was_grouped THEN part.answered_at ELSE own.answer END AS answered_at,
           CASE WHEN own.was_grouped THEN part.outcome ELSE coalesce(own.said, '') END AS outcome,
           CASE WHEN own.was_grouped THEN part.answered_by_id ELSE own.answerer END AS answered_by_id
      FROM petitions_assignment part
      -- The same bounds once more, so that a batch never looks through all the ratings there are.
      LEFT JOIN petitions_rating given ON given.assignment_id = part.id
           AND given.assignment_id > %(after)s AND given.assignment_id <= %(until)s
     CROSS JOIN LATERAL (
        SELECT min(at) FILTER (WHERE kind = 'check_in' AND is_own) AS check_in,
               min(at) FILTER (WHERE kind = 'contact' AND is_own) AS contact,
               min(at) FILTER (WHERE is_answer AND is_own) AS answer,
               min(data ->> 'outcome') FILTER (WHERE is_answer AND is_own) AS said,
               min(by_id) FILTER (WHERE is_answer AND is_own) AS answerer,
               min(at) FILTER (WHERE kind = 'lapse' AND event.cycle = part.cycle) AS lapsed_at,
               min(at) FILTER (WHERE kind = 'reopen' AND event.cycle = part.cycle + 1) AS reopened_at,
               min(at) FILTER (WHERE kind = 'withdraw' AND event.cycle = part.cycle) AS withdrawn_at,
               min(at) FILTER (WHERE kind = 'rate' AND is_of_cycle) AS rated_at,
               (array_agg(data -> 'levels' ->> part.department_id::text ORDER BY event.id DESC)
                   FILTER (WHERE is_of_cycle))[1]::int AS said_level,
               (array_agg(data -> 'solved' ->> part.department_id::text ORDER BY event.id DESC)
                   FILTER (WHERE is_of_cycle))[1] AS said_solved,
               coalesce(bool_or(kind IN ('link', 'unlink', 'take_lead')), false) AS was_grouped
          FROM record_event event
         CROSS JOIN LATERAL (SELECT
               event.department_id = part.department_id AND event.cycle = part.cycle AND event.at >= part.dispatched_at
                   AND event.at <= coalesce(part.ended_at, 'infinity') AS is_own,
               kind IN ('resolve', 'answer_support') AS is_answer,
               kind IN ('rate', 'change_rating')
                   AND coalesce((data ->> 'cycle')::int, event.cycle) = part.cycle AS is_of_cycle) said
         WHERE event.subject_type = 'petition' AND event.subject_id = part.petition_id) own
     WHERE part.id > %(after)s AND part.id <= %(until)s
), closed AS MATERIALIZED (
    SELECT told.*,
           CASE WHEN ended_at IS NOT NULL OR waived_at IS NOT NULL THEN 'taken_back'
                WHEN said_level IS NOT NULL THEN 'rated' WHEN lapsed_at IS NOT NULL THEN 'lapsed'
                WHEN reopened_at IS NOT NULL THEN 'reopened' ELSE 'withdrawn' END AS ending,
           CASE WHEN ended_at IS NOT NULL OR waived_at IS NOT NULL THEN coalesce(ended_at, waived_at)
                WHEN said_level IS NOT NULL THEN told.rated_at
                ELSE coalesce(lapsed_at, reopened_at, withdrawn_at) END AS at,
           coalesce(siblings_locked_at, lapsed_at, reopened_at, withdrawn_at) AS cycle_closed_at
      FROM told
      LEFT JOIN LATERAL (
            SELECT min(rating.locked_at) AS siblings_locked_at
              FROM petitions_assignment sibling
              JOIN petitions_rating rating ON rating.assignment_id = sibling.id
             WHERE sibling.petition_id = told.petition_id AND sibling.cycle = told.cycle
               AND coalesce(told.ended_at, told.waived_at) IS NOT NULL) rated ON true
     WHERE coalesce(lapsed_at, reopened_at, withdrawn_at) IS NOT NULL
        OR rating_locked_at IS NOT NULL
        OR siblings_locked_at IS NOT NULL
), expected AS (
    SELECT part.id AS assignment_key, part.department_id AS department, part.cycle,
           coalesce(part.answered_by_id, part.handler_id) AS person, part.dispatched_at,
           part.checked_in_at, part.contacted_at, part.answered_at,
           check_in_due_at, contact_due_at, answer_due_at,
           {KEPT.format("check_in", "part.checked_in_at")} AS is_check_in_on_time,
           {KEPT.format("contact", "least(part.contacted_at, part.answered_at)")} AS is_contact_on_time,
           {KEPT.format("answer", "part.answered_at")} AS is_answer_on_time,
           part.outcome, part.ending,
           CASE WHEN part.ending = 'rated' THEN said_level END AS level,
           CASE WHEN part.ending = 'rated' THEN said_solved ELSE '' END AS is_solved,
           part.at AS closed_at, petition.channel,
           CASE WHEN part.ending = 'taken_back' AND petition.channel <> 'import' THEN cycle_closed_at
                ELSE part.at END AS counted_at
      FROM closed part
      JOIN petitions_petition petition ON petition.id = part.petition_id
      {CLOCKS}
)"""

DIFFERENCES = f"""
WITH {EXPECTED}, stored AS (
    SELECT assignment_key, id, department_id AS department, cycle, person_id AS person, dispatched_at,
           checked_in_at, contacted_at, answered_at, check_in_due_at, contact_due_at, answer_due_at,
           is_check_in_on_time, is_contact_on_time, is_answer_on_time, outcome, ending, level::int, is_solved,
           closed_at, month
      FROM scores_cyclefact
     WHERE assignment_key > %(after)s AND assignment_key <= %(until)s
), placed AS MATERIALIZED (
    SELECT expected.*, (
        SELECT CASE WHEN channel <> 'import' AND max(frozen.month) >= own.month
                    THEN (max(frozen.month) + interval '1 month')::date ELSE own.month END
          FROM (SELECT date_trunc('month', expected.counted_at {IN_THE_CITY})::date AS month) own
          LEFT JOIN scores_frozenmonth frozen ON frozen.last_fact < stored.id
         GROUP BY own.month) AS month
      FROM expected LEFT JOIN stored USING (assignment_key)
)
SELECT assignment_key, to_jsonb(placed), to_jsonb(stored)
  FROM placed FULL JOIN stored USING (assignment_key)
 WHERE placed.assignment_key IS NULL OR stored.assignment_key IS NULL
    OR ({", ".join(f"placed.{name}" for name in COMPARED)})
       IS DISTINCT FROM ({", ".join(f"stored.{name}" for name in COMPARED)})
 ORDER BY assignment_key
"""


@dataclass(frozen=True)
class FactDifference:
    """One field of a part's fact that is stored otherwise than the events say.

    assignment  the part's key
    field       "" when the whole fact is missing, or is there and should not be
    """

    assignment: int
    field: str
    stored: object
    expected: object

    def __str__(self) -> str:
        what = self.field or "fact"
        return f"assignment {self.assignment}: {what} is {self.stored}, expected {self.expected}"


def differences(*, batch: int = BATCH) -> Iterator[FactDifference]:
    """Yield every difference between the stored facts and the petitions' events, in the order of the parts.

    Memory stays flat: one statement compares `batch` keys of parts at a time, and only differences leave the database.
    """
    after, last = 0, _last_part()
    while after < last:
        until = min(after + batch, last)
        with connection.cursor() as cursor:
            cursor.execute(DIFFERENCES, {"after": after, "until": until})
            for key, expected, stored in cursor.fetchall():
                yield from _fields(key, stored and json.loads(stored), expected and json.loads(expected))
        after = until


def _last_part() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(id) FROM petitions_assignment),"
            " (SELECT max(assignment_key) FROM scores_cyclefact), 0)"
        )
        (last,) = cursor.fetchone()
    return int(last)


def _fields(key: int, stored: dict[str, Any] | None, expected: dict[str, Any] | None) -> Iterator[FactDifference]:
    if stored is None or expected is None:
        yield FactDifference(key, "", "there" if stored else "missing", "there" if expected else "none")
        return
    for name in COMPARED:
        if stored[name] != expected[name]:
            yield FactDifference(key, name, stored[name], expected[name])
