"""How fast are facts written, and recomputed from petitions and events? 1,000,000 of them, in one process.

`make bench`, or `python -m bench.facts [--facts N]`. Works in a database of its own, which is dropped again: rated
petitions, each with its clocks, events and rating, spread over 700 days. Prints for writing and for recomputing how
many facts a second and how many seconds in all; for recomputing also the differences found and the memory.
"""

import argparse
import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.escalation import _database  # noqa: E402
from figures.verifying import differences  # noqa: E402
from petitions.facts import close_cycles  # noqa: E402
from scores.models import CycleFact, Ending  # noqa: E402
from tests.cast import Stage, build_cast  # noqa: E402

TABLES = ("petition", "petitioner", "assignment", "clock", "event", "rating")
# Which rows of a table belong to the model petition, which is copied; in other tables those with its petition_id.
OF_MODEL = {
    "petition": "id = %(model)s",
    "event": "subject_type = 'petition' AND subject_id = %(model)s",
    "rating": "assignment_id IN (SELECT id FROM petitions_assignment WHERE petition_id = %(model)s)",
}
CHUNK = 20_000


def _copy(table: str, model: int, part: int, count: int) -> None:
    """Copy the rows that a table has for the model petition `count` times, each copy with its own keys and moments."""
    name = "record_event" if table == "event" else f"petitions_{table}"
    with connection.cursor() as cursor:
        columns = {
            column.name: column.type_code for column in connection.introspection.get_table_description(cursor, name)
        }
        moments = {
            column
            for column, code in columns.items()
            if connection.introspection.data_types_reverse.get(code) == "DateTimeField"
        }
        own = {"petition": f"{model} + n", "assignment": f"{part} + n"}.get(table)
        given = {"id": own} if own else {}
        given |= (
            {"number": "lpad(n::text, 15, '0')", "source_id": "n::text", "source": "'bench'"}
            if table == "petition"
            else {}
        )
        given |= {"submission_key": "'bench-' || n"} if table == "petitioner" else {}
        given |= {
            "petition_id": f"{model} + n",
            "subject_id": f"{model} + n",
            "assignment_id": f"CASE WHEN assignment_id IS NOT NULL THEN {part} + n END",
        }
        taken = [column for column in columns if column in given or column != "id"]
        values = ", ".join(
            given.get(column) or (f"{column} + n %% 700 * interval '1 day'" if column in moments else column)
            for column in taken
        )
        where = OF_MODEL.get(table, "petition_id = %(model)s")
        cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        # Copied rows need no check of their foreign keys, which takes longer than the copying.
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [name])
        for (key,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {name} DROP CONSTRAINT {key}")
        cursor.execute(
            f"INSERT INTO {name} ({', '.join(taken)})"
            f" SELECT {values} FROM {name}, generate_series(1, %(count)s) n WHERE {where}",
            {"model": model, "count": count},
        )


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    count = parser.parse_args().facts
    with _database():
        petition = Stage(build_cast()).rated()
        part = petition.assignments.get().pk
        for table in TABLES:
            _copy(table, petition.pk, part, count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        began = time.perf_counter()
        for first in range(petition.pk + 1, petition.pk + 1 + count, CHUNK):
            last = min(first + CHUNK, petition.pk + 1 + count)
            close_cycles([(key, 1) for key in range(first, last)], ending=Ending.RATED, now=petition.rated_at)  # type: ignore[arg-type]
        written = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("UPDATE petitions_rating SET locked_at = rated_at WHERE assignment_id > %s", [part])
            cursor.execute("VACUUM ANALYZE")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = time.perf_counter()
        found = sum(1 for _difference in differences())
        taken = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        facts = CycleFact.objects.count()
        print(f"{facts:,} facts written in {written:.0f} s: {facts / written:,.0f}/s")
        print(
            f"recomputed in {taken:.0f} s: {facts / taken:,.0f}/s, {found} differences; {before:.0f} to {after:.0f} MiB"
        )


if __name__ == "__main__":
    main()
