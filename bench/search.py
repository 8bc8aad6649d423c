"""How fast are search and similar petitions? A million petitions, each question asked by the people who ask it.

`make bench`, or `python -m bench.search [--petitions N] [--rounds N] [--explain]`. Works in a database of its own,
which is dropped again. Prints p50 and p95 of reading the first page of a list with its excerpts, as the page does, and
of finding the petitions similar to an open one. Words of every frequency are searched for, different ones each round.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.escalation import _database  # noqa: E402
from bench.search_rows import SEED, furnish, words  # noqa: E402
from departments.models import Department  # noqa: E402
from petitions import narrowing  # noqa: E402
from petitions.clocks.nearest import RunningLimits, readings  # noqa: E402
from petitions.models import Petition  # noqa: E402
from petitions.pages.petition_lists import petition_page  # noqa: E402
from petitions.search import finding, similar  # noqa: E402
from petitions.search.token_shares import analysed_shares  # noqa: E402
from petitions.search.words import is_plain, parse  # noqa: E402
from tests.cast import Cast, build_cast  # noqa: E402
from verbs import database  # noqa: E402

Rows = Any
Narrow = Callable[[Rows], Rows]
WARM_UPS = 3
SLOW = 0.05  # seconds; --explain explains questions that take longer


def read_page(
    user: User, narrow: Narrow, department: Department | None, is_open: bool, is_by_limit: bool, text: str
) -> None:
    """Read the first page as the list does."""
    query, limits = parse(text), RunningLimits(user)
    keys = finding.found(
        narrow(Petition.objects.all()),
        query,
        user,
        department=department,
        are_open=is_open,
        are_few=narrow is of_one,
        soonest=limits if is_by_limit else None,
    )
    page = petition_page(keys, None, user)
    finding.excerpts(page.rows, query, user)
    readings(limits.nearest(page.rows), database.now())


def of_one(rows: Rows) -> Rows:
    """Return the rows of one enterprise."""
    return narrowing.of_enterprise(rows, "青禾机械", User(roles=["supervisor"]))


def words_of(least: float, most: float) -> list[str]:
    """Return the two-character words whose share of the petitions is at least `least` and below `most`."""
    shares = analysed_shares()
    return sorted(word for word, share in shares.items() if least <= share < most and is_plain(word))


def texts() -> dict[str, list[str]]:
    """Return the texts that are searched for, by the name of the question."""
    drawn = random.Random(SEED)
    common, middle = words_of(0.15, 1), words_of(0.008, 0.012)
    seldom = sorted(word for word in words() if is_plain(word) and analysed_shares().get(word, 0.0) < 0.003)
    newest = Petition.objects.order_by("-id").values_list("title", "number")[:200]
    long = [title[start : start + 5] for title, _number in newest for start in (0, 3) if title.isalnum()]
    return {
        "common word": common,
        "word of 3 to 8 %": words_of(0.03, 0.08),
        "word of 1 %": middle,
        "rare word": seldom,
        "two words": [f"{drawn.choice(common)} {drawn.choice(middle)}" for _place in range(50)],
        "long word": long,
        "no hit": ["㐂㐃", "㐄㐅㐆", "货㐆"],
        "number": [number for _title, number in newest],
        "beginning of a number": [number[:8] for _title, number in newest],
    }


def questions(cast: Cast) -> Iterator[tuple[str, User, Sequence[str], Narrow]]:
    """Yield each question: its name, who asks, the texts that are searched for, and how the list is narrowed."""
    asked = texts()
    people = {"supervisor": cast.chen, "handler": cast.zhou, "liaison": cast.lin}
    for name, some in asked.items():
        for role, user in people.items():
            yield f"{role}: {name}", user, some, lambda rows: rows
    now = database.now()
    year_ago = now - timedelta(days=365)
    narrowed: dict[str, Narrow] = {
        "waiting": lambda rows: rows.filter(state="reported"),
        "department": lambda rows: narrowing.of_department(rows, cast.lead),
        "holding": lambda rows: narrowing.of_department(rows, cast.lead, is_holding=True),
        "region, year": lambda rows: narrowing.of_region(rows, cast.district).filter(reported_at__gte=year_ago),
        "overdue": lambda rows: RunningLimits(cast.chen).late(rows, now),
        "enterprise": of_one,
    }
    for role in ("supervisor", "handler"):
        yield f"{role}: everything, nearest limit", people[role], [""], lambda rows: rows
    yield "supervisor: everything, overdue", cast.chen, [""], narrowed["overdue"]
    for name, narrow in narrowed.items():
        for word in ("common word", "word of 1 %", "rare word"):
            yield f"supervisor: {word}, {name}", cast.chen, asked[word], narrow


def measure_one(name: str, act: Callable[[Any], object], arguments: Sequence[Any], rounds: int) -> float:
    """Act on the arguments in turn, `rounds` times, and print one line; return the 95th percentile in seconds.

    The last figure of the line, `work`, is the CPU time for one answer in this process and in the database: what the
    answer would take on a machine that does nothing else.
    """
    seconds, began_work = [], 0.0
    for place in range(-WARM_UPS, rounds):
        began_work = began_work if place > 0 else _worked()
        began = time.perf_counter()
        act(arguments[place % len(arguments)])
        if place >= 0:
            seconds.append(time.perf_counter() - began)
    work = (_worked() - began_work) / rounds
    late = sorted(seconds)[int(len(seconds) * 0.95)]
    median = statistics.median(seconds)
    print(f"{name:42} p50 {median * 1000:5.1f}  p95 {late * 1000:5.1f}  work {work * 1000:5.1f} ms", flush=True)
    return late


def _worked() -> float:
    """Return the CPU seconds used so far by this process and by the database's process for its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    times = psutil.Process(backend).cpu_times()
    return time.process_time() + times.user + times.system


def explain(act: Callable[[], object]) -> None:
    """Print how the database executes the statements that the act sends."""
    with CaptureQueriesContext(connection) as asked:
        act()
    with connection.cursor() as cursor:
        for statement in asked.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement['sql']}")
            print("\n".join(line for (line,) in cursor.fetchall()), flush=True)


def measure(cast: Cast, rounds: int, *, is_explaining: bool) -> None:
    """Ask every question and print how long the answers took."""
    for name, user, some, narrow in questions(cast):
        department = cast.lead if name.endswith(("department", "holding")) else None
        is_open = name.endswith(("waiting", "holding"))
        is_by_limit = name.endswith(("overdue", "nearest limit"))
        read = partial(read_page, user, narrow, department, is_open, is_by_limit)
        late = measure_one(name, read, some, rounds)
        if is_explaining and late > SLOW:
            explain(partial(read, some[0]))
    reported = list(Petition.objects.filter(state="reported").order_by("-id")[:rounds])
    measure_one("dispatcher: similar", lambda row: similar.similar_petitions(row, cast.sun), reported, rounds)
    filing = [(row.title, row.body) for row in reported]
    measure_one("liaison: similar when filing", lambda text: similar.already_asked(*text, cast.lin), filing, rounds)
    if is_explaining:
        explain(partial(similar.similar_petitions, reported[0], cast.sun))


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--explain", action="store_true", help="show how slow statements are answered")
    options = parser.parse_args()
    with _database():
        cast = build_cast()
        furnish(cast, options.petitions)
        print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        measure(cast, options.rounds, is_explaining=options.explain)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('petitions_searchtext') / 1e9")
            (size,) = cursor.fetchone()
        print(f"load {os.getloadavg()[0]:.1f}; rows of the search with their indexes {size:.1f} GB")


if __name__ == "__main__":
    main()
