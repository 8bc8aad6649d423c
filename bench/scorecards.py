"""How fast is a month's scorecard, live and frozen? 1,000,000 facts over 24 months for 80 departments.

`make bench`, or `python -m bench.scorecards [--facts N] [--big N] [--rounds N]`. Works in a database of its own, which
is dropped again. Prints median and 95th percentile of reading a live month (also one of 200,000 facts), a frozen month
and a trend; how long it takes to freeze a month and to compute the frozen ones again; how long it takes to write one
fact, with the index of the facts and without it.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.escalation import _database  # noqa: E402
from departments.models import Department  # noqa: E402
from scores.freezing import freeze_month, frozen_from  # noqa: E402
from scores.models import CycleFact  # noqa: E402
from scores.scorecard import live_month, month_of, shifted, trend  # noqa: E402
from scores.verifying import frozen_differences  # noqa: E402
from tests.cast import Cast, build_cast  # noqa: E402
from tests.scores.facts import unsaved  # noqa: E402

DEPARTMENTS, MONTHS = 80, 24
FIRST = date(2024, 10, 1)
LAST = shifted(FIRST, MONTHS - 1)
NOW = datetime(2027, 6, 1, tzinfo=UTC)
UNITS = """
INSERT INTO departments_department (code, short_name, name, name_en, level, region_id, is_fallback, is_active, aliases,
       responsibilities, phone, networks)
SELECT 'bench-' || n, '部门' || n, '部门' || n, '', 'city', %(region)s, false, true, '{}', '', '', '{}'
  FROM generate_series(1, %(departments)s) n
"""
# Four of five facts are rated. Each limit is missed by a tenth. One of twenty has no limit for the first contact.
FACTS = """
INSERT INTO scores_cyclefact (assignment_key, petition_key, number, cycle, part, department_id, person_id,
       category_id, kind, urgency, region_id, enterprise_size, enterprise_ownership, enterprise_founded_date,
       enterprise_region_id, dispatched_at, check_in_due_at, checked_in_at, is_check_in_on_time, contact_due_at,
       contacted_at, is_contact_on_time, answer_due_at, answered_at, is_answer_on_time, outcome, ending, level,
       is_solved, rated_at, is_anonymous, closed_at, month, recorded_at)
SELECT %(after)s + n, %(after)s + n, lpad(n::text, 15, '0'), 1, 'lead', units[1 + n %% array_length(units, 1)],
       %(person)s, %(category)s, 'help', 'normal', %(region)s, 'small', 'private', '2015-05-01', %(region)s,
       at, at, at, random() < 0.9, at, at, CASE WHEN random() < 0.95 THEN random() < 0.9 END, at, at, random() < 0.9,
       'solved', ending, CASE ending WHEN 'rated' THEN 1 + floor(random() * 5) END,
       CASE ending WHEN 'rated' THEN (ARRAY['yes', 'partly', 'no'])[1 + floor(random() * 3)] ELSE '' END,
       CASE ending WHEN 'rated' THEN at END, false, at, %(month)s, at
  FROM (SELECT n, %(month)s::timestamptz + interval '9 days' AS at,
               CASE WHEN random() < 0.8 THEN 'rated'
                    ELSE (ARRAY['lapsed', 'reopened', 'withdrawn', 'taken_back'])[1 + floor(random() * 4)] END AS ending
          FROM generate_series(1, %(rows)s) n) made,
       (SELECT array_agg(id) AS units FROM departments_department WHERE code LIKE 'bench-%%') known
"""
# Two facts of a hundred are appealed against; half of the appeals are accepted.
APPEALS = """
INSERT INTO scores_appeal (fact_id, month, reason, text, asked_by_id, asked_at, decision, decided_by_id,
       decided_at, decided_why)
SELECT id, month, CASE WHEN level IS NULL OR random() < 0.5 THEN 'not_responsible' ELSE 'mistaken' END, 'bench',
       %(person)s, now(), (ARRAY['accepted', 'refused'])[1 + id %% 2], %(person)s, now(), 'bench'
  FROM scores_cyclefact WHERE id %% 100 < 2 AND month = %(month)s
"""


def add_departments(cast: Cast) -> None:
    """Add the departments of the facts. Set the database's random seed, so that each run gets the same values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(UNITS, {"region": cast.city.pk, "departments": DEPARTMENTS})


