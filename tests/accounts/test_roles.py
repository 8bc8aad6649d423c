"""Roles: known ones only, nobody holds two of the three administrators, the machine stands alone."""

from itertools import combinations

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from accounts.models import THREE_ADMINISTRATORS, Role, User
from tests.cast import person
from tests.faults.threads import together


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [*combinations(THREE_ADMINISTRATORS, 2), THREE_ADMINISTRATORS])
def test_nobody_holds_two_of_the_three_administrators(roles: tuple[str, ...]) -> None:
    with pytest.raises(IntegrityError, match="user_one_of_three_administrators"), transaction.atomic():
        person("both", "两员", *roles)
    one = person("one", "一员", roles[0])
    with pytest.raises(IntegrityError, match="user_one_of_three_administrators"), transaction.atomic():
        User.objects.filter(pk=one.pk).update(roles=[*roles, "liaison"])


@pytest.mark.django_db
@pytest.mark.parametrize("role", THREE_ADMINISTRATORS)
def test_an_administrator_may_hold_an_ordinary_role_too(role: str) -> None:
    assert person("one", "一员", role, "leader").has_role("leader")


@pytest.mark.django_db
def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IntegrityError, match="user_roles_known"), transaction.atomic():
        person("king", "国王", "king")
    assert set(Role.values) == set(
        person("all", "全部", *(set(Role.values) - {"system", "sysadmin", "secadmin"})).roles
    ) | {
        "system",
        "sysadmin",
        "secadmin",
    }


@pytest.mark.django_db
def test_the_machine_holds_its_role_alone() -> None:
    with pytest.raises(IntegrityError, match="user_system_stands_alone"), transaction.atomic():
        person("robot", "机器", "system", "dispatcher")


@pytest.mark.django_db
def test_the_machine_is_one_user_who_cannot_sign_in() -> None:
    machine = User.objects.system()
    assert User.objects.system().pk == machine.pk
    assert (machine.roles, machine.is_active) == (["system"], False)
    assert not machine.has_usable_password()
    for password in ("", "!"):
        assert authenticate(RequestFactory().post("/"), username=machine.username, password=password) is None


@pytest.mark.django_db(transaction=True)
def test_eight_that_ask_for_the_machine_at_once_get_the_same() -> None:
    assert len({user.pk for user in together(8, lambda _worker: User.objects.system())}) == 1


def test_has_role_asks_for_any_of_several() -> None:
    user = User(roles=["handler"])
    assert user.has_role("handler")
    assert user.has_role("head", "handler")
    assert not user.has_role("head")
    assert not user.has_role()
    assert user.role_labels() == ["部门经办人"]
