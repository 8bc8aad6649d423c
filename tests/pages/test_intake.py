"""The desk's pages: find the caller, file for them, read out the number; nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from enterprises.models import Enterprise, Liaison
from petitions.models import Petition
from petitions.occasion_queries import sources
from tests.cast import LIN_CREDIT_CODE, Stage
from tests.occasions import close, occasion
from tests.pages.conftest import SignIn, statements
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, parse, with_class
from tests.pages.typed_intake import NEW_CREDIT_CODE, intake_form, new_form
from tests.petitions.test_similar import ARREARS, ARREARS_TOO

FIND = "/petitions/intake/"
ASKED = "/petitions/report/already-asked/"
KNOWN = f"{FIND}{LIN_CREDIT_CODE}/"
NEW = f"{FIND}new/"


def links(answer: Any) -> list[str]:
    return [attributes(element).get("href", "") for element in elements(parse(answer)) if element.name == "a"]


def test_the_empty_page_asks_who_it_is(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).get(FIND)
    assert form_values(answer)["q"] == [""]
    assert with_class(parse(answer), "petition-title") == []
    assert NEW not in links(answer)


@pytest.mark.parametrize("typed", ["青禾", "lcsqh", LIN_CREDIT_CODE[:12].lower()])
def test_an_enterprise_that_fits_is_shown_with_what_it_asked_already(typed: str, stage: Stage, sign_in: SignIn) -> None:
    enterprise = stage.cast.enterprise
    enterprise.contact_name, enterprise.contact_phone = "林书禾", "13800001137"
    enterprise.save()
    petition = stage.assigned(is_confidential=True)
    stage.rated()
    answer = sign_in(stage.cast.sun).get(FIND, {"q": typed})
    page = parse(answer)
    assert with_class(page, "petition-title") == ["澜川市青禾机械有限公司"]
    (facts,) = with_class(page, "petition-facts")
    assert facts == f"{LIN_CREDIT_CODE} 澜川市 林书禾 13800001137"
    assert with_class(page, "caller-open") == [f"办理中 {petition.title} 09-08"]
    assert {KNOWN, f"/petitions/{petition.number}/"} <= set(links(answer))


def test_more_than_three_open_petitions_are_counted(stage: Stage, sign_in: SignIn) -> None:
    for _place in range(5):
        stage.reported()
    (rows,) = with_class(parse(sign_in(stage.cast.sun).get(FIND, {"q": "青禾"})), "caller-open")
    assert rows.endswith("共5件未了结")


def test_while_typing_only_the_results_come(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).get(FIND, {"q": "青禾"}, headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="results"')
    assert "HX-Request" in answer["Vary"]


def test_who_is_not_found_can_be_entered_with_what_was_typed(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.sun)
    for typed, field in (("拾光咖啡", "name"), (NEW_CREDIT_CODE, "credit_code")):
        answer = client.get(FIND, {"q": typed})
        assert f"没有找到“{typed}”。" in answer.content.decode()
        (target,) = [link for link in links(answer) if link.startswith(NEW)]
        assert form_values(client.get(target))[field] == [typed]


@pytest.mark.parametrize("typed", ["青", " 青 ", "\u3000青", "Q", "１", "138", "+86", "919", "9A", "１３８"])
def test_what_is_too_short_to_be_searched_is_not_called_missing(typed: str, stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.sun)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(FIND, {"q": typed}, headers=headers)
        page = answer.content.decode()
        assert "请再多输入一些：名称至少2个字，电话和信用代码至少4位。" in page
        assert "没有找到" not in page
        assert not [link for link in links(answer) if link.startswith(NEW)]


def test_a_short_number_that_stands_in_a_name_is_found_and_still_asks_for_more(stage: Stage, sign_in: SignIn) -> None:
    stage.cast.enterprise.name = "澜川360科技有限公司"
    stage.cast.enterprise.save()
    answer = sign_in(stage.cast.sun).get(FIND, {"q": "360"})
    assert with_class(parse(answer), "petition-title") == ["澜川360科技有限公司"]
    assert "请再多输入一些" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", " ", "\u3000\t"])
def test_nothing_typed_says_nothing(typed: str, stage: Stage, sign_in: SignIn) -> None:
    page = sign_in(stage.cast.sun).get(FIND, {"q": typed}).content.decode()
    assert "没有找到" not in page
    assert "请再多输入一些" not in page


def test_what_is_typed_is_shown_as_text(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).get(FIND, {"q": "<b>x</b>"})
    assert "<b>x</b>" not in answer.content.decode()


def test_the_form_knows_the_enterprise_its_contact_and_what_it_asked(stage: Stage, sign_in: SignIn) -> None:
    enterprise = stage.cast.enterprise
    enterprise.contact_name, enterprise.contact_phone = "林书禾", "13800001137"
    enterprise.save()
    stage.reported()
    answer = sign_in(stage.cast.sun).get(KNOWN)
    values = form_values(answer)
    assert (values["contact_name"], values["contact_phone"]) == (["林书禾"], ["13800001137"])
    assert (values["region"], values["source"]) == ([str(stage.cast.city.pk)], ["phone"])
    assert "enterprise" not in values
    assert len(with_class(parse(answer), "caller-open")) == 1


def test_an_enterprise_that_there_is_not(stage: Stage, sign_in: SignIn) -> None:
    assert sign_in(stage.cast.sun).get(f"{FIND}{NEW_CREDIT_CODE}/").status_code == 404


def test_a_petition_is_filed_and_the_liaison_is_named(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).post(KNOWN, intake_form(stage, source="visit"), follow=True)
    petition = Petition.objects.get()
    assert answer.redirect_chain == [(f"/petitions/{petition.number}/filed/", 302)]
    assert (petition.channel, petition.petitioner.filed_by) == ("visit", stage.cast.sun)
    page = answer.content.decode()
    assert petition.number in page
    assert "已通知企业联络员：" in page
    assert petition.query_code not in page


def test_without_a_liaison_the_query_code_is_shown_large(stage: Stage, sign_in: SignIn) -> None:
    Liaison.objects.filter(enterprise=stage.cast.enterprise).delete()
    answer = sign_in(stage.cast.sun).post(KNOWN, intake_form(stage), follow=True)
    assert with_class(parse(answer), "filed-code") == [Petition.objects.get().query_code]


def test_the_occasion_one_sits_at_is_kept_from_page_to_page(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage, "home")
    client = sign_in(stage.cast.sun)
    query = f"?from={where.key}"
    found = client.get(FIND, {"q": "青禾", "from": where.key})
    assert KNOWN + query in links(found)
    assert form_values(client.get(KNOWN + query))["source"] == [where.key]
    answer = client.post(KNOWN + query, intake_form(stage, source=where.key), follow=True)
    petition = Petition.objects.get()
    assert (petition.channel, petition.occasion) == ("enterprise_home", where)
    assert FIND + query in links(answer)


def test_a_source_that_closed_meanwhile_says_so_and_nothing_typed_is_lost(stage: Stage, sign_in: SignIn) -> None:
    where = close(stage, occasion(stage))
    typed = intake_form(stage, source=where.key)
    answer = sign_in(stage.cast.sun).post(f"{KNOWN}?from={where.key}", typed)
    assert (answer.status_code, errors_beside_fields(answer)) == (
        422,
        {"source": "这一场已结束登记，请重新选择来源。"},
    )
    assert form_values(answer)["body"] == [typed["body"]]


def test_a_new_enterprise_is_entered_and_filed_for(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).post(NEW, new_form(stage, credit_code=NEW_CREDIT_CODE.lower()), follow=True)
    entered = Enterprise.objects.get(credit_code=NEW_CREDIT_CODE)
    petition = Petition.objects.get()
    assert petition.petitioner.enterprise == entered
    assert entered.contact_phone == "13800000001"
    assert with_class(parse(answer), "filed-code") == [petition.query_code]


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "wrong check character": ({"credit_code": "91990199MA0000017X"}, {"credit_code"}),
    "registered already": ({"credit_code": LIN_CREDIT_CODE}, {"credit_code"}),
    "no size": ({"size": ""}, {"size"}),
    "short body": ({"body": "积水"}, {"body"}),
    "both": ({"credit_code": "1", "body": "积水", "contact_phone": "12"}, {"credit_code", "body", "contact_phone"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_field_says_why_and_nothing_typed_is_lost(case: str, stage: Stage, sign_in: SignIn) -> None:
    changes, fields = WRONG[case]
    typed = new_form(stage, **changes)
    answer = sign_in(stage.cast.sun).post(NEW, typed)
    assert answer.status_code == 422
    assert set(errors_beside_fields(answer)) == fields
    kept = form_values(answer)
    assert {name: kept[name] for name in typed if typed[name]} == {
        name: [str(value)] for name, value in typed.items() if value
    }
    assert (Petition.objects.count(), Enterprise.objects.count()) == (0, 2)


@pytest.mark.parametrize("address", [KNOWN, NEW])
def test_a_double_click_files_one_petition(address: str, stage: Stage, sign_in: SignIn) -> None:
    client, typed = sign_in(stage.cast.sun), new_form(stage)
    answers = [client.post(address, typed)["Location"] for _click in range(2)]
    assert answers[0] == answers[1]
    assert Petition.objects.count() == 1


@pytest.mark.parametrize(("address", "expected"), [(f"{FIND}?q=澜川", 7), (KNOWN, 10), (NEW, 8)])
def test_a_page_costs_the_same_however_much_there_is(
    address: str, expected: int, stage: Stage, sign_in: SignIn
) -> None:
    client = sign_in(stage.cast.sun)
    few = statements(client, address)
    for place in range(12):
        stage.reported(occasion=occasion(stage, name=f"第{place}场"))
    assert (few, statements(client, address)) == (expected, expected)


def test_what_was_asked_already_is_said_while_typing_and_kept_with_an_error(stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    mine = stage.reported(**ARREARS_TOO)
    stage.reported(by=cast.mallory, enterprise=cast.other_enterprise, **ARREARS_TOO)
    client = sign_in(cast.sun)
    for caller, own in ((LIN_CREDIT_CODE, [mine.title]), ("", []), ("x\x00", [])):
        page = parse(client.post(ASKED, ARREARS | {"caller": caller}))
        assert with_class(page, "similar-own") == own
        assert len(with_class(page, "similar-others")) == 1
    assert client.post(ASKED, ARREARS).status_code == 403
    assert sign_in(cast.lin).post(ASKED, ARREARS | {"caller": LIN_CREDIT_CODE}).status_code == 403
    refused = client.post(KNOWN, intake_form(stage, **ARREARS, follow="on", contact_name=""))
    assert (refused.status_code, with_class(parse(refused), "similar-own")) == (422, [mine.title])
    assert form_values(refused)["follow"] == ["on"]
    client.post(KNOWN, intake_form(stage, **ARREARS, follow="on"))
    filed = Petition.objects.order_by("pk").last()
    assert filed is not None
    assert mine.number in filed.events.get().data["similar_to"]


def test_an_occasions_code_leads_the_desk_to_its_own_form(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage)
    answer = sign_in(stage.cast.sun).get(f"/petitions/report/?from={where.key}")
    assert (answer.status_code, answer["Location"]) == (302, f"{FIND}?from={where.key}")


def test_the_desk_is_offered_the_fresh_occasions_of_its_branch_and_the_one_it_sits_at(stage: Stage) -> None:
    cast = stage.cast
    home, event = occasion(stage, "home"), occasion(stage)
    own = occasion(stage, region=cast.district)
    close(stage, occasion(stage))
    assert set(sources(cast.sun, now=stage.now)) == {home, event, own}
    assert set(sources(cast.tang, now=stage.now)) == {own}
    later = stage.now + timedelta(days=30)
    assert set(sources(cast.sun, now=later)) == {home}
    assert set(sources(cast.sun, now=later, present=event.key)) == {home, event}
