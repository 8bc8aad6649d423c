"""Every route × person × {open, confidential} petition, by GET and by POST: the status is the matrix's, and no other.

A route without rows fails, and a row without a route.
"""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Role
from tests.access.matrix import cells
from tests.access.routes import routes
from tests.access.world import GROUPS, PEOPLE, STAGES, World, outcome, people
from tests.cast import Cast
from tests.moments import WEDNESDAY_10AM

METHODS = ("GET", "POST")


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
        of_one = {"number", "order", "token", "promise"} | ({"key"} if name.startswith("files:") else set())
        assert stage in STAGES if routes()[name] & of_one else stage == "-", name


def test_every_role_that_signs_in_has_its_column(cast: Cast) -> None:
    assert {role for user in people(cast).values() if user for role in user.roles} == set(Role.values) - {Role.SYSTEM}


@pytest.mark.parametrize("is_confidential", [False, True], ids=["open", "confidential"])
@pytest.mark.parametrize("names", GROUPS, ids="-".join)
def test_everybody_gets_what_the_matrix_says(names: list[str], is_confidential: bool, cast: Cast) -> None:
    world = World(cast)
    assert [fault for name in names for fault in unexpected(world, name, is_confidential)] == []


def unexpected(world: World, name: str, is_confidential: bool) -> Iterator[str]:
    """Ask for everything as this person; yield what was answered otherwise than the matrix says. What is about no
    petition is asked for once, beside the open one."""
    all_routes = routes()
    for (route, method), (stage, row) in cells().items():
        if is_confidential and stage == "-":
            continue
        petition = world.petition(stage if stage in STAGES else "reported", is_confidential=is_confidential)
        status = outcome(world, route, all_routes[route], method, petition, world.people[name])
        wanted = row[name[:3]][is_confidential]
        if status != wanted:
            yield f"{name} {method} {route}: {status}, not {wanted}"
