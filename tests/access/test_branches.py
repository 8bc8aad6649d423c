"""A district's dispatcher: of a petition in the charge of their desk what the city's has, of another branch's nothing.

Read off the matrix: every route of a petition, by the city dispatcher's column.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from petitions.models import Petition
from tests.access.matrix import cells
from tests.access.routes import routes
from tests.access.world import World, outcome
from tests.cast import Cast
from tests.moments import WEDNESDAY_10AM

# What the city's desk may and a district's may not, or the other way round.
BY_DESK = {
    "petitions:delegate_down": ("302", "403"),
    "api:delegate_down": ("405", "403"),
    "petitions:escalate_up": ("200", "302"),
    "api:escalate_up": ("405", "200"),
    # No other enterprise's petition is at the district's desk.
    "petitions:link": ("302", "409"),
}
# The lead and the other petition that the world types are the city's.
OF_THE_CITY = {
    (f"{prefix}:{verb}", "POST"): status
    for verb in ("dispatch", "merge", "link")
    for prefix, status in (("petitions", "422"), ("api", "400"))
}
# Whoever holds the link knows what it is about; it refuses everybody who could not rate by hand.
BY_LINK = "petitions:rate_by_link"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    cache.clear()
    logging.disable(logging.ERROR)
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        yield
    logging.disable(logging.NOTSET)


def unexpected(world: World, wanted: dict[tuple[str, str], str]) -> list[str]:
    """Try every route of a petition as Tang; return the answers that are not the wanted ones."""
    found, all_routes = [], routes()
    for (route, method), status in wanted.items():
        petition = world.petition(cells()[route, method][0], is_confidential=True)
        got = outcome(world, route, all_routes[route], method, petition, world.cast.tang)
        if got != status:
            found.append(f"{method} {route}: {got}, not {status}")
    return found


def of_petitions() -> dict[tuple[str, str], Any]:
    """The matrix's rows about a petition, but for those that ask for no petition at all or have no such method."""
    stages = {key: (stage, row["sun"][1]) for key, (stage, row) in cells().items()}
    return {key: status for key, (stage, status) in stages.items() if stage != "-" and status != "405"}


def test_of_another_branchs_petition_nothing_is_known(cast: Cast) -> None:
    wanted = {key: "404" if key[0] != BY_LINK else "403" for key in of_petitions()}
    assert unexpected(World(cast), wanted) == []


def test_of_their_own_desks_it_is_as_for_the_city(cast: Cast) -> None:
    world = World(cast)
    for stage in {stage for stage, _row in cells().values() if stage != "-"}:
        petition = world.petition(stage, is_confidential=True)
        Petition.objects.filter(pk=petition.pk).update(region=cast.district, desk=cast.district)
    wanted = of_petitions()
    wanted |= {key: status for key, status in OF_THE_CITY.items() if key in wanted}
    for route, statuses in BY_DESK.items():
        for method, status in zip(("GET", "POST"), statuses, strict=True):
            if (route, method) in wanted:
                wanted[route, method] = status
    assert unexpected(world, wanted) == []
