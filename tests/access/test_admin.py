"""The admin as one group: configuration, for the system administrator; accounts and roles, for the security
administrator (三员). That somebody is staff opens the door and shows an empty room.
"""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.access.world import PEOPLE, people
from tests.cast import Cast

KEEPERS = {
    "accounts.user": "secadmin",
    "departments.announcedyear": "sysadmin",
    "departments.category": "sysadmin",
    "departments.dayexception": "sysadmin",
    "departments.department": "sysadmin",
    "departments.membership": "sysadmin",
    "departments.responsibility": "sysadmin",
    "scores.scoreformula": "sysadmin",
    "enterprises.assistant": "sysadmin",
    "enterprises.enterprise": "sysadmin",
    "enterprises.liaison": "sysadmin",
    "limits.ladderstep": "sysadmin",
    "limits.limitrule": "sysadmin",
    "notices.notice": "sysadmin",
    "petitions.autodispatch": "sysadmin",
    "regions.deskmember": "secadmin",
    "regions.region": "sysadmin",
    "surveys.samplerule": "sysadmin",
}
# Third parties' tables that come with their own admin; nobody holds Django's permissions for them.
NOBODYS = {
    "axes.accessattempt",
    "axes.accessfailurelog",
    "axes.accesslog",
    "knox.authtoken",
}


def _tables() -> dict[str, str]:
    return {model._meta.label_lower: model._meta.label_lower.replace(".", "_") for model in admin.site._registry}


def test_every_table_of_the_admin_has_its_keeper() -> None:
    assert set(_tables()) == set(KEEPERS) | NOBODYS


@pytest.mark.parametrize("name", PEOPLE)
def test_a_table_is_opened_by_its_keeper_and_nobody_else(name: str, cast: Cast) -> None:
    client, user = Client(), people(cast)[name]
    if user:
        user.is_staff = True
        user.save()
        client.force_login(user)
    opened = {
        table
        for table, route in _tables().items()
        for page in ("changelist", "add")
        if client.get(reverse(f"admin:{route}_{page}")).status_code == 200
    }
    assert opened == {table for table, keeper in KEEPERS.items() if keeper == name}


@pytest.mark.parametrize("name", ["lin", "zhou", "chen", "anonymous"])
def test_whoever_is_not_staff_is_asked_to_sign_in(name: str, cast: Cast) -> None:
    client, user = Client(), people(cast)[name]
    if user:
        client.force_login(user)
    answer = client.get(reverse("admin:index"))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("admin:login"))
