"""Signing in for programs: a token for a password, the brake, the lock-out, and giving the token back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from knox.models import AuthToken
from pytest_django import Settings
from redis.exceptions import ConnectionError as CacheAway
from rest_framework.test import APIClient

from accounts import addresses
from tests.api.conftest import SignIn, attrs, code
from tests.cast import Cast

URL = "/api/v1/token/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def lin(cast: Cast) -> Cast:
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    return cast


def ask(username: Any = "lin", password: Any = PASSWORD) -> Any:
    return APIClient().post(URL, {"username": username, "password": password}, format="json")


def test_a_password_gets_a_token_and_the_token_opens(lin: Cast) -> None:
    answer = ask()
    assert answer.status_code == 201, answer.content
    client = APIClient(headers={"authorization": f"Token {answer.json()['token']}"})
    assert client.get("/api/v1/me/").json() == {
        "username": "lin",
        "name": "林晓",
        "roles": ["liaison"],
        "departments": [],
        "colleagues": [],
    }
    lin.lin.refresh_from_db()
    assert lin.lin.last_login is not None


def test_a_token_ends_after_twelve_hours(lin: Cast) -> None:
    client = APIClient(headers={"authorization": f"Token {ask().json()['token']}"})
    with time_machine.travel(timezone.now() + timedelta(hours=11, minutes=59)):
        assert client.get("/api/v1/me/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert code(client.get("/api/v1/me/"), 401) == "authentication_failed"


def test_a_revoked_token_is_worth_nothing_and_the_others_stay(lin: Cast, sign_in: SignIn) -> None:
    first, second = sign_in(lin.lin), sign_in(lin.lin)
    assert first.post("/api/v1/token/revoke/").status_code == 204
    assert code(first.get("/api/v1/me/"), 401) == "authentication_failed"
    assert second.get("/api/v1/me/").status_code == 200


def test_a_session_has_no_token_to_give_back(lin: Cast) -> None:
    client = APIClient()
    client.force_login(lin.lin, backend="django.contrib.auth.backends.ModelBackend")
    assert code(client.post("/api/v1/token/revoke/"), 401) == "not_authenticated"


def test_who_is_deactivated_is_out_at_once(lin: Cast, sign_in: SignIn) -> None:
    client = sign_in(lin.lin)
    lin.lin.is_active = False
    lin.lin.save()
    assert code(client.get("/api/v1/me/"), 401) == "authentication_failed"
    assert attrs(ask()) == {None}


def test_wrong_passwords_and_unknown_names_look_the_same(lin: Cast) -> None:
    answers = [ask(password="wrong"), ask(username="nobody"), ask(username="system", password="!")]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["errors"][0]["code"] == "wrong_credentials"


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("x" * 151, PASSWORD, "username"),
        ("a\x00b", PASSWORD, "username"),
        (None, PASSWORD, "username"),
        ("lin", "", "password"),
        ("lin", "x" * 257, "password"),
        ("lin", 12345, "password"),
    ],
)
def test_nonsense_is_named(lin: Cast, username: Any, password: Any, field: str) -> None:
    assert attrs(ask(username, password)) == {field}


def test_five_wrong_passwords_lock_the_name_and_the_right_one_does_not_open(lin: Cast) -> None:
    statuses = [ask(password="wrong").status_code for _ in range(5)]
    assert statuses == [400, 400, 400, 400, 429]
    locked = ask()
    assert code(locked, 429) == "locked_out"
    assert locked["Retry-After"] == "900"
    assert not AuthToken.objects.exists()
    assert attrs(ask(username="mallory", password="wrong")) == {None}
    cache.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert ask().status_code == 201


def test_a_right_password_forgets_the_wrong_ones(lin: Cast) -> None:
    for _ in range(2):
        assert [ask(password="wrong").status_code for _ in range(4)] == [400] * 4
        assert ask().status_code == 201
        cache.clear()


def test_more_than_ten_tries_a_minute_from_one_address(lin: Cast) -> None:
    statuses = [ask(username=f"u{place}").status_code for place in range(11)]
    assert statuses == [400] * 10 + [429]
    brake = ask()
    assert code(brake, 429) == "throttled"
    assert int(brake["Retry-After"]) <= 60


def test_without_the_cache_the_brake_is_off_and_the_lock_out_holds(lin: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise CacheAway("nobody listens")

    monkeypatch.setattr(addresses.SimpleRateThrottle, "allow_request", away)
    assert ask().status_code == 201
    assert [ask(password="wrong").status_code for _ in range(6)] == [400] * 4 + [429] * 2


def test_the_oldest_token_makes_room(lin: Cast, settings: Settings) -> None:
    settings.REST_KNOX = settings.REST_KNOX | {"TOKEN_LIMIT_PER_USER": 2}
    held = [ask().json()["token"] for _ in range(3)]
    answers = [APIClient(headers={"authorization": f"Token {token}"}).get("/api/v1/me/").status_code for token in held]
    assert answers == [401, 200, 200]


def test_tokens_are_kept_as_digests_only(lin: Cast) -> None:
    token = ask().json()["token"]
    kept = AuthToken.objects.get()
    assert token not in (kept.digest, kept.token_key)
