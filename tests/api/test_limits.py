"""Limits over HTTP: what each reader is told of clocks, requests and orders, and every verb about them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from petitions.models import Petition
from tests.api.conftest import SignIn, address, attrs, code
from tests.cast import Cast, Stage
from tests.petitions.request_steps import asked_for, hold_asked, limit, running_hold
from tests.petitions.verbs import CALLS, ready_for

REVIEW = "2099-01-01"


def named(petition: Petition, verb: str) -> dict[str, Any]:
    """What a body has to name, as the resource gives it."""
    if verb.endswith("extension"):
        return {"extension": limit(petition).extensions.get().pk}
    if verb.endswith("order"):
        return {"order": petition.orders.get().number}
    return {"hold": limit(petition).holds.get().pk}


# verb: who uses it, and the body beside what it names
GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "ask_extension": ("wu", {"days": 3, "reason": "需要等待评估机构的报告"}),
    "decide_extension": ("chen", {"decision": "approved"}),
    "ask_hold": ("wu", {"reason": "需要等待评估机构的报告", "review_date": "2026-09-30"}),
    "decide_hold": ("chen", {"decision": "refused", "note": "可以先行办理"}),
    "resume": ("chen", {"note": "报告已出"}),
    "issue_order": ("chen", {"department": "jingxin", "text": "请说明原因并立即办理"}),
    "reply_order": ("zhou", {"text": "已安排专人办理"}),
    "judge_order": ("chen", {"decision": "approved"}),
}
NAMES_NOTHING = ("ask_extension", "ask_hold", "issue_order")
# verb: a body in which exactly these fields are wrong
BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "ask_extension": ({"days": 11, "reason": "短"}, {"days", "reason"}),
    "decide_extension": ({"extension": "1", "decision": "pending"}, {"extension", "decision"}),
    "ask_hold": ({"reason": "", "review_date": "明天"}, {"reason", "review_date"}),
    "decide_hold": ({"hold": 0, "decision": "maybe"}, {"hold", "decision"}),
    "resume": ({"note": 3}, {"hold", "note"}),
    "issue_order": ({"department": "none-such", "text": "快"}, {"department", "text"}),
    "reply_order": ({"order": 7, "text": ""}, {"order", "text"}),
    "judge_order": ({"order": "", "decision": True}, {"order", "decision"}),
}


def send(client: Any, stage: Stage, petition: Petition, verb: str, body: dict[str, Any]) -> Any:
    with time_machine.travel(stage.tick(), tick=False):
        return client.post(address(petition, verb.replace("_", "-")), body, format="json")


@pytest.mark.parametrize("verb", GOOD)
def test_a_verb_is_done_once_by_its_person(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for(verb, "assigned", stage)
    who, body = GOOD[verb]
    body = body if verb in NAMES_NOTHING else body | named(petition, verb)
    client = sign_in(getattr(cast, who))
    before = petition.events.count()
    answer = send(client, stage, petition, verb, body)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == "assigned"
    assert petition.events.count() == before + 1
    assert code(send(client, stage, petition, verb, body), 409) == "already_done"
    assert code(send(sign_in(cast.sun), stage, petition, verb, body), 403) == "not_permitted"
    assert send(sign_in(cast.mallory), stage, petition, verb, body).status_code == 404


@pytest.mark.parametrize("verb", BAD)
def test_every_wrong_field_is_named(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for(verb, "assigned", stage)
    body, fields = BAD[verb]
    assert attrs(send(sign_in(getattr(cast, GOOD[verb][0])), stage, petition, verb, body)) == fields


@pytest.mark.parametrize("verb", [verb for verb in GOOD if verb not in NAMES_NOTHING])
def test_what_belongs_to_another_petition_is_unknown(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition, other = ready_for(verb, "assigned", stage), ready_for(verb, "assigned", stage)
    who, body = GOOD[verb]
    answer = send(sign_in(getattr(cast, who)), stage, petition, verb, body | named(other, verb))
    assert attrs(answer) == set(named(other, verb))


def test_a_hold_is_reviewed(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    hold = running_hold(stage, petition)
    body = {"hold": hold.pk, "text": "报告下周出", "review_date": f"{(stage.now + timedelta(days=60)).date()}"}
    assert send(sign_in(cast.wu), stage, petition, "review_hold", body).status_code == 200
    assert code(send(sign_in(cast.chen), stage, petition, "review_hold", body), 403) == "not_permitted"
    late = body | {"review_date": REVIEW}
    assert attrs(send(sign_in(cast.wu), stage, petition, "review_hold", late)) == {"review_date"}


def test_a_rejected_reply_is_asked_for_again(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for("judge_order", "assigned", stage)
    body = {"decision": "refused", **named(petition, "judge_order")}
    chen = sign_in(cast.chen)
    assert attrs(send(chen, stage, petition, "judge_order", body)) == {"note"}
    assert send(chen, stage, petition, "judge_order", body | {"note": "没有写明完成时间"}).status_code == 200
    (order,) = chen.get(address(petition, "limits")).json()["orders"]
    assert (order["state"], order["judgement"]) == ("issued", "没有写明完成时间")
    assert order["due_at"] is not None


def test_limits_are_told_to_the_government_and_clocks_alone_to_the_enterprise(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    petition = stage.assigned(with_support=True)
    asked_for(stage, petition)
    hold_asked(stage, petition)
    CALLS["issue_order"](stage, petition, cast.chen, stage.tick())
    for name in ("chen", "zhou"):
        client = sign_in(getattr(cast, name))
        with django_assert_max_num_queries(14):
            told = client.get(address(petition, "limits")).json()
        assert {key: len(rows) for key, rows in told.items() if key != "clocks"} == {
            "extensions": 1,
            "holds": 1,
            "orders": 1,
        }
    assert told["extensions"][0]["days"] == 3
    assert {"check_in", "resolve_enterprise"} < {clock["promise"] for clock in told["clocks"]}
    told = sign_in(cast.lin).get(address(petition, "limits")).json()
    assert {clock["promise"] for clock in told["clocks"]} == {"resolve_enterprise", "resolve_department", "support"}
    assert told["extensions"] == told["holds"] == told["orders"] == []


def test_a_clock_that_rests_says_so(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    running_hold(stage, petition)
    told = sign_in(cast.wu).get(address(petition, "limits")).json()["clocks"]
    resting = {clock["promise"] for clock in told if clock["is_paused"]}
    assert resting == {"resolve_department"}
    with time_machine.travel(stage.now + timedelta(days=30), tick=False):
        told = sign_in(cast.wu).get(address(petition, "limits")).json()["clocks"]
    assert {clock["promise"] for clock in told if clock["is_overdue"]} >= {"check_in", "contact"}
