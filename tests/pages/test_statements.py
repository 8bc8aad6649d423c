"""How many statements a page costs, stated; and that a hundred rows cost no more than one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from departments.catalogue import import_catalogue
from departments.models import Category, Department, Level
from petitions.handling import record_progress
from petitions.models import Petition
from petitions.proposals.learning import refresh_routing_model
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.pages.conftest import SignIn, statements

# page: who reads it, and its statements; three of each are the session, the user and the unread notices
LISTS = {
    "/petitions/mine/": ("lin", 8),
    "/petitions/to-dispatch/": ("sun", 7),
    "/petitions/queue/": ("zhou", 9),
    "/petitions/board/": ("zhou", 7),
    "/petitions/": ("chen", 11),
    "/petitions/?q=货款&state=assigned": ("zhou", 14),
    "/petitions/report/": ("lin", 9),  # a required choice asks twice: for its options, and for the first one
}
# At most: before PostgreSQL first counted the words of all petitions, similar ones cost one more.
SHOW = {"lin": 16, "sun": 27, "zhou": 19, "wu": 24, "chen": 24, "wei": 17}


MORE = 5


def fill(stage: Stage, times: int) -> None:
    """Make more of everything that a page could walk through row by row."""
    before = Department.objects.count()
    for place in range(before, before + times):
        stage.assigned(with_support=True, is_confidential=place % 2 == 0)
        stage.reported(by=stage.cast.qian)
        city = {"level": Level.CITY, "region": stage.cast.city}
        Department.objects.create(code=f"d{place}", short_name=f"局{place}", name=f"市局{place}", **city)
        parent = stage.cast.category.parent
        Category.objects.create(code=f"c{place}", name=f"类{place}", parent=parent, service_level="ordinary")


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_however_long(address: str, stage: Stage, sign_in: SignIn) -> None:
    person, expected = LISTS[address]
    client = sign_in(getattr(stage.cast, person))
    fill(stage, 1)
    few = statements(client, address)
    fill(stage, MORE)
    assert (few, statements(client, address)) == (expected, expected)


@pytest.mark.parametrize("person", SHOW)
def test_a_petitions_page_costs_the_same_however_much_happened(person: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    fill(stage, 1)
    client = sign_in(getattr(stage.cast, person))
    address = f"/petitions/{petition.number}/"
    few = statements(client, address)
    for place in range(MORE):
        record_progress(petition=petition, by=stage.cast.zhou, text=f"进展{place}", is_public=True, now=stage.tick())
    assert few == statements(client, address) <= SHOW[person]


def proposed(stage: Stage) -> Petition:
    """A petition for which departments are proposed."""
    import_catalogue(csv_bytes({"keywords": "货款"}), "x.csv")
    refresh_routing_model(now=stage.tick())
    return stage.reported()


def just_assigned(stage: Stage) -> Petition:
    """While its department may still send it back."""
    stage.now = timezone.now() - timedelta(hours=3)
    return stage.assigned()


VERBS: dict[str, tuple[str, Callable[[Stage], Petition], int]] = {
    "dispatch": ("sun", lambda stage: proposed(stage), 25),
    "resolve": ("zhou", lambda stage: stage.checked_in(), 7),
    "rate": ("lin", lambda stage: stage.resolved(with_support=True), 7),
    "ask-send-back": ("wu", lambda stage: just_assigned(stage), 9),
    "add-support": ("sun", lambda stage: stage.assigned(), 7),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_form_costs_the_same_however_many_departments(verb: str, stage: Stage, sign_in: SignIn) -> None:
    person, make, expected = VERBS[verb]
    client: Any = sign_in(getattr(stage.cast, person))
    address = f"/petitions/{make(stage).number}/{verb}/"
    fill(stage, 1)
    few = statements(client, address)
    fill(stage, MORE)
    assert few == statements(client, address) <= expected
