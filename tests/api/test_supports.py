"""Joint handling and sending back over HTTP: every verb by its person, refused to others, and who reads them."""

from typing import Any

import pytest
import time_machine

from petitions.models import Petition, SendBack
from tests.api.conftest import SignIn, address, attrs, code
from tests.cast import Cast, Stage
from tests.petitions.send_backs import BASIS, asked, refused
from tests.petitions.verbs import ready_for

ASK = {"reason": "not_responsible", "basis": "依据职责清单", "proposed": "jiaoyu"}
# verb: who uses it, and the body beside what it names
GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "add_support": ("sun", {"department": "jiaoyu", "note": "请核对"}),
    "remove_support": ("chen", {"department": "shuiwu", "reason": "不涉及税务"}),
    "waive_support": ("chen", {"department": "shuiwu", "reason": "不涉及税务"}),
    "ask_send_back": ("wu", ASK),
    "decide_send_back": ("sun", {"decision": "refused", "note": "清单写明由你局主办"}),
    "dispute_send_back": ("wu", {"text": "清单第12条已经修订"}),
}
# verb: a body in which exactly these fields are wrong
BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "discuss": ({"text": "", "mention": "none-such"}, {"text", "mention"}),
    "add_support": ({"department": "none-such", "note": 3}, {"department", "note"}),
    "remove_support": ({"reason": "短"}, {"department", "reason"}),
    "waive_support": ({"department": 7, "reason": ""}, {"department", "reason"}),
    "ask_send_back": ({"reason": "no", "basis": "短", "proposed": 3}, {"reason", "basis", "proposed"}),
    "decide_send_back": (
        {"send_back": "1", "decision": "lapsed", "replace": "yes"},
        {"send_back", "decision", "replace"},
    ),
    "dispute_send_back": ({"text": "短"}, {"send_back", "text"}),
}
OF_ONE = ("decide_send_back", "dispute_send_back")


def send(client: Any, stage: Stage, petition: Petition, verb: str, body: dict[str, Any]) -> Any:
    with time_machine.travel(stage.tick(), tick=False):
        return client.post(address(petition, verb.replace("_", "-")), body, format="json")


def named(verb: str, petition: Petition) -> dict[str, Any]:
    return {"send_back": SendBack.objects.get(assignment__petition=petition).pk} if verb in OF_ONE else {}


@pytest.mark.parametrize("verb", GOOD)
def test_a_verb_is_done_once_by_its_person(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for(verb, "assigned", stage)
    who, body = GOOD[verb]
    body = body | named(verb, petition)
    client = sign_in(getattr(cast, who))
    before = petition.events.count()
    answer = send(client, stage, petition, verb, body)
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["state"], petition.events.count()) == ("assigned", before + 1)
    assert code(send(client, stage, petition, verb, body), 409) == "already_done"
    assert code(send(sign_in(cast.zhou), stage, petition, verb, body), 403) == "not_permitted"
    for stranger in (cast.mallory, cast.feng if verb != "add_support" else cast.mallory):
        assert send(sign_in(stranger), stage, petition, verb, body).status_code == 404


@pytest.mark.parametrize("verb", BAD)
def test_every_wrong_field_is_named(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for(verb, "assigned", stage)
    body, fields = BAD[verb]
    who = GOOD[verb][0] if verb in GOOD else "zhou"
    assert attrs(send(sign_in(getattr(cast, who)), stage, petition, verb, body)) == fields


@pytest.mark.parametrize("verb", OF_ONE)
def test_a_request_of_another_petition_is_unknown(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition, other = ready_for(verb, "assigned", stage), ready_for(verb, "assigned", stage)
    who, body = GOOD[verb]
    answer = send(sign_in(getattr(cast, who)), stage, petition, verb, body | named(verb, other))
    assert attrs(answer) == {"send_back"}


def test_an_approval_takes_the_petition_out_of_the_departments_sight(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    body = {"send_back": asked(stage, petition).pk, "decision": "approved"}
    answer = send(sign_in(cast.sun), stage, petition, "decide_send_back", body)
    assert (answer.json()["state"], "dispatch" in answer.json()["possible"]) == ("reported", True)
    assert code(sign_in(cast.wu).get(address(petition)), 404) == "not_found"


def test_the_thread_is_read_by_departments_and_not_by_the_enterprise(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    body = {"text": "金丝雀请核对发票", "mention": "shuiwu"}
    assert send(sign_in(cast.zhou), stage, petition, "discuss", body).status_code == 200
    said = sign_in(cast.zheng).get(address(petition, "events")).json()[-1]
    assert (said["kind"], said["text"], said["details"]) == ("discuss", "金丝雀请核对发票", {"mention": "税务局"})
    for name in ("lin", "qian"):
        petition = stage.assigned(by=cast.qian)
        send(sign_in(cast.zhou), stage, petition, "discuss", {"text": "金丝雀"})
        reader = sign_in(getattr(cast, name))
        assert "金丝雀" not in reader.get(address(petition, "events")).content.decode()
        assert code(send(reader, stage, petition, "discuss", {"text": "谁在说"}), 403) == "not_permitted"


def test_requests_are_read_by_the_offices_and_the_own_department(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    petition = stage.assigned(with_support=True, is_confidential=True)
    refused(stage, petition)
    for name, count in {"sun": 1, "chen": 1, "wu": 1, "zhou": 1, "zheng": 0, "lin": 0}.items():
        client = sign_in(getattr(cast, name))
        with django_assert_max_num_queries(8):
            rows = client.get(address(petition, "send-backs")).json()
        assert len(rows) == count, name
    (row,) = sign_in(cast.wu).get(address(petition, "send-backs")).json()
    assert (row["basis"], row["arbiter"], row["decision"]) == (BASIS, "dispatcher", "refused")
    assert (row["department"]["code"], row["proposed"]["code"], row["disputes"]) == ("jingxin", "jiaoyu", None)
    assert "青禾" not in str(row)


def test_who_waits_for_an_answer_is_told_when_it_was_waived(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for("waive_support", "assigned", stage)
    send(sign_in(cast.chen), stage, petition, "waive_support", GOOD["waive_support"][1])
    parts = sign_in(cast.zhou).get(address(petition)).json()["assignments"]
    assert [bool(part["waived_at"]) for part in parts] == [False, True]
