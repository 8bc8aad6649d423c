"""Requests as no browser makes them: charsets, content types, methods, headers, bodies. Never a 5xx, for anybody."""

import json
import logging
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.access.world import World
from tests.cast import Cast
from tests.faults.threads import together
from tests.hostile.places import JSON, ROLES, Asker, Place, places
from tests.hostile.values import BODIES, CHARSETS, CONTENT_TYPES, HEADERS, LONE_SURROGATES, METHODS
from tests.slow import MOST_SECONDS, hours

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
# Of each kind one: a list, a form, an endpoint, a file, a page of the admin, one without signing in.
SOME = (
    *("petitions:mine", "petitions:report", "files:download", "accounts:sign_in", "healthz"),
    *("api:petitions", "api:supplement", "api:docs", "admin:login"),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    cache.clear()
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def strange() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each strange request: its method, what goes behind the address, and what is sent along."""
    yield from ((method, "", {}) for method in METHODS)
    yield from (("GET", "", {name: value}) for name, values in HEADERS.items() for value in values)
    for charset, kind, method in product(CHARSETS, (FORM, MULTIPART, JSON, "text/plain"), ("GET", "POST")):
        yield method, "?q=%E8%AF%89", {"data": b"title=%E8%AF%89", "content_type": f"{kind}; charset={charset}"}
    yield from (("POST", "", {"data": b'{"title": "a"}', "content_type": kind}) for kind in CONTENT_TYPES)
    for content, kind in product(BODIES.values(), (FORM, MULTIPART, JSON)):
        yield "POST", "", {"data": content, "content_type": kind}


def ask_strangely(asker: Asker, place: Place) -> None:
    """Ask the place for everything in the lists."""
    for method, behind, sent in strange():
        asker.ask(method, place.at + behind, repr(sent)[:60], **sent)


def test_one_of_each_kind_is_asked_strangely(cast: Cast) -> None:
    world = World(cast)
    asker = Asker(world, "liaison")
    asked = [place for place in places(world) if place.route in SOME]
    assert {place.route for place in asked} == set(SOME)
    for place in asked:
        ask_strangely(asker, place)
    assert asker.faults == []


@hours("every place is asked strangely, some three hundred times each")
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.parametrize("role", ROLES)
def test_every_place_is_asked_strangely(role: str, cast: Cast) -> None:
    world = World(cast)
    asker = Asker(world, role)
    for place in places(world):
        ask_strangely(asker, place)
    assert asker.faults == []


def test_half_a_surrogate_pair_in_any_field_of_any_body_is_refused(cast: Cast) -> None:
    world = World(cast)
    for role in ROLES:
        asker = Asker(world, role)
        for place in (one for one in places(world) if one.is_api and one.typed):
            for name in place.typed:
                for value in LONE_SURROGATES:
                    body = json.dumps(place.typed | {name: value}, default=str)
                    asker.ask("POST", place.at, name, data=body, content_type=JSON)
        assert asker.faults == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["/api/schema/", "/api/schema/?format=json", "/api/docs/"])
def test_the_document_is_asked_for_by_several_at_once(at: str) -> None:
    statuses = together(6, lambda _worker: Client(raise_request_exception=False).get(at).status_code)
    assert statuses == [200] * 6


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["api:docs", "api:schema"])
def test_the_document_is_only_read(name: str) -> None:
    at = reverse(name)
    statuses = {
        method: Client().generic(method, at).status_code for method in ("GET", "HEAD", "OPTIONS", "PUT", "TRACE")
    }
    assert statuses == {"GET": 200, "HEAD": 200, "OPTIONS": 405, "PUT": 405, "TRACE": 405}
