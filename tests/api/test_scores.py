"""The league over HTTP: who reads it, what it says, live and frozen."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scores.freezing import freeze_month
from tests.api.conftest import SignIn, attrs, code
from tests.cast import Cast
from tests.moments import WEDNESDAY_10AM
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, fact, facts, scored

SCORES = "/api/v1/scores/"


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        yield


def test_departments_with_counts_rates_score_and_rank(cast: Cast, sign_in: SignIn) -> None:
    scored(cast)
    fact(cast.support)
    body = sign_in(cast.zhou).get(f"{SCORES}?month=2026-09").json()
    assert (body["month"], body["frozen_at"], body["formula"]["version"]) == ("2026-09-01", None, 1)
    first, second = body["departments"]
    assert (first["department"], first["rank"]) == ({"code": "jingxin", "name": "经信局"}, 1)
    assert (second["department"]["code"], second["score"], second["rank"]) == ("shuiwu", None, None)
    assert (first["counts"]["cycles"], first["counts"]["excluded"], first["counts"]["level_1"]) == (8, 1, 1)
    answer = first["rates"]["answer"]
    assert (answer["met"], answer["of"], answer["share"]) == (7, 8, 0.875)
    assert 0 < answer["low"] < 0.875 < answer["high"] < 1
    assert body["city"]["counts"]["cycles"] == 9
    assert second["rates"]["resolution"] == pytest.approx(
        {"met": 1, "of": 1, "share": 1, "low": 0.2065, "high": 1}, abs=1e-3
    )


def test_the_running_month_unless_one_is_named(cast: Cast, sign_in: SignIn) -> None:
    facts(5, cast.lead)
    client = sign_in(cast.chen)
    assert client.get(SCORES).json() == client.get(f"{SCORES}?month=2026-09").json()
    nothing = client.get(f"{SCORES}?month=2026-08").json()
    assert nothing["departments"] == []
    assert nothing["city"]["rates"]["response"] == {"met": 0, "of": 0, "share": None, "low": None, "high": None}


@pytest.mark.parametrize("month", ["", "x", "2026-9", "2026-13", "2026-9-1", "1999-01", "2040-01"])
def test_what_is_no_month_is_refused(cast: Cast, sign_in: SignIn, month: str) -> None:
    assert attrs(sign_in(cast.chen).get(f"{SCORES}?month={month}")) == {"month"}


def test_a_frozen_month_says_since_when_and_moves_no_more(cast: Cast, sign_in: SignIn) -> None:
    facts(5, cast.lead)
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    before = sign_in(cast.wei).get(SCORES).json()
    assert before["frozen_at"].startswith("2026-10-13T17:30")
    fact(cast.lead)
    assert sign_in(cast.wei).get(SCORES).json() == before


def test_who_has_no_part_in_scores_is_refused(cast: Cast, sign_in: SignIn) -> None:
    for role, user in cast.users.items():
        if role not in ("supervisor", "leader", "head", "handler", "system"):
            assert code(sign_in(user).get(SCORES), 403) == "not_permitted"


def test_it_costs_the_same_however_many_departments(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.chen)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(SCORES)
        return len(asked)

    facts(5, cast.lead)
    cost()  # warms what is kept for good
    few = cost()
    for unit in (cast.support, cast.other_department, cast.branch):
        facts(5, unit)
    assert cost() == few
