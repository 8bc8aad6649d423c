"""Rating over HTTP: by assignment, all of them in one step, fields named by their place in the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from petitions.models import Petition, Rating
from tests.api.conftest import SignIn, address, attrs, code
from tests.cast import Cast, Stage
from tests.petitions.ratings import LOW, put_right, rate, rated_low


def keys(petition: Petition) -> list[int]:
    return list(petition.assignments.order_by("part").values_list("pk", flat=True))


def judgement(key: Any, **changes: Any) -> dict[str, Any]:
    return {"assignment": key, "level": 5, "is_solved": "yes"} | changes


def test_every_department_that_answered_is_rated_in_one_step(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = keys(petition)
    low = judgement(support, level=2, is_solved="no", reason_tags=["slow"], text="等了太久")
    answer = sign_in(cast.lin).post(address(petition, "rate"), {"ratings": [judgement(lead), low]}, format="json")
    assert (answer.json()["state"], answer.json()["cycle"]) == ("assigned", 2)  # what is low is put right
    assert list(Rating.objects.order_by("assignment").values_list("level", "reason_tags")) == [(5, []), (2, ["slow"])]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": 6}, "ratings.0.level"),
        ({"level": 0}, "ratings.0.level"),
        ({"level": "5"}, "ratings.0.level"),
        ({"level": True}, "ratings.0.level"),
        ({"level": 10**400}, "ratings.0.level"),
        ({"level": None}, "ratings.0.level"),
        ({"is_solved": "maybe"}, "ratings.0.is_solved"),
        ({"level": 2}, "ratings.0.text"),
        ({"level": 1, "text": "   "}, "ratings.0.text"),
        ({"level": 2, "reason_tags": ["rude"]}, "ratings.0.reason_tags.0"),
        ({"level": 2, "reason_tags": "slow"}, "ratings.0.reason_tags"),
        ({"assignment": "x"}, "ratings.0.assignment"),
        ({"assignment": 10**400}, "ratings"),
        ({"assignment": 10**30}, "ratings"),
        ({"assignment": 0}, "ratings"),
    ],
)
def test_a_wrong_judgement_is_named(
    stage: Stage, cast: Cast, sign_in: SignIn, changes: dict[str, Any], field: str
) -> None:
    petition = stage.resolved()
    body = {"ratings": [judgement(keys(petition)[0]) | changes]}
    assert attrs(sign_in(cast.lin).post(address(petition, "rate"), body, format="json")) == {field}
    assert Petition.objects.get().state == "resolved"


def test_the_second_of_two_is_named_as_the_second(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = keys(petition)
    body = {"ratings": [judgement(lead), judgement(support, level=1)]}
    assert attrs(sign_in(cast.lin).post(address(petition, "rate"), body, format="json")) == {"ratings.1.text"}


@pytest.mark.parametrize("ratings", [[], [1], "x", None, [{}] * 10, {"0": {}}])
def test_a_list_that_is_none(stage: Stage, cast: Cast, sign_in: SignIn, ratings: Any) -> None:
    named = attrs(sign_in(cast.lin).post(address(stage.resolved(), "rate"), {"ratings": ratings}, format="json"))
    assert all(str(name).startswith("ratings") for name in named)


def test_one_department_left_out_or_named_twice(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, _support = keys(petition)
    client, url = sign_in(cast.lin), address(petition, "rate")
    assert attrs(client.post(url, {"ratings": [judgement(lead)]}, format="json")) == {"ratings"}
    assert attrs(client.post(url, {"ratings": [judgement(lead)] * 2}, format="json")) == {"ratings"}


def test_rating_twice_is_the_wrong_state(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved()
    client, url, body = sign_in(cast.lin), address(petition, "rate"), {"ratings": [judgement(keys(petition)[0])]}
    assert client.post(url, body, format="json").status_code == 200
    assert code(client.post(url, body, format="json"), 409) == "wrong_state"


def test_an_assistant_does_not_rate(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved(by=cast.qian)
    body = {"ratings": [judgement(keys(petition)[0])]}
    assert code(sign_in(cast.qian).post(address(petition, "rate"), body, format="json"), 403) == "not_permitted"
    assert sign_in(cast.lin).post(address(petition, "rate"), body, format="json").status_code == 200


def test_a_rating_is_changed_within_its_hours(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    stage.now = timezone.now() - timedelta(hours=9)
    petition = stage.rated()
    (key,) = keys(petition)
    body = {"ratings": [judgement(key, level=2, is_solved="no", reason_tags=["slow"], is_anonymous=True)]}
    answer = sign_in(cast.lin).post(address(petition, "change-rating"), body, format="json")
    assert (answer.status_code, answer.json()["state"], answer.json()["cycle"]) == (200, "assigned", 2)
    shown = sign_in(cast.lin).get(address(petition)).json()["assignments"][-1]["rating"]
    assert (shown["level"], shown["is_anonymous"], shown["changed_at"] is not None) == (2, True, True)


def test_one_that_is_locked_is_not(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.rated()  # months ago, by the real clock
    body = {"ratings": [judgement(keys(petition)[0], level=4)]}
    answer = sign_in(cast.lin).post(address(petition, "change-rating"), body, format="json")
    assert code(answer, 409) == "already_done"


def test_a_supervisor_decides_on_a_second_low_one(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = rate(stage, put_right(stage, rated_low(stage)), **LOW)
    for body, field in (({"why": "已尽责"}, "is_again"), ({"is_again": False, "why": "好"}, "why")):
        answer = sign_in(cast.chen).post(address(petition, "judge-rating"), body, format="json")
        assert (answer.status_code, field in attrs(answer)) == (400, True)
    body = {"is_again": True, "why": "付款方已有偿付能力"}
    answer = sign_in(cast.chen).post(address(petition, "judge-rating"), body, format="json")
    assert (answer.status_code, answer.json()["state"], answer.json()["cycle"]) == (200, "assigned", 3)
