"""Who is told what: a table by event, and the statement that writes one row per event, recipient and channel.

The rows are written in the verb's transaction, set-based, with `ON CONFLICT DO NOTHING` on (event, recipient,
channel); sending is another's work (petitions/delivery.py). Whoever did a thing is not told of it. Texts are made
when a notice is shown or sent, by what its reader may know then. A desk that nobody works at any more is spoken for by
the nearest one above it. Who is out of office has a substitute told as well; a substitute who has left the department
is replaced by its heads. Source: domain, notices.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from petitions.models import EventKind
from record.models import Event

# People of the departments that hold a live assignment, the enterprise's liaisons, whoever filed on behalf.
ASSIGNED, ENTERPRISE, FILER = "assigned", "enterprise", "filer"
# Dispatchers of the other regions that the petition concerns.
CONCERNED = "concerned"
# The one person whom the event names (`handler` in its data).
NAMED = "named"
# People of the event's department, of its parent, of the desk in charge, of the city: names as in Told
# (petitions/models/escalation.py).
TELLS: dict[str, tuple[str, ...]] = {
    EventKind.REPORT: ("dispatcher", ENTERPRISE),
    EventKind.SUPPLEMENT: ("dispatcher", ASSIGNED),
    EventKind.URGE: (ASSIGNED,),
    EventKind.DISPATCH: (ASSIGNED, ENTERPRISE, FILER, CONCERNED),
    EventKind.UNDO_DISPATCH: ("handler", "head"),
    EventKind.ESCALATE_UP: ("dispatcher",),
    EventKind.DELEGATE_DOWN: ("dispatcher",),
    EventKind.CHECK_IN: (ENTERPRISE,),
    EventKind.HAND_OVER: (NAMED,),
    EventKind.CONTACT: (),
    EventKind.PROGRESS: (ENTERPRISE,),
    EventKind.ANSWER_SUPPORT: (ASSIGNED,),
    EventKind.RESOLVE: (ENTERPRISE, FILER),
    EventKind.RATE: (ASSIGNED,),
    EventKind.CHANGE_RATING: (ASSIGNED,),
    EventKind.RECTIFY: (ASSIGNED, "supervisor"),
    EventKind.CANCEL_RECTIFY: ("handler", "head", "supervisor"),
    EventKind.REFER_RATING: ("supervisor",),
    EventKind.JUDGE_RATING: (ASSIGNED, ENTERPRISE),
    EventKind.REOPEN: (ASSIGNED, "supervisor"),
    EventKind.WITHDRAW: (ASSIGNED, "dispatcher"),
    EventKind.LAPSE: (ENTERPRISE,),
    EventKind.ESCALATE: (),  # told by the ladder
    EventKind.ASK_EXTENSION: ("supervisor",),
    EventKind.DECIDE_EXTENSION: ("handler", "head", ENTERPRISE),
    EventKind.ASK_HOLD: ("supervisor",),
    EventKind.DECIDE_HOLD: ("handler", "head", ENTERPRISE),
    EventKind.RESUME: ("handler", "head", "supervisor"),
    EventKind.ISSUE_ORDER: ("handler", "head"),
    EventKind.REPLY_ORDER: ("supervisor",),
    EventKind.ACCEPT_ORDER: ("handler", "head"),
    EventKind.REJECT_ORDER: ("handler", "head"),
    EventKind.RECOMPUTE: (),
    EventKind.DISCUSS: (ASSIGNED,),
    EventKind.ADD_SUPPORT: (ASSIGNED, ENTERPRISE),
    EventKind.REMOVE_SUPPORT: ("handler", "head", ASSIGNED),
    EventKind.WAIVE_SUPPORT: ("handler", "head", ASSIGNED),
    EventKind.ASK_SEND_BACK: ("dispatcher",),
    EventKind.ASK_SEND_BACK_AGAIN: ("supervisor",),
    EventKind.DECIDE_SEND_BACK: ("handler", "head", "dispatcher"),
    EventKind.DISPUTE_SEND_BACK: ("supervisor",),
    EventKind.MERGE: (ENTERPRISE, FILER),
    EventKind.ABSORB: (ASSIGNED,),
    EventKind.UNMERGE: ("dispatcher", ENTERPRISE, FILER),
    EventKind.RELEASE: (ASSIGNED,),
    EventKind.LINK: (ENTERPRISE, FILER),
    EventKind.GAIN_LINK: (ASSIGNED,),
    EventKind.UNLINK: (ASSIGNED, ENTERPRISE, FILER),
    EventKind.LOSE_LINK: (ASSIGNED,),
    EventKind.TAKE_LEAD: (ASSIGNED,),
    EventKind.TAKE_BACK: ("handler", "head"),
}
# Nothing that is not urgent leaves the house in the night (domain: quiet hours).
QUIET_FROM, QUIET_UNTIL = time(21), time(8)

# Reads a relation `told` (event_id, petition_id, department_id, tells, by_id, is_urgent) and writes the notices.
WRITE_NOTICES = """
city AS MATERIALIZED (
    SELECT id, roles, ARRAY(SELECT region_id FROM regions_deskmember WHERE user_id = person.id) AS desks
      FROM accounts_user person
     WHERE is_active AND roles && ARRAY['dispatcher', 'supervisor', 'leader']::varchar[]
), staffed (desk_id, id, parent_id) AS MATERIALIZED (
    WITH RECURSIVE up (desk_id, id, parent_id, steps) AS (
        SELECT id, id, parent_id, 0 FROM regions_region
         UNION ALL
        SELECT up.desk_id, region.id, region.parent_id, up.steps + 1
          FROM regions_region region JOIN up ON region.id = up.parent_id
    )
    SELECT DISTINCT ON (desk_id) desk_id, id, parent_id
      FROM up
     WHERE parent_id IS NULL
        OR EXISTS (SELECT FROM city WHERE 'dispatcher' = ANY (city.roles) AND up.id = ANY (city.desks))
     ORDER BY desk_id, steps
), people (event_id, user_id) AS (
    SELECT told.event_id, city.id FROM told JOIN city ON array_remove(told.tells, 'dispatcher') && city.roles
    UNION
    SELECT told.event_id, city.id
      FROM told
      JOIN petitions_petition petition ON petition.id = told.petition_id AND 'dispatcher' = ANY (told.tells)
      JOIN staffed ON staffed.desk_id = petition.desk_id
      JOIN city ON 'dispatcher' = ANY (city.roles)
       AND (staffed.id = ANY (city.desks) OR (city.desks = '{}' AND staffed.parent_id IS NULL))
    UNION
    SELECT told.event_id, city.id
      FROM told
      JOIN petitions_petition_other_regions other
        ON other.petition_id = told.petition_id AND 'concerned' = ANY (told.tells)
      JOIN city ON 'dispatcher' = ANY (city.roles) AND other.region_id = ANY (city.desks)
    UNION
    SELECT told.event_id, member.user_id
      FROM told
      JOIN departments_department unit ON unit.id = told.department_id
      JOIN departments_membership member
        ON member.department_id = unit.id
          OR ('parent_head' = ANY (told.tells) AND member.department_id = unit.parent_id)
      JOIN accounts_user person ON person.id = member.user_id AND person.is_active
     WHERE (member.department_id = unit.id
            AND person.roles && told.tells AND person.roles && ARRAY['handler', 'head']::varchar[])
        OR (member.department_id = unit.parent_id AND 'head' = ANY (person.roles))
    UNION
    SELECT told.event_id, member.user_id
      FROM told
      JOIN petitions_petition petition ON petition.id = told.petition_id AND 'assigned' = ANY (told.tells)
      JOIN petitions_assignment part
        ON part.petition_id = petition.id AND part.cycle = petition.cycle AND part.ended_at IS NULL
      JOIN departments_membership member ON member.department_id = part.department_id
      JOIN accounts_user person ON person.id = member.user_id AND person.is_active
       AND person.roles && ARRAY['handler', 'head']::varchar[]
    UNION
    SELECT told.event_id, liaison.user_id
      FROM told
      JOIN petitions_petitioner asker ON asker.petition_id = told.petition_id AND 'enterprise' = ANY (told.tells)
      JOIN enterprises_liaison liaison ON liaison.enterprise_id = asker.enterprise_id
      JOIN accounts_user person ON person.id = liaison.user_id AND person.is_active
    UNION
    SELECT told.event_id, asker.filed_by_id
      FROM told
      JOIN petitions_petitioner asker ON asker.petition_id = told.petition_id AND 'filer' = ANY (told.tells)
      JOIN accounts_user person ON person.id = asker.filed_by_id AND person.is_active
    UNION
    SELECT told.event_id, person.id
      FROM told
      JOIN record_event event ON event.id = told.event_id AND 'named' = ANY (told.tells)
      JOIN accounts_user person ON person.id = (event.data ->> 'handler')::bigint AND person.is_active
), away (event_id, unit_id, substitute_id) AS MATERIALIZED (
    SELECT told.event_id, member.department_id, absence.substitute_id
      FROM people
      JOIN told ON told.event_id = people.event_id
      JOIN departments_absence absence
        ON absence.user_id = people.user_id
       AND (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date BETWEEN absence.first_date AND absence.last_date
      JOIN departments_membership member
        ON member.user_id = absence.user_id
       AND (member.department_id = told.department_id
            OR EXISTS (SELECT FROM petitions_assignment part
                        WHERE part.petition_id = told.petition_id AND part.ended_at IS NULL
                          AND part.department_id = member.department_id))
), standing_in (event_id, user_id) AS (
    SELECT away.event_id, person.id
      FROM away
      JOIN departments_membership member ON member.department_id = away.unit_id
      JOIN accounts_user person ON person.id = member.user_id AND person.is_active
     WHERE (person.id = away.substitute_id AND person.roles && ARRAY['handler', 'head']::varchar[])
        OR ('head' = ANY (person.roles)
            AND NOT EXISTS (SELECT FROM departments_membership other
                              JOIN accounts_user stand ON stand.id = other.user_id AND stand.is_active
                               AND stand.roles && ARRAY['handler', 'head']::varchar[]
                             WHERE other.department_id = away.unit_id AND other.user_id = away.substitute_id))
), addressed AS (
    SELECT everybody.event_id, everybody.user_id, told.is_urgent
      FROM (SELECT event_id, user_id FROM people UNION SELECT event_id, user_id FROM standing_in) AS everybody
      JOIN told ON told.event_id = everybody.event_id AND told.by_id <> everybody.user_id
), written AS (
    INSERT INTO petitions_notice
           (event_id, recipient_id, channel, state, created_at, sent_at, next_attempt_at, is_urgent)
    SELECT event_id, user_id, 'inbox', 'sent', %(now)s::timestamptz, %(now)s::timestamptz, NULL::timestamptz, is_urgent
      FROM addressed
    UNION ALL
    SELECT addressed.event_id, addressed.user_id, chosen.channel, 'pending', %(now)s, NULL,
           CASE WHEN addressed.is_urgent THEN %(now)s::timestamptz ELSE %(awake)s::timestamptz END, addressed.is_urgent
      FROM addressed
      JOIN petitions_subscription chosen ON chosen.user_id = addressed.user_id AND chosen.is_active
    ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
    RETURNING 1
)
"""

TELL = (
    """
WITH told AS (
    SELECT event.id AS event_id, petition.id AS petition_id, event.department_id, event.by_id,
           CASE WHEN event.is_public THEN %(tells)s::varchar[] ELSE %(tells_inside)s::varchar[] END AS tells,
           petition.urgency = 'urgent' AS is_urgent
      FROM record_event event
      JOIN petitions_petition petition ON petition.id = event.subject_id AND event.subject_type = 'petition'
     WHERE event.id = ANY (%(events)s)
), """
    + WRITE_NOTICES
    + "SELECT count(*) FROM written"
)


def tell(events: Sequence[Event], *, now: datetime, only: Sequence[str] | None = None) -> int:
    """Write the notices of events of one kind, inside the caller's transaction. One statement; none for nobody.

    Safe to repeat: (event, recipient, channel) is unique.
    only    of those whom the kind tells, these; all when None
    Returns how many were written
    """
    tells = TELLS[events[0].kind] if events else ()
    tells = tuple(told for told in tells if only is None or told in only)
    if not tells:
        return 0
    values: dict[str, Any] = {
        "events": [event.pk for event in events],
        "tells": list(tells),
        # What the enterprise may not read it is not told of.
        "tells_inside": [told for told in tells if told not in (ENTERPRISE, FILER)],
        "now": now,
        "awake": awake_at(now),
    }
    with _planning_once() as cursor:
        cursor.execute(TELL, values)
        (written,) = cursor.fetchone()
    return written


@contextmanager
def _planning_once() -> Iterator[CursorWrapper]:
    """Lend a cursor that prepares its statement, so that the connection keeps the plan (PLANS in config/settings.py).

    Every step of every petition runs TELL. Planning it anew each time, as Django's own cursors have it, takes eight
    times as long as running it (docs/performance.md).
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor: Any = psycopg.Cursor(raw)
    raw.prepare_threshold = 0  # for this statement alone: else the connection counts every text it runs
    try:
        yield connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    finally:
        raw.prepare_threshold = None


def awake_at(now: datetime) -> datetime:
    """Return when a notice that is not urgent may be sent: now, or the end of the quiet hours."""
    local = timezone.localtime(now)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return timezone.make_aware(datetime.combine(day, QUIET_UNTIL))
