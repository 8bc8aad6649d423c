"""Limits that come due when a test wants it: copies of the model petition, each with one limit and one level.

Written past the verbs, whose limits end when an office closes. The level is the yellow card: it tells the head of the
department and the supervisors.
"""

from tests.faults.house import House

ADD = """
WITH petition AS (
    INSERT INTO petitions_petition (number, query_code, title, body, kind, urgency, channel, category_id, region_id,
           desk_id, is_confidential, state, closed_reason, cycle, reported_at, source, source_id)
    SELECT 'D' || lpad(place::text, 14, '0'), query_code, title, body, kind, urgency, 'web', category_id, region_id,
           desk_id, false, 'reported', '', 1, reported_at, 'due', place
      FROM petitions_petition,
           (SELECT count(*) FROM petitions_petition WHERE source = 'due') AS before,
           LATERAL generate_series(before.count + 1, before.count + %(count)s) AS place
     WHERE source = ''
    RETURNING id
), timed AS (
    SELECT id, %(first)s + (%(last)s - %(first)s) * row_number() OVER () / %(count)s AS seconds
      FROM petition
)
INSERT INTO petitions_clock (petition_id, promise, cycle, department_id, started_at, due_at, stop_reason, rule_id,
       amount, unit, extended_days, calendar_version, is_provisional, alarm_levels, alarm_times, next_place,
       next_alarm_at)
SELECT timed.id, 'check_in', 1, lead.id, now() - interval '3 days', due.at, '', rule.id, rule.amount, rule.unit,
       0, 0, false, ARRAY[2], ARRAY[due.at], 1, due.at
  FROM timed,
       LATERAL (SELECT now() + make_interval(secs => timed.seconds) AS at) AS due,
       (SELECT id FROM departments_department WHERE code = 'jingxin') AS lead,
       (SELECT id, amount, unit FROM limits_limitrule WHERE promise = 'check_in' AND axes = '{}') AS rule
"""
# As many limits of the other room, all due now, at their first level.
FLOOD = """
WITH pledge AS (
    INSERT INTO pledges_pledge (text, is_large, apologies, department_id)
    SELECT 'flood', false, 0, id
      FROM departments_department, generate_series(1, %(count)s) WHERE code = 'jingxin'
    RETURNING id, department_id
)
INSERT INTO pledges_pledgeclock (pledge_id, promise, department_id, started_at, due_at, stop_reason, rule_id, amount,
       unit, extended_days, calendar_version, is_provisional, alarm_levels, alarm_times, next_place, next_alarm_at)
SELECT pledge.id, 'pledge', department_id, now() - interval '3 days', now() + interval '1 day', '', rule.id,
       rule.amount, rule.unit, 0, 0, false, ARRAY[1], ARRAY[now()], 1, now()
  FROM pledge, (SELECT id, amount, unit FROM limits_limitrule WHERE promise = 'pledge' AND axes = '{}') AS rule
"""
LAGS = """
SELECT count(*), coalesce(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY raised_at - at)), 0)::float,
       coalesce(extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY raised_at - at)), 0)::float,
       coalesce(extract(epoch FROM max(raised_at - at)), 0)::float
  FROM limits_escalation WHERE promise = 'check_in'
"""


def add_due(house: House, count: int, *, first: float = 0.0, last: float = 0.0) -> None:
    """Add limits that come due evenly between `first` and `last` seconds from now."""
    house.rows(ADD, {"count": count, "first": first, "last": last})


def flood(house: House, count: int) -> None:
    """Let as many limits of another room be due at once (tests/pledges)."""
    house.rows(FLOOD, {"count": count})


def raised(house: House) -> int:
    """How many levels were raised so far."""
    ((count,),) = house.rows("SELECT count(*) FROM limits_escalation")
    return count


def lags(house: House) -> tuple[int, float, float, float]:
    """How many were raised, and how late by the database's clock: median, p99, most, in seconds."""
    (row,) = house.rows(LAGS)
    return row
