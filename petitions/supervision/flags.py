"""Integrity flags: a periodic job finds in the record what a supervisor should look at; the supervisor judges it.

One statement for each kind reads the events of the last days (index event_of_integrity). Imported petitions are left
out: their steps were taken elsewhere. The last tenth of a limit is measured in elapsed time, nights included: of five
working days it is the last day from about midnight on.
Source: domain, answer and rating (anti-gaming).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from petitions.models import FlagKind, FlagOutcome, IntegrityFlag
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, NotPermitted

LATE_SHARE = 0.10  # of a limit, before it ends; domain: transfer in the last 10 % of a limit
AT_ONCE = timedelta(seconds=60)  # assumption: nobody reads an answer, thinks and rates in a minute
# How far back the job looks: it may stand still for so long and miss nothing. When it runs as scheduled, it looks at
# each event about a thousand times (assumption).
LOOK_BACK = timedelta(days=7)

# The departments' parts in the event's cycle that were not taken back.
PART = """JOIN petitions_assignment part ON part.petition_id = event.petition_id AND part.cycle = event.cycle
             AND part.ended_at IS NULL"""
# All ratings of the cycle that was rated; when ratings were changed, also those that stayed as they were. The event's
# data names the cycle: for a change during a rectification it is the cycle before the event's own.
RATED = """JOIN petitions_assignment part ON part.petition_id = event.petition_id
             AND part.cycle = coalesce((event.data ->> 'cycle')::int, event.cycle) AND part.ended_at IS NULL
           JOIN petitions_rating rating ON rating.assignment_id = part.id"""
MINUTES = "floor(extract(epoch FROM {}) / 60)"
# For each kind of flag, SQL that finds the events, the department, and what the flag's `seen` holds.
FOUND: dict[str, str] = {
    FlagKind.WITHDRAWN_AFTER_CONTACT: f"""
        SELECT event.id, part.department_id,
               jsonb_build_object('minutes', {MINUTES.format("event.at - part.contacted_at")})
          FROM recent event {PART}
         WHERE event.kind = 'withdraw' AND part.contacted_at <= event.at""",
    FlagKind.LEFT_LATE: f"""
        SELECT DISTINCT ON (event.id) event.id, event.department_id,
               jsonb_build_object('clock', clock.promise, 'step', event.kind,
                                  'minutes', {MINUTES.format("clock.due_at - event.at")})
          FROM recent event
          JOIN petitions_clock clock ON clock.petition_id = event.petition_id AND clock.cycle = event.cycle
               AND clock.department_id = event.department_id AND clock.assignment_id IS NOT NULL
         WHERE (event.kind IN ('ask_send_back', 'ask_send_back_again', 'remove_support')
                OR (event.kind = 'decide_send_back' AND event.data ->> 'decision' = 'approved'))
           AND event.at BETWEEN clock.due_at - %(share)s * (clock.due_at - clock.started_at) AND clock.due_at
           AND clock.started_at <= event.at AND coalesce(clock.stopped_at, event.at) >= event.at
         ORDER BY event.id, clock.due_at, clock.id""",
    FlagKind.RESOLVED_WITHOUT_CONTACT: f"""
        SELECT event.id, event.department_id, '{{}}'::jsonb
          FROM recent event {PART}
         WHERE event.kind = 'resolve' AND part.department_id = event.department_id
           AND (part.contacted_at IS NULL OR part.contacted_at > event.at)""",
    FlagKind.OWN_NETWORK: f"""
        SELECT event.id, part.department_id, jsonb_build_object('network', own.network)
          FROM recent event {RATED}
          JOIN departments_department department ON department.id = part.department_id
          JOIN LATERAL (SELECT network FROM unnest(department.networks) network
                         WHERE CASE event.kind WHEN 'rate' THEN rating.from_address
                                    ELSE rating.changed_from_address END <<= network::cidr
                         ORDER BY network LIMIT 1) own ON true
         WHERE event.kind = 'rate' OR event.kind = 'change_rating' AND rating.changed_at = event.at""",
    FlagKind.RATED_AT_ONCE: f"""
        SELECT event.id, part.department_id,
               jsonb_build_object('seconds', floor(extract(epoch FROM rating.rated_at - part.answered_at)))
          FROM recent event {RATED}
         WHERE event.kind = 'rate' AND part.part = 'lead' AND rating.rated_at <= part.answered_at + %(at_once)s""",
}
WRITE = """
WITH recent AS MATERIALIZED (
    SELECT id, subject_id AS petition_id, department_id, cycle, kind, at, data FROM record_event
     WHERE subject_type = 'petition' AND at > %(since)s
       AND kind IN ('withdraw', 'ask_send_back', 'ask_send_back_again', 'decide_send_back', 'remove_support',
                    'resolve', 'rate', 'change_rating')),
found (event_id, department_id, seen) AS ({found})
INSERT INTO petitions_integrityflag (kind, petition_id, department_id, event_id, seen, flagged_at, outcome, why)
SELECT %(kind)s, event.petition_id, found.department_id, found.event_id, found.seen, %(now)s, 'open', ''
  FROM found JOIN recent event ON event.id = found.event_id
  JOIN petitions_petition petition ON petition.id = event.petition_id AND petition.channel <> 'import'
ON CONFLICT (event_id, department_id, kind) DO NOTHING
"""


def raise_flags(*, now: datetime) -> int:
    """Write the flags that the events of the last days give reason for. One statement for each kind.

    Safe to repeat and to run twice at once: a flag is unique by kind, event and department. Runs may be missed for up
    to LOOK_BACK.
    now     aware datetime, the database's clock
    Returns how many flags are new
    """
    values: dict[str, Any] = {"since": now - LOOK_BACK, "now": now, "share": LATE_SHARE, "at_once": AT_ONCE}
    new = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, found in FOUND.items():
            cursor.execute(WRITE.replace("{found}", found), values | {"kind": kind})
            new += cursor.rowcount
    return new


def judge_flag(*, flag: IntegrityFlag, by: User, outcome: str, why: str, now: datetime) -> IntegrityFlag:
    """Confirm or dismiss a flag, as a supervisor, once. The petition does not change.

    Raises  InvalidInput, NotPermitted, AlreadyDone (judged before)
    """
    if not by.has_role(Role.SUPERVISOR):
        raise NotPermitted()
    problems = Problems()
    problems.choice("outcome", outcome, [FlagOutcome.CONFIRMED, FlagOutcome.DISMISSED])
    why = problems.text("why", why, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        flag = IntegrityFlag.objects.select_for_update(of=("self",), no_key=True).get(pk=flag.pk)
        if flag.outcome != FlagOutcome.OPEN:
            raise AlreadyDone(_("这条已经核查过。"))
        flag.outcome, flag.why, flag.judged_by, flag.judged_at = outcome, why, by, now
        flag.save(update_fields=["outcome", "why", "judged_by", "judged_at"])
        return flag
