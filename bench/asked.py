"""What is asked of a city: each row of the table of docs/performance.md, as requests without end."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import connection

from accounts.models import User
from bench.clients import Asked
from bench.people import LONG, LONG_PETITIONS, People, dispatchers_at, open_parts, readers, waiting, workers
from bench.search_rows import SEED, words
from petitions.models import Petition

API = "/api/v1/petitions/"


def _turn(rows: Any) -> Iterator[Any]:
    return itertools.cycle(list(rows))


def sent(headers: dict[str, str], path: str, **values: Any) -> Asked:
    """Return a POST of these values as JSON."""
    return Asked("POST", path, headers, json.dumps(values, ensure_ascii=False).encode())


def pages(people: People) -> dict[str, Iterator[Asked]]:
    """Return the rows that only read, by name."""
    supervisors, handlers = people.of("supervisor"), people.of("handler")
    leaders, dispatchers = people.of("leader"), people.of("dispatcher")
    drawn = random.Random(SEED)
    some = [word for word, _count in words().most_common(3000) if len(word) > 1 and word.isalpha()]

    def by(users: list[User], path: str) -> Iterator[Asked]:
        return (Asked("GET", path, people.page(user)) for user in _turn(users))

    return {
        "queue": by(handlers, "/petitions/queue/"),
        "list": by(supervisors, "/petitions/"),
        "inbox": by(dispatchers, "/petitions/to-dispatch/"),
        "api list": (Asked("GET", f"{API}?page_size=25", people.api(user)) for user in _turn(supervisors)),
        "petition": (
            Asked("GET", f"/petitions/{number}/", people.page(user)) for user, number in _petitions(supervisors)
        ),
        "dispatch page": (
            Asked("GET", f"/petitions/{petition.number}/dispatch/", people.page(user))
            for user, petition in waiting(dispatchers_at())
        ),
        "search": (
            Asked("GET", f"/petitions/?q={quote(drawn.choice(some))}", people.page(user)) for user in _turn(supervisors)
        ),
        "overview": by(leaders, "/scores/overview/"),
        "board": by(handlers, "/petitions/board/"),
        "league": by(leaders, "/scores/"),
    }


def _petitions(supervisors: list[User]) -> Iterator[tuple[User, str]]:
    """Yield who opens which petition: in turn a long one (20 events, two departments) and one of the newest."""
    with connection.cursor() as cursor:
        cursor.execute(LONG_PETITIONS, [LONG])
        long = [key for (key,) in cursor.fetchall()]
    rows = Petition.objects.select_related("petitioner__enterprise")
    newest = rows.exclude(assigned_at=None).order_by("-pk")[: len(long)]
    pairs = []
    for place, both in enumerate(zip(rows.filter(pk__in=long), newest, strict=False)):
        for petition in both:
            known = readers(petition, [supervisors[place % len(supervisors)]])
            pairs.append((known[place % len(known)], petition.number))
    yield from _turn(pairs)


def between(people: People) -> Iterator[Asked]:
    """Yield the write that comes between two reads: a handler notes progress, on some other petition each time."""
    by_department = workers()
    parts = open_parts()
    for count, part in enumerate(itertools.cycle(parts)):
        handlers = by_department[part.department_id]
        headers = people.api(handlers[count % len(handlers)])
        path = f"{API}{part.petition.number}/progress/"
        yield sent(headers, path, text=f"已与相关科室核对材料（第{count}次）。", is_public=count % 2 == 0)
