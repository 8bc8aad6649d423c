"""Write what a closed cycle is scored by: one fact for each department's part (scores/models/score.py).

A cycle closes when its rating is locked, when the time for rating ends without one, when the petition is reopened
unrated, or when the enterprise withdraws it. The fact is written in that transaction and never changed. Whether a limit
was kept is read from its clock. Cards are raised by the same due times, so a score agrees with the cards beside it. A
child's part in a group has no clocks of its own, since the limits ran on the parent: it counts only by its answer and
its rating.
Source: domain, scores per department; docs/adr/0020-facts-and-frozen-months.md.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from petitions.models import Petition
from scores.models import Ending
from verbs.database import IN_THE_CITY

# Whether a limit was kept. False when its clock ran past the due time, whatever stopped it. True when the clock stopped
# in time because the department had done its work. NULL when something else stopped the clock in time.
ON_TIME = """CASE WHEN coalesce({0}_stopped_at, part.ended_at, part.waived_at, %(now)s) > {0}_due_at THEN false
            WHEN {0}_done THEN true END"""
# A part has at most one clock for each of these three limits. One lookup of its clocks by index finds all of them.
LIMITS = {"check_in": "check_in", "contact": "contact", "answer": "resolve_department,support,rectify"}
LIMIT = """max(due_at) FILTER (WHERE promise = ANY ('{{{1}}}')) AS {0}_due_at,
               max(stopped_at) FILTER (WHERE promise = ANY ('{{{1}}}')) AS {0}_stopped_at,
               bool_or(stop_reason = 'done') FILTER (WHERE promise = ANY ('{{{1}}}')) AS {0}_done"""
CLOCKS = f"""CROSS JOIN LATERAL (
        SELECT {", ".join(LIMIT.format(*limit) for limit in LIMITS.items())}
          FROM petitions_clock WHERE assignment_id = part.id) clocks"""
ENDING = """CASE WHEN part.ended_at IS NOT NULL OR part.waived_at IS NOT NULL THEN 'taken_back'
            WHEN rating.id IS NOT NULL THEN 'rated' ELSE %(ending)s END"""
CLOSED_AT = "coalesce(part.ended_at, part.waived_at, rating.rated_at, %(now)s)"
# The moment whose month a fact counts in: when its rating was given, or else when the cycle closed. A part that ended
# before its cycle did counts then, too, because the month of its end may be over. An imported petition's part counts
# when it ended.
COUNTED_AT = f"CASE WHEN petition.channel = 'import' THEN {CLOSED_AT} ELSE coalesce(rating.rated_at, %(now)s) END"
# A fact that is written after its month was frozen counts in the first month that is not frozen. The fact of an
# imported petition stays in its own month.
MONTH = f"""(
        SELECT CASE WHEN petition.channel <> 'import' AND max(frozen.month) >= own.month
                    THEN (max(frozen.month) + interval '1 month')::date ELSE own.month END
          FROM (SELECT date_trunc('month', ({COUNTED_AT}) {IN_THE_CITY})::date AS month) own
          LEFT JOIN scores_frozenmonth frozen ON true
         GROUP BY own.month)"""

WRITE_FACTS = f"""
INSERT INTO scores_cyclefact
       (assignment_key, petition_key, number, cycle, part, department_id, person_id, category_id, kind, urgency,
        region_id, enterprise_size, enterprise_ownership, enterprise_founded_date, enterprise_region_id, dispatched_at,
        check_in_due_at, checked_in_at, is_check_in_on_time, contact_due_at, contacted_at, is_contact_on_time,
        answer_due_at, answered_at, is_answer_on_time, outcome, ending, level, is_solved, rated_at, is_anonymous,
        closed_at, month, recorded_at)
SELECT part.id, petition.id, petition.number, part.cycle, part.part, part.department_id,
       coalesce(part.answered_by_id, part.handler_id), petition.category_id, petition.kind, petition.urgency,
       petition.region_id, coalesce(enterprise.size, ''), coalesce(enterprise.ownership, ''),
       enterprise.founded_date, enterprise.region_id, part.dispatched_at,
       check_in_due_at, part.checked_in_at, {ON_TIME.format("check_in")},
       contact_due_at, part.contacted_at, {ON_TIME.format("contact")},
       answer_due_at, part.answered_at, {ON_TIME.format("answer")},
       part.outcome, {ENDING}, rating.level, coalesce(rating.is_solved, ''), rating.rated_at,
       coalesce(rating.is_anonymous, false), {CLOSED_AT}, {MONTH}, clock_timestamp()
  FROM unnest(%(petitions)s::bigint[], %(cycles)s::int[]) AS closing (petition_id, cycle)
  JOIN petitions_petition petition ON petition.id = closing.petition_id
  JOIN petitions_assignment part ON part.petition_id = petition.id AND part.cycle = closing.cycle
  JOIN petitions_petitioner petitioner ON petitioner.petition_id = petition.id
  LEFT JOIN enterprises_enterprise enterprise ON enterprise.id = petitioner.enterprise_id
  LEFT JOIN petitions_rating rating ON rating.assignment_id = part.id
  {CLOCKS}
ON CONFLICT (assignment_key) DO NOTHING
"""


def close_cycle(petition: Petition, *, ending: Ending, now: datetime, cycle: int | None = None) -> int:
    """Write the facts of one cycle, by default the petition's present one. See `close_cycles`."""
    return close_cycles([(petition.pk, cycle or petition.cycle)], ending=ending, now=now)


def close_cycles(cycles: Iterable[tuple[int, int]], *, ending: Ending, now: datetime) -> int:
    """Write the facts of closed cycles. One statement, however many.

    Inside the caller's transaction, the petitions' rows locked, after their clocks stopped. Safe to repeat: a part has
    one fact, and the first one stays.
    cycles  a pair (petition's key, cycle) for each
    ending  written for a part that was neither rated, nor taken back from its department, nor waived
    Returns how many facts were written
    """
    keys, numbers = zip(*cycles, strict=True)
    values: Mapping[str, Any] = {"petitions": list(keys), "cycles": list(numbers), "ending": ending, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(WRITE_FACTS, values)
        return cursor.rowcount
