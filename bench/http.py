"""How long does a request take, and what does it cost? Each page and verb that is asked often, in three cities.

`make bench`, or `python -m bench.http [--petitions 10000 100000 1000000] [--short]`. The cities are built once and kept
(bench/cities.py). For each of them: the server as `make run` starts it; 50 people of each role in turn; 200 requests of
a kind to warm up; then one client, then eight. Before each read one write, whose cost does not count. No conditional
headers, no cached answers, gzip is accepted.

CPU is what the processes of the web server, PostgreSQL (background writers too) and Valkey use, without what they use
idling. The ratio is that to the floor (bench/floor.py), measured in the same run on the same database.

Fails when an answer is not 2xx, or when a row costs more than 1.5 times the ratio in bench/results.json.
`--short`: a city of 2,000, 5 requests of a kind; only answers and statements are compared.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.cities import city_of, copied
from bench.clients import granian
from bench.measuring import Bench, Plan
from bench.processes import Meter
from bench.report import record, worse
from bench.statements import Counter
from embedded.data_folder import data_dir
from embedded.plain_errors import plain_errors

SIZES = (10_000, 100_000, 1_000_000)
SHORT = 2_000
SHORT_PLAN = Plan(2, 2, 8, 3)


def server_pid(name: str) -> int:
    """Return the process id of an embedded server."""
    return int(json.loads((data_dir() / name / "server.json").read_text())["pid"])


def measure(petitions: int, *, plan: Plan, only: list[str], say: Callable[[str], object]) -> dict[str, Any]:
    """Measure all rows in one city and return them by name, the floor first."""
    city = city_of(petitions)
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    rows: dict[str, Any] = {}

    def add(name: str, row: Any) -> None:
        rows[name] = row
        row.ratio = row.cpu / rows["floor"].cpu if rows["floor"].cpu else 0.0
        say(line(name, row))

    with copied(city) as database:
        counter = Counter(database)
        postgres = Meter(server_pid("postgres"), without=counter.own_backends)
        say(f"{petitions:,} petitions, load {os.getloadavg()[0]:.1f}")
        add("floor", _floor(postgres, plan, counter))
        _ours(postgres, plan, counter, only, add)
        counter.close()
    return {name: row.data() for name, row in rows.items()}


def _floor(postgres: Any, plan: Plan, counter: Any) -> Any:
    from django.db import connection

    from bench.asked import sent
    from bench.floor import TABLE

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    with granian("bench.floor:application") as (port, pid):
        web = Meter(pid)
        web.watch_idle(3)
        postgres.watch_idle(5)
        asked = sent({"Content-Type": "application/json"}, "/floor/", name="晓", body="一行文字。" * 20)
        return Bench(port, web, postgres, plan, counter).row(itertools.repeat(asked))


def _ours(postgres: Any, plan: Plan, counter: Any, only: list[str], add: Any) -> None:
    from bench.asked import between, pages
    from bench.people import People
    from bench.stories import VERBS, Stories

    people = People()
    stories = Stories(people, plan.all)
    reads, writes = pages(people), between(people)
    with granian("config.wsgi:application") as (port, pid):
        web = Meter(pid, server_pid("valkey"))
        web.watch_idle(3)
        asking = Bench(port, web, postgres, plan, counter)
        for verb in VERBS:
            if not only or "verbs" in only:
                add(verb, asking.row(stories.step(verb)))
        for name, requests in reads.items():
            if not only or name in only:
                add(name, asking.row(requests, writes))


def line(name: str, row: Any) -> str:
    """Return a row as one line of text."""
    return (
        f"{name:14} CPU {row.cpu:7.1f} ms = server {row.server:6.1f} + database {row.database:6.1f}  "
        f"p50 {row.p50:6.1f}  p95 {row.p95:6.1f}  of 8: p50 {row.p50_of_8:6.1f}  p95 {row.p95_of_8:6.1f}  "
        f"{row.statements:3} statements  {row.bytes:7,} bytes  {row.ratio:5.1f} × floor"
    )


def main() -> None:
    """Measure, print, compare with what is recorded, and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--petitions", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="*", default=[], help="names of rows; verbs stands for all of them")
    parser.add_argument("--short", action="store_true")
    parser.add_argument(
        "--requests", type=int, nargs=3, default=(200, 100, 200), help="to warm up, of one client, of eight together"
    )
    parser.add_argument("--record", action="store_true", help="write results.json and docs/performance.md")
    parser.add_argument("--out", type=Path, help="measure one city and write its rows here")
    options = parser.parse_args()
    sizes = [SHORT] if options.short else options.petitions
    with plain_errors():
        if options.out:
            plan = SHORT_PLAN if options.short else Plan(*options.requests)
            found = measure(sizes[0], plan=plan, only=options.only, say=partial(print, flush=True))
            options.out.write_text(json.dumps(found))
            return
    results = {str(size): _in_a_process(size, options) for size in sizes}
    problems = [f"{size}: {what}" for size in results for what in worse(size, results[size], is_short=options.short)]
    if problems:
        sys.exit("\n".join(["Worse than bench/results.json says, which stays as it is:", *problems]))
    if options.record:
        record(results, remark=f"Load {os.getloadavg()[0]:.1f} at the end, {os.cpu_count()} cores, {_asked(options)}.")


def _in_a_process(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure a city in a process of its own, because Django knows one database."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "bench.http", "--petitions", str(size), "--out", str(out)]
        command += ["--requests", *map(str, options.requests)]
        command += ["--short"] * options.short + (["--only", *options.only] if options.only else [])
        if subprocess.run(command, check=False).returncode:
            sys.exit(f"The city of {size:,} could not be measured; see above.")
        found: dict[str, Any] = json.loads(out.read_text())
        return found


def _asked(options: argparse.Namespace) -> str:
    warm, alone, together = options.requests
    return f"{warm} requests to warm up, {alone} of one client, {together} of eight"


if __name__ == "__main__":
    main()
