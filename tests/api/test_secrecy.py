"""Canary strings in every confidential field: nobody finds one who may not, on any address of the API."""

from typing import Any

import pytest

from enterprises.models import Enterprise
from petitions.check_in import check_in_department
from petitions.following_up import supplement_petition, urge_petition
from petitions.handling import record_contact, record_progress
from petitions.models import Petition
from petitions.resolution import answer_support, resolve_petition
from tests.api.conftest import SignIn, address
from tests.cast import Cast, Stage
from tests.petitions.send_backs import sent_back

IDENTITY = ("金丝雀企业", "金丝雀简称", "金丝雀联络员", "金丝雀联系人", "13812345678", "91990171747973265C")
NOTE = "金丝雀备注"
INNER = "金丝雀内部进展"
SUPPORT_ANSWER = "金丝雀协办答复"


@pytest.fixture
def canaries(stage: Stage, cast: Cast) -> Petition:
    """A confidential petition in work, a canary in every field that somebody may not read."""
    Enterprise.objects.filter(pk=cast.enterprise.pk).update(name="金丝雀企业", short_name="金丝雀简称")
    cast.lin.display_name = "金丝雀联络员"
    cast.lin.save()
    secret = {"is_confidential": True, "contact_name": "金丝雀联系人", "contact_phone": "13812345678"}
    petition = stage.assigned(with_support=True, **secret)
    for person in (cast.zhou, cast.zheng):
        check_in_department(petition=petition, by=person, now=stage.tick())
    supplement_petition(petition=petition, by=cast.lin, text="补充说明", now=stage.tick())
    urge_petition(petition=petition, by=cast.lin, now=stage.tick())
    record_contact(petition=petition, by=cast.zhou, way="phone", text="已联系", now=stage.tick())
    record_progress(petition=petition, by=cast.zhou, text=INNER, is_public=False, now=stage.tick())
    answer = stage.answer(public_answer=SUPPORT_ANSWER, internal_note=NOTE)
    answer_support(petition=petition, by=cast.zheng, answer=answer, now=stage.tick())
    return petition


def resolved(petition: Petition, stage: Stage, cast: Cast) -> None:
    answer = stage.answer(internal_note=NOTE + "二")
    resolve_petition(petition=petition, by=cast.zhou, answer=answer, now=stage.tick())


def everything(client: Any, petition: Petition) -> str:
    """All that the API says to this client on every address that reads."""
    lookups = [f"/api/v1/{name}/" for name in ("categories", "departments", "regions", "enterprises", "me")]
    searches = [f"/api/v1/petitions/?{query}" for query in ("", "q=金丝雀", "enterprise=91990171747973265C")]
    read = [*searches, address(petition), address(petition, "events"), *lookups]
    answers = [client.get(url).content.decode() for url in read]
    verbs = ["dispatch", "resolve", "rate", "urge", "withdraw", "ask-send-back", "discuss", "check-in"]
    answers += [client.post(address(petition, verb), {}, format="json").content.decode() for verb in verbs]
    return "\n".join(answers)


@pytest.mark.parametrize("name", ["zhou", "wu", "zheng"])
def test_departments_do_not_learn_who_asked(
    canaries: Petition, stage: Stage, cast: Cast, sign_in: SignIn, name: str
) -> None:
    client = sign_in(getattr(cast, name))
    said = everything(client, canaries)
    resolved(canaries, stage, cast)
    said += everything(client, canaries)
    assert [canary for canary in IDENTITY if canary in said] == []
    assert NOTE in said  # and yet they read what is theirs
    assert INNER in said
    whole = client.get(address(canaries)).json()
    assert (whole["enterprise"], whole["petitioner"], whole["query_code"]) == (None, None, None)
    events = client.get(address(canaries, "events")).json()
    assert [event["kind"] for event in events if event["by"] is None] == ["report", "supplement", "urge"]


def test_a_search_for_the_enterprise_does_not_betray_it(
    canaries: Petition, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    open_one = stage.assigned(with_support=True)
    for user in (cast.zhou, cast.wu, cast.zheng, cast.wei):
        rows = sign_in(user).get("/api/v1/petitions/?enterprise=91990171747973265C").json()["results"]
        assert [row["number"] for row in rows] == [open_one.number], user


def test_others_learn_nothing_at_all(canaries: Petition, cast: Cast, sign_in: SignIn) -> None:
    secret = (*IDENTITY, NOTE, INNER, SUPPORT_ANSWER, canaries.number, canaries.query_code)
    for user in (cast.wei, cast.mallory, cast.feng, cast.chu, cast.sysadmin, cast.secadmin, cast.auditor):
        said = everything(sign_in(user), canaries)
        assert (user, [canary for canary in secret if canary in said]) == (user, [])


def test_the_enterprise_and_the_office_know(canaries: Petition, cast: Cast, sign_in: SignIn) -> None:
    for user in (cast.lin, cast.sun, cast.chen):
        said = everything(sign_in(user), canaries)
        assert (user, [canary for canary in IDENTITY if canary not in said]) == (user, [])


def test_the_enterprise_reads_no_internal_word(canaries: Petition, stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    said = everything(client, canaries)
    assert [canary for canary in (NOTE, INNER, SUPPORT_ANSWER) if canary in said] == []
    resolved(canaries, stage, cast)
    said = everything(client, canaries)
    assert [canary for canary in (NOTE, INNER) if canary in said] == []
    assert SUPPORT_ANSWER in said  # it rates that answer


def test_a_withdrawn_petitions_answers_stay_inside(canaries: Petition, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    client.post(address(canaries, "withdraw"), {"reason": "不再需要"}, format="json")
    said = everything(client, canaries)
    assert SUPPORT_ANSWER not in said
    assert NOTE not in said


def test_the_enterprise_does_not_see_who_sent_it_back(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    sent_back(stage, petition, reason="other_level", basis="金丝雀退单理由")
    said = everything(sign_in(cast.lin), petition)
    assert "金丝雀退单理由" not in said
    assert sign_in(cast.lin).get(address(petition)).json()["assignments"] == []
    assert sign_in(cast.sun).get(address(petition)).json()["assignments"][0]["ended_at"] is not None


def test_the_query_code_is_the_enterprises_own(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned(by=cast.qian)
    codes = {
        name: sign_in(getattr(cast, name)).get(address(petition)).json()["query_code"]
        for name in ("lin", "qian", "sun", "zhou", "chen", "wei")
    }
    assert codes == {
        "lin": petition.query_code,
        "qian": petition.query_code,
        "sun": None,
        "zhou": None,
        "chen": None,
        "wei": None,
    }