def fill_month(cast: Cast, month: date, rows: int) -> None:
    """Add `rows` facts of a month; the departments have them in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(assignment_key), 0) FROM scores_cyclefact")
        (after,) = cursor.fetchone()
        known = {"region": cast.city.pk, "category": cast.category.pk, "person": cast.zhou.pk}
        cursor.execute(FACTS, known | {"after": after, "month": month, "rows": rows})


def appeal_some(cast: Cast, month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(APPEALS, {"person": cast.chen.pk, "month": month})


def _vacuum() -> None:
    with connection.cursor() as cursor:  # as autovacuum does, but now
        cursor.execute("VACUUM ANALYZE scores_cyclefact, scores_appeal")


def _milliseconds(act: Callable[[], object], rounds: int) -> str:
    """Do the act `rounds` times; return as text the median and the 95th percentile of how long it took."""
    measured = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        measured.append((time.perf_counter() - began) * 1000)
    measured.sort()
    return f"median {measured[rounds // 2]:.0f} ms, p95 {measured[rounds * 95 // 100]:.0f} ms"


def _seconds(act: Callable[[], object]) -> str:
    began = time.perf_counter()
    act()
    return f"{time.perf_counter() - began:.2f} s"


def _size(relation: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_relation_size(%s))", [relation])
        return str(cursor.fetchone()[0])


def _writing(cast: Cast, rounds: int = 2000) -> str:
    """Write facts one by one, as verbs do; return as text how long one took on average."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(assignment_key) FROM scores_cyclefact")
        (after,) = cursor.fetchone()
    rows = [unsaved(cast.lead, shifted(LAST, 6)) for _ in range(rounds)]
    began = time.perf_counter()
    for key, row in enumerate(rows, after + 1):
        row.assignment_key = key
        row.save(force_insert=True)
    return f"{(time.perf_counter() - began) / rounds * 1000:.2f} ms"


def _drop_index() -> None:
    index = next(index for index in CycleFact._meta.indexes if index.name == "fact_counted")
    with connection.schema_editor() as editor:
        editor.remove_index(CycleFact, index)


def _measure(cast: Cast, facts: int, big: int, rounds: int) -> None:
    for number in range(MONTHS):
        fill_month(cast, shifted(FIRST, number), facts // MONTHS)
        appeal_some(cast, shifted(FIRST, number))
    print(f"live month of {facts // MONTHS:,}, just written: {_milliseconds(lambda: live_month(LAST), rounds)}")
    _vacuum()
    print(f"the same after autovacuum: {_milliseconds(lambda: live_month(LAST), rounds)}")
    unit = Department.objects.get(code="bench-1")
    twelve = _milliseconds(lambda: trend(unit, last=LAST, months=12), rounds)
    print(f"trend of 12 live months, {facts // 2:,} facts: {twelve}")
    frozen_from(LAST)  # compiles the calendar, which is done once in a process
    print(f"freezing a month: {_seconds(lambda: freeze_month(month=LAST, by=cast.chen, now=NOW))}")
    print(f"frozen month: {_milliseconds(lambda: month_of(LAST), rounds)}")
    for number in range(MONTHS - 1):
        freeze_month(month=shifted(FIRST, number), by=cast.chen, now=NOW)
    print(f"trend of 24 frozen months: {_milliseconds(lambda: trend(unit, last=LAST, months=24), rounds)}")
    print(f"computing {MONTHS} frozen months again: {_seconds(lambda: list(frozen_differences()))}")
    after = shifted(LAST, 1)
    fill_month(cast, after, big)
    appeal_some(cast, after)
    print(f"live month of {big:,}, just written: {_milliseconds(lambda: live_month(after), rounds)}")
    _vacuum()
    print(f"the same after autovacuum: {_milliseconds(lambda: live_month(after), rounds)}")
    print(f"freezing it: {_seconds(lambda: freeze_month(month=after, by=cast.chen, now=NOW))}")
    print(f"facts: {_size('scores_cyclefact')}, their index: {_size('fact_counted')}")
    print(f"writing one fact: {_writing(cast)}")
    _drop_index()
    print(f"the same without that index: {_writing(cast)}")


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--big", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with _database():
        cast = build_cast()
        add_departments(cast)
        _measure(cast, options.facts, options.big, options.rounds)


if __name__ == "__main__":
    main()
