"""Cities of N petitions to measure in, kept in the data folder: `python -m bench.cities --petitions 10000`.

A city is the demonstration city, whose 188 petitions went through the verbs, with copies of these petitions
(bench/city_rows.py), 50 people of each role that reads, and an enterprise for every 50 petitions (bench/city_plan.py).
Copies of closed petitions are spread over five years. Copies of live ones happened in the last days: 3,000 and one of
a hundred, so that pages are full in a small city, too. Texts differ by their ends, drawn from the words of the shipped
petitions (bench/search_rows.py). Every number, clock, event, notice and rating is as a verb writes it, only at another
time.

Servers and databases of the cities are apart from the checkout's own, in the folder `bench` of the data folder, so that
nobody else's work is measured. A city is built again when migrations, seeds or these modules have changed. It ages:
limits that ran when it was built are over some days later, and nothing sweeps them.
"""

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import psycopg

from embedded import sharing
from embedded.data_folder import data_dir
from embedded.plain_errors import plain_errors

LOCK = 0xC17  # whoever builds a city, or looks for one, holds it
COUNTERS = """
INSERT INTO petitions_dailynumber AS day (series, date, last)
SELECT 'petition', substr(number, 1, 8)::date, max(substr(number, 9, 6)::int)
  FROM petitions_petition GROUP BY 2 ON CONFLICT (series, date) DO UPDATE SET last = excluded.last
"""


def use_own_servers() -> str:
    """Let this process and those it starts use the servers of the cities; return the address of their PostgreSQL."""
    if data_dir().name != "bench":
        os.environ["SHAOYING_DATA"] = str(data_dir() / "bench")
    url = sharing.ensure().database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ |= {"SECRET_KEY": "only-for-cities-" + "x" * 40, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "false"}
    return url.rpartition("/")[0]


def city_of(petitions: int) -> str:
    """Return the name of the database with a city of so many petitions, which is built where there is none.

    The process has to go by it: DATABASE_URL is set. Django must not have been set up before.
    """
    server = use_own_servers()
    os.environ["DATABASE_URL"] = f"{server}/postgres"
    import django

    django.setup()
    from tests.template import ROOT, fingerprint, migrations

    modules = [*Path(__file__).parent.glob("cit*.py"), *(ROOT / "seeds").glob("*.py")]
    tables = b"".join(path.read_bytes() for path in sorted((ROOT / "seeds").glob("*.csv")))
    mark = fingerprint([*migrations(), *sorted(modules)])[:8] + hashlib.sha256(tables).hexdigest()[:8]
    name = f"city_{petitions}_{mark}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = [row[0] for row in maintenance.execute("SELECT datname FROM pg_database WHERE datname LIKE '%city_%'")]
        for old in known:
            is_left = old.endswith("_unfinished") or _is_copy_of_nobody(old)  # vacuuming it would be measured, too
            if is_left or (old != name and old.startswith(f"city_{petitions}_")):
                maintenance.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        if name not in known:
            maintenance.execute(f'CREATE DATABASE "{name}_unfinished"')
            builder = [sys.executable, "-m", "bench.cities", "--build", "--petitions", str(petitions)]
            subprocess.run(builder, check=True, env=os.environ | {"DATABASE_URL": f"{server}/{name}_unfinished"})
            maintenance.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    _work_in(server, name)
    return name


@contextlib.contextmanager
def copied(city: str) -> Iterator[str]:
    """Let this process, and those it starts, work in a copy of a city, which is dropped at the end; give its name.

    So a city stays as it was built. One of a million is not copied: what a run adds to it is little.
    """
    if city.startswith("city_1000000_"):
        yield city
        return
    server, copy = use_own_servers(), f"copy_of_{city}_{os.getpid()}"
    _work_in(server, "postgres")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{city}" STRATEGY file_copy')
        try:
            _work_in(server, copy)
            yield copy
        finally:
            _work_in(server, city)
            maintenance.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _is_copy_of_nobody(name: str) -> bool:
    """Return whether a database is the copy of a city of a process that is gone."""
    return name.startswith("copy_of_") and not psutil.pid_exists(int(name.rpartition("_")[2]))


def _work_in(server: str, database: str) -> None:
    """Let Django in this process, and in those it starts, work in this database."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    os.environ["DATABASE_URL"] = f"{server}/{database}"
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = database
    connection.settings_dict["OPTIONS"]["application_name"] = "bench"  # which tells our backend from the server's


def build(petitions: int) -> None:
    """Fill the database of DATABASE_URL, step by step, and print how long each step took."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.city_plan import plan, settle
    from bench.city_rows import Copier
    from seeds.closing import freeze_past
    from verbs import database

    now = database.now()
    began = time.monotonic()

    def done(what: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {what}", flush=True)

    call_command("migrate", verbosity=0, interactive=False)
    _walk(now)
    done("demonstration city")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        settle(petitions)
        plan(petitions, now)
        done("people, enterprises, plan")
        models = cursor.execute("SELECT count(*) FROM petitions_petition") and cursor.fetchone()[0]
        Copier().copy(petitions - models)
        done(f"{petitions - models:,} copies")
        cursor.execute(COUNTERS)
        freeze_past(now=now)
        done("months frozen")
        cursor.execute("VACUUM (ANALYZE, FREEZE)")
    done("vacuum")
    call_command("verify_scorecards")
    done("facts recomputed from the events")


def _walk(now: datetime) -> None:
    """Load the demonstration city as `load_seeds` does, up to what follows a month."""
    from django.db import transaction

    from petitions.proposals.learning import refresh_routing_model
    from petitions.ratings.window import lock_due_ratings
    from seeds import load
    from seeds.occasions import by_petition, put_up
    from seeds.walk import walk_petitions

    with transaction.atomic():
        load.load_regions()
        load.load_departments()
        load.load_categories()
        load.load_responsibilities()
        load.load_enterprises()
        load.load_people()
        load.load_desks()
    rows = [*load.rows("petitions.csv"), *load.rows("past_petitions.csv")]
    walk_petitions(rows, load.rows("limits.csv"), by_petition(put_up(load.rows("occasions.csv"), now=now)), now=now)
    lock_due_ratings(now=now)
    refresh_routing_model(now=now)


def main() -> None:
    """Build a city, or say which one is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--petitions", type=int, default=10_000)
    parser.add_argument("--build", action="store_true", help="fill the database of DATABASE_URL")
    options = parser.parse_args()
    if options.build:
        build(options.petitions)
        return
    with plain_errors():
        print(city_of(options.petitions))


if __name__ == "__main__":
    main()
