"""Search and similar petitions over HTTP."""

import pytest

from departments.catalogue import import_catalogue
from petitions.models import SearchText
from petitions.proposals.learning import refresh_routing_model
from petitions.reporting import report_petition
from petitions.search import token_shares
from tests.api.conftest import SignIn, address, attrs
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.petitions.test_proposals import ARREARS, SCHOOL, TAX

LIST = "/api/v1/petitions/"
SIMILAR = {"title": "货款被整车厂拖欠", "body": "给整车厂供货，货款拖了大半年没有付，催要多次，请协调付款。"}


def test_words_are_found_and_paged(stage: Stage, sign_in: SignIn) -> None:
    numbers = [stage.assigned().number for _place in range(3)][::-1]
    stage.reported(title="别的事情", body="请问办事大厅周末开门吗？")
    for person in (stage.cast.chen, stage.cast.zhou, stage.cast.lin):
        client = sign_in(person)
        first = client.get(LIST, {"q": "货款 催要", "page_size": 2}).json()
        rest = client.get(first["next"]).json()
        assert [row["number"] for row in first["results"] + rest["results"]] == numbers
        assert rest["next"] is None


@pytest.mark.parametrize("text", ["款", "——", "货款 a"])
def test_what_cannot_be_found_is_refused_by_name(text: str, stage: Stage, sign_in: SignIn) -> None:
    assert attrs(sign_in(stage.cast.chen).get(LIST, {"q": text})) == {"q"}


def test_an_index_that_is_old_is_refused(stage: Stage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.reported()
    SearchText.objects.update(version=0)
    monkeypatch.setattr(token_shares, "_kept", {})
    answer = sign_in(stage.cast.chen).get(LIST, {"q": "货款"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "index_is_old")


def test_holding_narrows_a_department(stage: Stage, sign_in: SignIn) -> None:
    stage.resolved()
    held = stage.assigned()
    rows = sign_in(stage.cast.chen).get(LIST, {"department": "jingxin", "holding": "true"}).json()["results"]
    assert [row["number"] for row in rows] == [held.number]


def test_similar_petitions_are_for_dispatchers_and_supervisors(stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    form = stage.report_form(enterprise=cast.other_enterprise, **SIMILAR)
    other = report_petition(report=form, by=cast.mallory, now=stage.tick())
    petition = stage.assigned(follow=True)
    (like,) = sign_in(cast.sun).get(address(petition, "similar")).json()
    assert (like["petition"]["number"], like["is_followed"]) == (other.number, True)
    assert 0.1 < like["score"] < 1
    assert "货款" in like["because"]
    assert sign_in(cast.chen).get(address(petition, "similar"), {"ended": "true"}).status_code == 200
    for person, status in ((cast.lin, 403), (cast.zhou, 403), (cast.wei, 403), (cast.mallory, 404), (cast.feng, 404)):
        answer = sign_in(person).get(address(petition, "similar"))
        assert (answer.status_code, other.number in answer.content.decode()) == (status, False)


def test_proposals_are_for_the_desk(stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported()
    proposed = sign_in(cast.sun).get(address(petition, "proposals")).json()
    first = proposed["departments"][0]
    assert first["department"] == {"code": "jingxin", "name": "经信局"}
    assert first["because"][0].startswith("职责：")
    assert (proposed["kind"], proposed["urgency"], proposed["is_joint"]) == ("complaint", "pressing", False)
    assert 0 < proposed["confidence"] <= first["score"] <= 1
    assert (proposed["likelihood"], proposed["unlike"]) == ("likely", ["kind", "urgency"])
    for person, status in ((cast.lin, 403), (cast.chen, 403), (cast.tang, 404), (cast.mallory, 404)):
        assert sign_in(person).get(address(petition, "proposals")).status_code == status
