"""State × relation × fact over HTTP: what `possible` names succeeds, what it leaves out is refused.

The verbs themselves: tests/petitions/test_offered.py.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from petitions.group_queries import joinable
from petitions.offered import VERBS
from petitions.ratings.rating import changeable_ratings
from petitions.situations import Situation, situation_of
from tests.api.conftest import SignIn, address
from tests.cast import Stage
from tests.petitions.facts_about import FACTS, build, within_the_rules
from tests.petitions.verbs import REASON
from tests.slow import slow

PEOPLE = ("lin", "sun", "tang", "wu", "zheng", "chen")
ANSWER = {"outcome": "solved", "public_answer": "已协调付款，货款将于本月底前付清。"}
DECISION = {"decision": "refused", "note": REASON}
Body = dict[str, Any]


def first(things: Any) -> Any:
    """Return the key of the first thing there is; one that names nothing where there is none."""
    return next((thing.pk for thing in things), 1)


def about(verb: str, it: Situation, things: Any) -> Any:
    """Return what the verb can be about now, or else whatever there is."""
    return [*VERBS[verb].choosable(it), *things]


def ratings(it: Situation, verb: str) -> Body:
    rated = [rating.assignment_id for rating in changeable_ratings(it) or it.unlocked_ratings]
    keys = rated if verb == "change_rating" else [part.pk for part in it.parts if part.answered_at]
    return {
        "ratings": [{"assignment": key, "level": 4, "is_solved": "partly", "text": "付了一半"} for key in keys or [1]]
    }


def other(it: Situation, *, is_own: bool) -> str:
    """Return the number of a petition to join: the same enterprise's or another's, as the person may name it."""
    own = it.petition.petitioner.enterprise_id
    found = joinable(it.by).filter(state__in=("reported", "assigned"), parent=None).exclude(pk=it.petition.pk)
    found = found.filter(petitioner__enterprise=own) if is_own else found.exclude(petitioner__enterprise=own)
    found = found.filter(state="assigned") if it.petition.state == "assigned" and not is_own else found
    return found.values_list("number", flat=True).first() or it.petition.number


def number_of(orders: Any) -> str:
    return next((order.number for order in orders), "DB202609080001")


def code_of(parts: Any) -> str:
    return next((part.department.code for part in parts), "shuiwu")


def day(it: Situation) -> str:
    return f"{(it.now + timedelta(days=30)).date()}"


def appointed_at(it: Situation) -> str:
    return next((part.appointment_at for part in it.parts if part.appointment_at), it.now).isoformat()


BODIES: dict[str, Callable[[Situation], Body]] = {
    **dict.fromkeys(("undo_dispatch", "escalate_up", "reopen", "withdraw"), lambda _it: {"reason": REASON}),
    **dict.fromkeys(("resolve", "answer_support"), lambda _it: dict(ANSWER)),
    **dict.fromkeys(("check_in", "unmerge", "unlink"), lambda _it: {}),
    "dispatch": lambda it: {"lead": "linjiang-jingxin" if it.by.username == "tang" else "jingxin", "supports": []},
    "delegate_down": lambda _it: {"desk": "linjiang"},
    "hand_over": lambda it: {"to": "zheng" if it.by.username == "zheng" else "wu"},
    "propose_appointment": lambda it: {"method": "call", "at": (it.now + timedelta(days=2)).isoformat()},
    "confirm_appointment": lambda it: {"at": appointed_at(it)},
    "move_appointment": lambda it: {"at": (it.now + timedelta(days=3)).isoformat()},
    "contact": lambda _it: {"way": "phone", "text": "已电话了解情况"},
    "progress": lambda _it: {"text": "已约谈付款方", "is_public": True},
    "supplement": lambda _it: {"text": "补充合同编号"},
    "urge": lambda _it: {"text": "请尽快"},
    "rate": lambda it: ratings(it, "rate"),
    "change_rating": lambda it: ratings(it, "change_rating"),
    "judge_rating": lambda _it: {"is_again": False, "why": REASON},
    "discuss": lambda _it: {"text": "请先核对发票"},
    "add_support": lambda _it: {"department": "jiaoyu"},
    "remove_support": lambda it: {"department": code_of(about("remove_support", it, it.parts)), "reason": REASON},
    "waive_support": lambda it: {"department": code_of(about("waive_support", it, it.parts)), "reason": REASON},
    "issue_order": lambda it: {
        "department": code_of(about("issue_order", it, it.parts)),
        "text": "请说明原因并立即办理",
    },
    "reply_order": lambda it: {"order": number_of(about("reply_order", it, it.orders)), "text": "已安排专人办理"},
    "judge_order": lambda it: {"order": number_of(about("judge_order", it, it.orders)), **DECISION},
    "ask_extension": lambda _it: {"days": 3, "reason": REASON},
    "ask_hold": lambda it: {"reason": REASON, "review_date": day(it)},
    "decide_extension": lambda it: {"extension": first(about("decide_extension", it, it.extensions)), **DECISION},
    "decide_hold": lambda it: {"hold": first(about("decide_hold", it, it.holds)), **DECISION},
    "review_hold": lambda it: {"hold": first(it.holds), "text": "评估机构已进场", "review_date": day(it)},
    "resume": lambda it: {"hold": first(it.holds), "note": "批复已到"},
    "ask_send_back": lambda _it: {"reason": "not_responsible", "basis": REASON, "proposed": "jiaoyu"},
    "decide_send_back": lambda it: {"send_back": first(about("decide_send_back", it, it.send_backs)), **DECISION},
    "dispute_send_back": lambda it: {"send_back": first(about("dispute_send_back", it, it.send_backs)), "text": REASON},
    "merge": lambda it: {"into": other(it, is_own=True)},
    "link": lambda it: {"parent": other(it, is_own=False)},
}


@slow("each fact by six people over the wire: a minute or two; the verbs themselves are asked in make test")
@pytest.mark.parametrize("fact", FACTS)
def test_what_is_possible_succeeds_and_what_is_not_is_refused(fact: str, stage: Stage, sign_in: SignIn) -> None:
    petition = build(fact, stage)
    done: dict[str, list[str]] = {}
    said: dict[str, list[str]] = {}
    with time_machine.travel(stage.now, tick=False):
        for name in PEOPLE:
            client, it = (
                sign_in(getattr(stage.cast, name)),
                situation_of(petition, getattr(stage.cast, name), stage.now),
            )
            read = client.get(address(petition))
            if read.status_code == 404:
                continue
            said[name], done[name] = read.json()["possible"], []
            for verb in (verb for verb in within_the_rules(it) if verb.name in BODIES):
                with transaction.atomic():
                    answer = client.post(address(petition, verb.address), BODIES[verb.name](it), format="json")
                    transaction.set_rollback(True)
                assert answer.status_code in (200, 400, 403, 409), (name, verb.name, answer.content.decode())
                done[name] += [verb.name] * (answer.status_code == 200)
    assert said == done


def test_every_verb_has_a_body_here() -> None:
    assert set(BODIES) == set(VERBS) - {"lapse"}
