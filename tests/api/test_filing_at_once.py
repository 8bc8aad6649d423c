"""Two clicks at the very same time, on a real database with real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from petitions.models import Petition
from tests.api.conftest import PETITIONS, SignIn, filed
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 6


def click_together(client: Any, keys: list[str]) -> list[tuple[int, str]]:
    start = Barrier(len(keys))

    def click(key: str) -> tuple[int, str]:
        start.wait(timeout=20)
        try:
            answer = client.post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": key} if key else {})
            return answer.status_code, answer.json()["number"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(click, keys))


def test_the_same_key_at_once_is_one_petition(cast: Cast, sign_in: SignIn) -> None:
    answers = click_together(sign_in(cast.lin), ["double-click"] * CLICKS)
    assert sorted(status for status, _number in answers) == [200] * (CLICKS - 1) + [201]
    assert len({number for _status, number in answers}) == 1
    assert Petition.objects.count() == 1


def test_without_a_key_every_click_counts(cast: Cast, sign_in: SignIn) -> None:
    """The negative control of the test above: it is the key that makes them one."""
    answers = click_together(sign_in(cast.lin), [""] * CLICKS)
    assert [status for status, _number in answers] == [201] * CLICKS
    assert Petition.objects.count() == CLICKS
