"""Who is told: SQL that finds the people of the groups of every room and their substitutes, and writes their notices.

It reads a relation `told` (event_id, subject_id, department_id, tells, by_id, is_urgent), so that the same SQL tells of
one event, and of the thousands of a sweep. The person who caused an event is not told of it. When a person is out of
office, the substitute is told as well, for the same department; where the substitute no longer works in that
department, the department's heads are told instead. Source: domain, notices.
"""

from notices.subjects import telling_of
from verbs.database import IN_THE_CITY

# Rooms may use `city` in the SQL of their own groups: all dispatchers, supervisors and leaders, with their desks.
PEOPLE = """
city AS MATERIALIZED (
    SELECT id, roles, ARRAY(SELECT region_id FROM regions_deskmember WHERE user_id = person.id) AS desks
      FROM accounts_user person
     WHERE is_active AND roles && ARRAY['dispatcher', 'supervisor', 'leader']::varchar[]
), people (event_id, user_id, department_id) AS (
    SELECT told.event_id, city.id, NULL::bigint
      FROM told
      JOIN city ON ('supervisor' = ANY (told.tells) AND 'supervisor' = ANY (city.roles))
        OR ('leader' = ANY (told.tells) AND 'leader' = ANY (city.roles))
    UNION
    SELECT told.event_id, member.user_id, member.department_id
      FROM told
      JOIN departments_department unit ON unit.id = told.department_id
      JOIN departments_membership member
        ON member.department_id = unit.id
          OR ('parent_head' = ANY (told.tells) AND member.department_id = unit.parent_id)
      JOIN accounts_user person ON person.id = member.user_id AND person.is_active
     WHERE (member.department_id = unit.id
            AND (('handler' = ANY (told.tells) AND 'handler' = ANY (person.roles))
                 OR ('head' = ANY (told.tells) AND 'head' = ANY (person.roles))))
        OR (member.department_id = unit.parent_id AND 'head' = ANY (person.roles))
    UNION
    SELECT told.event_id, person.id, told.department_id
      FROM told
      JOIN record_event event ON event.id = told.event_id AND 'named' = ANY (told.tells)
      JOIN accounts_user person ON person.id = (event.data ->> 'handler')::bigint AND person.is_active
    {rooms}
), """
WRITTEN = f"""
away (event_id, unit_id, substitute_id) AS MATERIALIZED (
    SELECT people.event_id, people.department_id, absence.substitute_id
      FROM people
      JOIN departments_absence absence
        ON absence.user_id = people.user_id
       AND (%(now)s::timestamptz {IN_THE_CITY})::date BETWEEN absence.first_date AND absence.last_date
      JOIN departments_membership member
        ON member.user_id = absence.user_id AND member.department_id = people.department_id
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
    INSERT INTO notices_notice
           (event_id, recipient_id, channel, state, created_at, sent_at, next_attempt_at, is_urgent)
    SELECT event_id, user_id, 'inbox', 'sent', %(now)s::timestamptz, %(now)s::timestamptz, NULL::timestamptz, is_urgent
      FROM addressed
    UNION ALL
    SELECT addressed.event_id, addressed.user_id, chosen.channel, 'pending', %(now)s, NULL,
           CASE WHEN addressed.is_urgent THEN %(now)s::timestamptz ELSE %(awake)s::timestamptz END, addressed.is_urgent
      FROM addressed
      JOIN notices_subscription chosen ON chosen.user_id = addressed.user_id AND chosen.is_active
    ON CONFLICT (event_id, recipient_id, channel) DO NOTHING
    RETURNING 1
)
"""


def writing(subject_type: str) -> str:
    """Return the part of a statement that follows the relation `told` and writes the notices.

    Its last relation is `written`, with a row for each notice. Its parameters are `now` and `awake` (notices/quiet.py).
    """
    own = telling_of(subject_type).people
    return PEOPLE.format(rooms=f"UNION {own}" if own else "") + WRITTEN
