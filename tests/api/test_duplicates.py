"""Merging and linking over HTTP: the four verbs, what they refuse, and what each reader is told afterwards."""

from typing import Any

import pytest
import time_machine

from petitions.models import Petition
from tests.api.conftest import SignIn, address, attrs, code
from tests.cast import Cast, Stage
from tests.petitions.group_steps import dispatched
from tests.petitions.verbs import another, ready_for

# verb: the state it is used in, the field that names the other petition
VERBS = {
    "merge": ("reported", "into"),
    "link": ("assigned", "parent"),
    "unmerge": ("closed", ""),
    "unlink": ("assigned", ""),
}


def body(verb: str, stage: Stage, petition: Petition) -> dict[str, Any]:
    field, liaison = VERBS[verb][1], stage.cast.lin if verb == "merge" else stage.cast.mallory
    return {field: another(stage, petition, liaison, stage.now).number} if field else {}


def send(client: Any, stage: Stage, petition: Petition, verb: str, content: dict[str, Any]) -> Any:
    with time_machine.travel(stage.tick(), tick=False):
        return client.post(address(petition, verb), content, format="json")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_done_once_by_a_dispatcher(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for(verb, VERBS[verb][0], stage)
    content, client = body(verb, stage, petition), sign_in(cast.sun)
    assert code(send(sign_in(cast.lin), stage, petition, verb, content), 403) == "not_permitted"
    answer = send(client, stage, petition, verb, content)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["number"] == petition.number
    expected = "wrong_state" if verb == "unmerge" else "already_done"
    assert code(send(client, stage, petition, verb, content), 409) == expected


@pytest.mark.parametrize("verb", ["merge", "link"])
def test_the_other_petition_has_to_be_known_and_to_fit(verb: str, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition, client, field = ready_for(verb, "reported", stage), sign_in(cast.sun), VERBS[verb][1]
    for number in ("202609080000019", "nobody's", petition.number, stage.withdrawn().number):
        assert attrs(send(client, stage, petition, verb, {field: number})) == {field}
    assert attrs(send(client, stage, petition, verb, {})) == {field}
    assert attrs(send(client, stage, petition, verb, {field: 7})) == {field}


def test_a_child_says_on_which_petition_the_step_is_done(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    parent, second, _last = dispatched(stage)
    answer = send(sign_in(cast.zhou), stage, second, "check-in", {})
    assert code(answer, 409) == "follows_parent"
    assert answer.json()["parent"] == parent.number


def test_a_group_is_told_by_its_numbers_or_by_how_many(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    parent, second, last = dispatched(stage)
    told = sign_in(cast.zhou).get(address(second)).json()["group"]
    assert told == {"size": 3, "parent": parent.number, "members": [one.number for one in (parent, second, last)]}
    told = sign_in(cast.mallory).get(address(second)).json()
    assert told["group"] == {"size": 3, "parent": None, "members": [second.number]}
    assert parent.number not in sign_in(cast.mallory).get(address(second, "events")).content.decode()
    others = {event["other"] for event in sign_in(cast.zhou).get(address(second, "events")).json()}
    assert others == {None, parent.number}
    assert sign_in(cast.lin).get(address(stage.reported())).json()["group"] is None


def test_a_merged_petition_is_read_with_the_other(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = ready_for("unmerge", "closed", stage)
    into = petition.merged_into
    assert into is not None
    client = sign_in(cast.lin)
    assert client.get(address(petition)).json()["merged_into"] == into.number
    (merged,) = client.get(address(into)).json()["merged"]
    assert merged == {"number": petition.number, "title": petition.title, "body": petition.body, "supplements": []}
