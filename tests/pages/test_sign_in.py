"""Signing in and out, the lock-out, the password, the language, and where each role lands."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role, User
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, errors_beside_fields, links, parse, text, with_class

SIGN_IN = "/accounts/sign-in/"
PASSWORD = "qinghe-jixie-2026"
HOME = {
    "liaison": "/petitions/mine/",
    "assistant": "/petitions/mine/",
    "dispatcher": "/petitions/to-dispatch/",
    "handler": "/petitions/queue/",
    "head": "/petitions/queue/",
    "supervisor": "/petitions/",
    "leader": "/scores/overview/",
    "sysadmin": "/admin/",
    "secadmin": "/admin/",
    "evaluator": "/surveys/",
    "auditor": "",
}


@pytest.fixture
def lin(cast: Cast, settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    return cast.lin


def try_to(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"username": "lin", "password": password, **more})


def test_the_right_password_opens_and_leads_home(lin: User, client: Client) -> None:
    answer = client.post(SIGN_IN, {"username": "lin", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/", 302), ("/petitions/mine/", 302)]
    assert "林晓" in text(parse(answer))


def test_whoever_came_for_a_page_gets_it_after_signing_in(lin: User, client: Client) -> None:
    asked = client.get("/petitions/report/")
    assert asked["Location"] == f"{SIGN_IN}?next=/petitions/report/"
    assert try_to(client, next="/petitions/report/")["Location"] == "/petitions/report/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(target: str, lin: User, client: Client) -> None:
    assert try_to(client, next=target)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(lin: User, client: Client) -> None:
    wrong = try_to(client, password="wrong")
    unknown = client.post(SIGN_IN, {"username": "nobody", "password": PASSWORD})
    told = [with_class(parse(answer), "alert-danger") for answer in (wrong, unknown)]
    assert told[0] == told[1]
    assert told[0][0].startswith("请输入一个正确的")
    assert "_auth_user_id" not in client.session


def test_nothing_typed_is_asked_for_beside_the_field(client: Client, db: None) -> None:
    assert set(errors_beside_fields(client.post(SIGN_IN, {}))) == {"username", "password"}


def test_five_wrong_passwords_lock_the_name_for_a_quarter_of_an_hour(lin: User, client: Client) -> None:
    statuses = [try_to(client, password="wrong").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    locked = try_to(client)
    assert locked.status_code == 429
    assert with_class(parse(locked), "empty-title") == ["登录已暂时锁定"]
    assert client.post(SIGN_IN, {"username": "mallory", "password": "x"}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert try_to(client).status_code == 302


def test_signing_out_ends_the_session(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.lin)
    assert client.post("/accounts/sign-out/")["Location"] == SIGN_IN
    assert client.get("/petitions/mine/")["Location"].startswith(SIGN_IN)


def test_a_password_is_changed_with_the_old_one(lin: User, sign_in: SignIn) -> None:
    client = sign_in(lin)
    new = "xinmima-2026-qinghe"
    wrong = client.post("/accounts/change-password/", {"old_password": "x", "new_password1": "1", "new_password2": "2"})
    assert set(errors_beside_fields(wrong)) == {"old_password", "new_password2"}
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = client.post("/accounts/change-password/", typed, follow=True)
    assert "密码已修改。" in with_class(parse(answer), "alert-success")
    assert User.objects.get(pk=lin.pk).check_password(new)


@pytest.mark.parametrize("role", HOME)
def test_home_is_where_the_work_is(role: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.users[role]).get("/")
    if HOME[role]:
        assert answer["Location"] == HOME[role]
    else:
        assert with_class(parse(answer), "empty-title") == ["您的角色目前没有可办理的页面"]


def test_every_role_has_a_home() -> None:
    assert set(HOME) == set(Role.values) - {Role.SYSTEM}


@pytest.mark.parametrize("name", ["lin", "qian", "sun", "zhou", "wu", "chen", "wei", "chu"])
def test_every_line_of_the_sidebar_opens(name: str, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(getattr(cast, name))
    page = client.get("/", follow=True)
    (aside,) = [element for element in elements(parse(page)) if element.name == "aside"]
    targets = [attributes(element)["href"] for element in elements(aside) if element.name == "a"]
    assert {client.get(target, follow=True).status_code for target in targets} == {200}
    assert set(targets) <= links(page)


@pytest.mark.parametrize("path", [SIGN_IN, "/petitions/mine/"])
def test_the_language_is_switched_there_and_back(path: str, cast: Cast, sign_in: SignIn) -> None:
    client = Client() if path == SIGN_IN else sign_in(cast.lin)
    assert 'lang="zh-hans"' in client.get(path).content.decode()
    for language in ("en", "zh-hans"):
        answer = client.post("/i18n/setlang/", {"language": language, "next": path})
        assert (answer.status_code, answer["Location"]) == (302, path)
        assert f'<html lang="{language}">' in client.get(path).content.decode()


def test_a_forged_form_is_refused_on_a_page(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lin)
    answer = client.post("/petitions/report/", {"title": "x"})
    assert answer.status_code == 403
    assert with_class(parse(answer), "empty-title") == ["页面已过期"]


def test_the_web_process_says_that_it_runs(client: Client) -> None:
    assert client.get("/healthz/").content == b"ok\n"
