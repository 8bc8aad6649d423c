"""The hostile values in every query parameter, every field and every part of an address, as five roles: never a 5xx.

`make test` asks with a few values, each in all parameters at once; `make hostile` with each value in each alone.
"""

import logging
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.core.cache import cache

from tests.access.world import World
from tests.cast import Cast
from tests.hostile.places import ROLES, Asker, Place, places
from tests.hostile.values import RAW, RAW_IN_ADDRESS, SHORT, TEXTS
from tests.moments import WEDNESDAY_10AM
from tests.slow import MOST_SECONDS, hours

How = Callable[[list[str], dict[str, str]], Iterator[tuple[str, dict[str, str]]]]
MOST = 6000  # characters of an address
PARTS = 4  # so many tests share the places, for the processes of `make hostile`


@pytest.fixture(autouse=True)
def _surroundings() -> Iterator[None]:
    cache.clear()
    logging.disable(logging.CRITICAL)
    with time_machine.travel(WEDNESDAY_10AM, tick=False):  # while the petitions' limits run
        yield
    logging.disable(logging.NOTSET)


def alone(names: list[str], values: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each value in each name alone."""
    return ((f"{name}={label}", {name: value}) for name in names for label, value in values.items())


def together(names: list[str], values: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each value in all names at once."""
    return ((f"all={label}", dict.fromkeys(names, value)) for label, value in values.items() if names)


def in_queries(asker: Asker, place: Place, how: How, values: dict[str, str]) -> None:
    shown, names = asker.names(place)
    if shown.status_code in (302, 401, 403, 404, 405):
        return
    for label, query in how(names, values):
        asker.ask("GET", f"{place.at}?{urlencode(query)}", label)
    for raw in RAW[: len(values)]:
        asker.ask("GET", f"{place.at}?{raw}", raw)


def in_fields(asker: Asker, place: Place, how: How, values: dict[str, str]) -> None:
    shown, _names = asker.names(place)
    typed, names = asker.fields(place, shown)
    for label, changes in how(names, values):
        answer = asker.send(place.at, typed | changes, label, is_json=place.is_api)
        if answer.status_code in (401, 403, 404, 405):
            return


def in_addresses(asker: Asker, place: Place, how: How, values: dict[str, str]) -> None:
    parts = place.at.strip("/").split("/")
    bad = [quote(value[:MOST], safe="") for value in values.values()] + list(RAW_IN_ADDRESS[: len(values)])
    for index in range(1, len(parts)):
        for one in bad:
            asker.ask("GET", "/" + "/".join([*parts[:index], one, *parts[index + 1 :]]) + "/", "address")


KINDS = {"queries": in_queries, "fields": in_fields, "addresses": in_addresses}


@pytest.mark.parametrize(("kind", "role"), [*product(("queries", "fields"), ROLES), ("addresses", "sysadmin")])
def test_a_few_values_everywhere_at_once(kind: str, role: str, cast: Cast) -> None:
    world = World(cast)
    asker = Asker(world, role)
    for place in places(world):
        KINDS[kind](asker, place, together, {label: TEXTS[label] for label in SHORT})
    assert asker.count > 100
    assert asker.faults == []


@hours("every value in every parameter alone, tens of thousands of requests")
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_value_in_every_place_alone(kind: str, role: str, part: int, cast: Cast) -> None:
    world = World(cast)
    asker = Asker(world, role)
    for place in list(places(world))[part::PARTS]:
        KINDS[kind](asker, place, alone, TEXTS)
    assert asker.count > 0
    assert asker.faults == []
