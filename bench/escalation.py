"""How fast is the sweep? 100,000 due clocks, against one SQL statement that writes the same rows.

`make bench`, or `python -m bench.escalation [--clocks N] [--open N]`. Works in a database of its own,
which is dropped again. Prints escalations a second for both, the ratio, escalations a second with orders, the memory,
and the time of an empty sweep.
"""

import argparse
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from limits import sweeping  # noqa: E402
from tests.cast import Stage, build_cast  # noqa: E402
from verbs import database  # noqa: E402

PETITIONS = """
INSERT INTO petitions_petition (number, query_code, title, body, kind, urgency, channel, category_id, region_id,
       desk_id, is_confidential, state, closed_reason, cycle, reported_at, source, source_id)
SELECT 'B' || lpad(n::text, 14, '0'), query_code, title, body, kind, urgency, channel, category_id, region_id,
       desk_id, false, 'reported', '', 1, reported_at, 'bench', n::text
  FROM petitions_petition, generate_series(1, %(rows)s) n WHERE id = %(model)s
"""
CLOCKS = """
INSERT INTO petitions_clock (petition_id, promise, cycle, department_id, started_at, due_at, stop_reason, rule_id,
       amount, unit, extended_days, calendar_version, is_provisional, alarm_levels, alarm_times, next_place,
       next_alarm_at)
SELECT petition.id, 'check_in', 1, %(department)s, now() - interval '3 days', %(at)s, '',
       (SELECT min(id) FROM limits_limitrule WHERE promise = 'check_in'), 1, 'working_days', 0, 0, false,
       ARRAY[%(level)s, 5], ARRAY[%(at)s::timestamptz, %(at)s::timestamptz + interval '1 year']::timestamptz[],
       1, %(at)s
  FROM petitions_petition petition WHERE petition.source = 'bench' AND petition.id > %(after)s
"""
# The petitions need these, because an order is issued only to a department that holds the petition.
ASSIGNMENTS = """
INSERT INTO petitions_assignment (petition_id, department_id, cycle, part, dispatched_at, outcome, public_answer,
       internal_note, waived_why)
SELECT id, %(department)s, 1, 'lead', now() - interval '3 days', '', '', '', ''
  FROM petitions_petition WHERE source = 'bench' AND id > %(after)s
"""
# Writes the same rows as a sweep (escalation, event, a notice for each of two people, next alarm) and nothing else.
SAME_ROWS = """
WITH due AS (
    UPDATE petitions_clock SET next_place = 2, next_alarm_at = NULL
     WHERE next_alarm_at <= now() RETURNING id, petition_id, department_id, alarm_times[1] AS at
), raised AS (
    INSERT INTO limits_escalation
           (promise, clock_key, level, card, subject_type, subject_id, department_id, at, raised_at)
    SELECT 'check_in', id, 1, 'none', 'petition', petition_id, department_id, at, now() FROM due
    RETURNING subject_id AS petition_id, department_id, at
), event AS (
    INSERT INTO record_event (subject_type, subject_id, kind, at, by_id, department_id, is_public, text, data,
                              cycle, from_state, to_state)
    SELECT 'petition', petition_id, 'escalate', at, %(system)s, department_id, false, '', '{}',
           1, 'reported', 'reported'
      FROM raised
    RETURNING id
), noticed AS (
    INSERT INTO notices_notice (event_id, recipient_id, channel, state, created_at, sent_at)
    SELECT event.id, person, 'inbox', 'sent', now(), now() FROM event, unnest(%(people)s) AS person RETURNING 1
)
SELECT count(*) FROM noticed
"""


@contextmanager
def _database() -> Iterator[None]:
    old = setup_databases(verbosity=0, interactive=False, aliases=["default"])
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)


def _fill(model: int, department: int, rows: int, at: str, level: int = 1) -> None:
    """Add petitions with one check-in clock each, which reaches the level at the moment of `at`, an SQL expression."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM petitions_petition")
        (after,) = cursor.fetchone()
        cursor.execute(
            PETITIONS.replace("lpad(n::text", f"lpad((n + {after})::text").replace(
                "n::text\n", f"(n + {after})::text\n"
            ),
            {"rows": rows, "model": model},
        )
        cursor.execute(f"SELECT {at}")
        (moment,) = cursor.fetchone()
        cursor.execute(CLOCKS, {"department": department, "at": moment, "after": after, "level": level})
        cursor.execute(ASSIGNMENTS, {"department": department, "after": after})
        cursor.execute("ANALYZE")  # as autovacuum does, but now


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _swept() -> float:
    """Sweep all that is due; return how many levels were raised a second."""
    began = time.perf_counter()
    raised = sweeping.sweep(now=database.now())
    return raised / (time.perf_counter() - began)


def _in_one_statement(clocks: int, system: int, people: list[int]) -> float:
    """Write the rows of a sweep in one statement (SAME_ROWS); return how many levels were raised a second."""
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(SAME_ROWS, {"system": system, "people": people})
        return clocks / (time.perf_counter() - began)


def _empty_milliseconds(times: int = 20) -> float:
    """Return how many milliseconds a sweep takes that finds nothing due: the median of some."""
    measured = []
    for _ in range(times):
        began = time.perf_counter()
        sweeping.sweep(now=database.now())
        measured.append((time.perf_counter() - began) * 1000)
    return sorted(measured)[times // 2]


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=1_000_000)
    options = parser.parse_args()
    due = "now() - interval '1 minute'"
    with _database():
        cast = build_cast()
        model, department = Stage(cast).reported().pk, cast.lead.pk
        with connection.cursor() as cursor:
            cursor.execute("UPDATE petitions_clock SET next_alarm_at = NULL")
        _fill(model, department, options.clocks, due)
        plain = _in_one_statement(options.clocks, cast.system.pk, [cast.zhou.pk, cast.wu.pk])
        _fill(model, department, options.clocks, due)
        before = _peak_mib()
        swept = _swept()
        print(f"one statement: {plain:,.0f}/s; sweep of {options.clocks:,}: {swept:,.0f}/s, ratio {swept / plain:.2f}")
        _fill(model, department, options.clocks // 10, due, level=3)
        print(f"red cards, each with an order: {_swept():,.0f}/s")
        print(f"memory: {before:.0f} MiB before, {_peak_mib():.0f} MiB after")
        _fill(model, department, options.open, "now() + interval '30 days'")
        print(f"empty sweep over {options.open:,} open clocks: median {_empty_milliseconds():.1f} ms")


if __name__ == "__main__":
    main()
