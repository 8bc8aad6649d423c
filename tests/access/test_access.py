"""Every route × person × {open, confidential} petition, by GET and by POST: the status is the matrix's, and no other.

A route without rows fails, and a row without a route. `make test` tries every fourth of the people of each row, others
for the next; leaves out what the matrix says of a confidential petition as of an open one; and asks one person
for a method that a route has not. `make thorough` leaves out nothing.
"""

import logging
from collections.abc import Iterator, Sequence

import pytest
import time_machine
from django.core.cache import cache
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Role
from tests.access.matrix import cells
from tests.access.routes import routes
from tests.access.world import GROUPS, PEOPLE, STAGES, World, outcome
from tests.cast import Cast
from tests.moments import WEDNESDAY_10AM
from tests.thorough import THOROUGH

METHODS = ("GET", "POST")
NOBODY_SPECIAL = "feng"
FOURTHS = 4


@pytest.fixture(autouse=True)
def _cheaper(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The OpenAPI document takes half a second and is the same for everybody; no log of a thousand refusals."""
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *_args, **_kwargs: {})
    cache.clear()  # the brake of the token endpoint counts in it
    logging.disable(logging.ERROR)
    with time_machine.travel(WEDNESDAY_10AM, tick=False):  # while the petitions' limits run
        yield
    logging.disable(logging.NOTSET)


def test_every_route_has_its_rows_and_every_row_its_route() -> None:
    assert set(cells()) == {(name, method) for name in routes() for method in METHODS}


def test_every_row_names_everybody_and_a_stage_where_a_petition_is_asked_for() -> None:
    for (name, _method), (stage, row) in cells().items():
        assert list(row) == [person[:3] for person in PEOPLE], name
        assert stage in STAGES if routes()[name] & {"number", "order", "token"} else stage == "-", name


def test_every_role_that_signs_in_has_its_column(cast: Cast) -> None:
    world = World(cast)
    people = [world.user(name) for name in PEOPLE]
    assert {role for user in people if user for role in user.roles} == set(Role.values) - {Role.SYSTEM}


@pytest.mark.parametrize("people", GROUPS, ids="-".join)
def test_everybody_gets_what_the_matrix_says(people: list[str], cast: Cast) -> None:
    world = World(cast)
    assert [fault for name in people for fault in unexpected(world, name)] == []


def asked_about(place: int, stage: str, name: str, wanted: Sequence[str]) -> list[bool]:
    """Return for which petitions to try in the row at this place: the open one, the confidential one, both, or none."""
    if wanted[0] == "405":
        return [False] if THOROUGH or name == NOBODY_SPECIAL else []
    if not THOROUGH and (place + PEOPLE.index(name)) % FOURTHS:
        return []
    if stage == "-" or not (THOROUGH or wanted[0] != wanted[1]):
        return [False]
    return [False, True]


def unexpected(world: World, name: str) -> Iterator[str]:
    """Ask for everything as this person; yield what was answered otherwise than the matrix says."""
    all_routes = routes()
    for place, ((route, method), (stage, row)) in enumerate(cells().items()):
        for is_confidential in asked_about(place, stage, name, row[name[:3]]):
            petition = world.petition(stage if stage in STAGES else "reported", is_confidential=is_confidential)
            status = outcome(world, route, all_routes[route], method, petition, world.user(name))
            wanted = row[name[:3]][is_confidential]
            if status != wanted:
                kind = "confidential" if is_confidential else "open"
                yield f"{name} {method} {route} ({kind}): {status}, not {wanted}"
