"""Each verb over HTTP: done by the right person, refused to the wrong one, refused in the wrong state."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from petitions.models import Petition
from tests.api.conftest import SignIn, address, attrs, code
from tests.cast import Cast, Stage

ANSWER = {"outcome": "solved", "public_answer": "已协调付款，货款将于本月底前付清。"}
# verb: who uses it, in which state, with which body, and the state after it
GOOD: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "dispatch": ("sun", "reported", {"lead": "jingxin", "supports": ["shuiwu"], "note": "请主办"}, "assigned"),
    "check-in": ("zhou", "assigned", {}, "assigned"),
    "hand-over": ("zhou", "assigned", {"to": "wu", "note": "请跟进"}, "assigned"),
    "contact": ("zhou", "assigned", {"way": "phone", "text": "已电话了解情况"}, "assigned"),
    "progress": ("zhou", "assigned", {"text": "已约谈付款方", "is_public": True}, "assigned"),
    "resolve": ("zhou", "assigned", ANSWER, "resolved"),
    "reopen": ("lin", "resolved", {"reason": "货款仍未到账"}, "assigned"),
    "withdraw": ("lin", "reported", {"reason": "问题已自行解决"}, "closed"),
    "supplement": ("lin", "assigned", {"text": "补充合同编号"}, "assigned"),
    "urge": ("lin", "assigned", {"text": "请尽快"}, "assigned"),
}
# verb: a body in which exactly these fields are wrong
BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "dispatch": (
        {"lead": "none-such", "supports": "shuiwu", "category": "x", "kind": "y"},
        {"lead", "supports", "category", "kind"},
    ),
    "check-in": ({"department": "none-such"}, {"department"}),
    "hand-over": ({"to": "zheng", "note": 5}, {"to", "note"}),
    "contact": ({"way": "pigeon", "text": ""}, {"way", "text"}),
    "progress": ({"text": "已约谈", "is_public": "true"}, {"is_public"}),
    "resolve": (
        {"outcome": "", "public_answer": "好", "internal_note": "x" * 2001},
        {"outcome", "public_answer", "internal_note"},
    ),
    "reopen": ({"reason": "短"}, {"reason"}),
    "withdraw": ({}, {"reason"}),
    "supplement": ({"text": "x" * 2001}, {"text"}),
    "urge": ({"text": 5}, {"text"}),
}
# verb: a state that does not have it, and what its person can do there
WRONG: dict[str, tuple[str, list[str]]] = {
    "dispatch": ("assigned", ["supplement", "discuss", "add_support"]),
    "check-in": ("resolved", []),
    "hand-over": ("resolved", []),
    "contact": ("resolved", []),
    "progress": ("rated", []),
    "resolve": ("resolved", []),
    "reopen": ("reported", ["supplement", "withdraw"]),
    "withdraw": ("resolved", ["rate", "reopen"]),
    "supplement": ("resolved", ["rate", "reopen"]),
    "urge": ("reported", ["supplement", "withdraw"]),
}


@pytest.mark.parametrize("verb", GOOD)
def test_a_verb_changes_the_state_and_says_so(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any, verb: str
) -> None:
    name, state, body, after = GOOD[verb]
    if verb == "reopen":
        stage.now = timezone.now() - timedelta(days=3)
    petition = stage.assigned() if verb == "check-in" else stage.in_state(state)
    client = sign_in(getattr(cast, name))
    with django_assert_max_num_queries(38):
        answer = client.post(address(petition, verb), body, format="json")
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["number"], answer.json()["state"]) == (petition.number, after)
    assert Petition.objects.get().state == after


@pytest.mark.parametrize("verb", BAD)
def test_a_wrong_body_names_its_fields(stage: Stage, cast: Cast, sign_in: SignIn, verb: str) -> None:
    name, state, _body, _after = GOOD[verb]
    petition = stage.in_state(state)
    body, fields = BAD[verb]
    events = petition.events.count()
    assert attrs(sign_in(getattr(cast, name)).post(address(petition, verb), body, format="json")) == fields
    assert petition.events.count() == events


@pytest.mark.parametrize("verb", WRONG)
def test_the_wrong_state_says_what_is_possible(stage: Stage, cast: Cast, sign_in: SignIn, verb: str) -> None:
    name, _state, body, _after = GOOD[verb]
    state, possible = WRONG[verb]
    stage.now = timezone.now() - timedelta(days=2)
    answer = sign_in(getattr(cast, name)).post(address(stage.in_state(state), verb), body, format="json")
    assert code(answer, 409) == "wrong_state"
    assert answer.json()["state"] == state
    assert answer.json()["possible"] == possible


@pytest.mark.parametrize("verb", [*GOOD, "answer-support", "rate"])
def test_who_sees_it_but_may_not_is_told_so(stage: Stage, cast: Cast, sign_in: SignIn, verb: str) -> None:
    petition = stage.checked_in()
    person = cast.zhou if verb in ("dispatch", "rate", "reopen", "withdraw", "supplement", "urge") else cast.sun
    assert code(sign_in(person).post(address(petition, verb), {}, format="json"), 403) == "not_permitted"


@pytest.mark.parametrize("verb", [*GOOD, "answer-support", "rate"])
def test_who_may_not_know_of_it_finds_nothing(stage: Stage, cast: Cast, sign_in: SignIn, verb: str) -> None:
    petition = stage.checked_in()
    for stranger in (cast.mallory, cast.feng):
        assert code(sign_in(stranger).post(address(petition, verb), {}, format="json"), 404) == "not_found"


def test_lapse_is_nobodys_verb(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    assert code(sign_in(cast.chen).post(address(stage.resolved(), "lapse"), {}, format="json"), 404) == "not_found"


def test_a_support_answers_and_then_the_lead(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    early = sign_in(cast.zhou).post(address(petition, "resolve"), ANSWER, format="json")
    assert code(early, 409) == "supports_pending"
    assert early.json()["departments"] == ["税务局"]
    support = sign_in(cast.zheng)
    assert support.post(address(petition, "answer-support"), ANSWER, format="json").json()["state"] == "assigned"
    assert code(support.post(address(petition, "answer-support"), ANSWER, format="json"), 409) == "already_done"
    assert sign_in(cast.zhou).post(address(petition, "resolve"), ANSWER, format="json").json()["state"] == "resolved"


def test_work_before_check_in_is_refused(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    assert code(sign_in(cast.zhou).post(address(petition, "resolve"), ANSWER, format="json"), 409) == "not_checked_in"


def test_planned_needs_a_date_ahead(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    url, client = address(stage.checked_in(), "resolve"), sign_in(cast.zhou)
    for date in ({}, {"planned_date": "2020-01-01"}, {"planned_date": "2026-02-30"}, {"planned_date": "soon"}):
        assert attrs(client.post(url, ANSWER | {"outcome": "planned"} | date, format="json")) == {"planned_date"}
    body = ANSWER | {"outcome": "planned", "planned_date": "2035-01-31"}
    assert client.post(url, body, format="json").status_code == 200


def test_a_verb_that_needs_nothing_takes_nothing(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    """curl -X POST without a body and without a content type."""
    answer = sign_in(cast.zhou).generic("POST", address(stage.assigned(), "check-in"))
    assert answer.status_code == 200, answer.content


def test_urging_again_at_once_is_refused(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    url, client = address(stage.assigned(), "urge"), sign_in(cast.lin)
    assert client.post(url, {}, format="json").status_code == 200
    assert code(client.post(url, {}, format="json"), 409) == "already_done"


def test_too_many_supports_cost_no_statements(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, url = sign_in(cast.sun), address(stage.reported(), "dispatch")
    body = {"lead": "jingxin", "supports": ["shuiwu"] * 5000}
    with django_assert_max_num_queries(8):
        assert attrs(client.post(url, body, format="json")) == {"supports"}
