"""The dispatcher's form: what it proposes, what it tells of a return, the lead field that follows the category."""

import json

import pytest

from departments.catalogue import import_catalogue
from departments.models import Category, CategoryLead, Department, Level
from petitions.proposals.learning import refresh_routing_model
from petitions.proposals.proposing import propose
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, parse, text, with_class
from tests.pages.typed import FORMS
from tests.petitions.send_backs import sent_back
from tests.petitions.test_proposals import ARREARS, JOINT, SCHOOL, TAX


def test_the_form_proposes_who_leads_the_category(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported(urgency="pressing")
    values = form_values(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/"))
    assert values["lead"] == [str(stage.cast.lead.pk)]
    assert values["category"] == [str(stage.cast.category.pk)]
    assert values["urgency"] == ["pressing"]
    assert "supports" not in values


def test_a_petition_of_a_district_is_proposed_to_its_branch(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported(region=stage.cast.district)
    values = form_values(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/"))
    assert values["lead"] == [str(stage.cast.branch.pk)]


def test_without_a_category_nothing_is_proposed_and_the_form_asks_for_one(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported(category=None)
    client = sign_in(stage.cast.sun)
    at = f"/petitions/{petition.number}/dispatch/"
    assert (form_values(client.get(at))["lead"], form_values(client.get(at))["category"]) == ([""], [""])
    answer = client.post(at, FORMS["dispatch"](stage, petition) | {"category": ""})
    assert set(errors_beside_fields(answer)) == {"category"}


@pytest.fixture
def second_category(stage: Stage) -> Category:
    parent = stage.cast.category.parent
    category = Category.objects.create(code="funds.loan", name="融资", parent=parent, service_level="ordinary")
    CategoryLead.objects.create(category=category, level=Level.CITY, department=stage.cast.other_department)
    return category


def test_another_category_brings_its_lead(stage: Stage, second_category: Category, sign_in: SignIn) -> None:
    petition = stage.reported()
    client = sign_in(stage.cast.sun)
    at = f"/petitions/{petition.number}/propose-lead/"
    answer = client.get(at, {"category": second_category.pk}, headers={"HX-Request": "true"})
    assert form_values(answer) == {"lead": [str(stage.cast.other_department.pk)]}
    assert next(attributes(element).get("id") for element in elements(parse(answer))) == "lead"


def test_a_lead_that_a_person_chose_stays_when_the_category_changes(
    stage: Stage, second_category: Category, sign_in: SignIn
) -> None:
    cast, petition = stage.cast, stage.reported()
    at = f"/petitions/{petition.number}/propose-lead/"
    asked = {"category": second_category.pk, "proposed": cast.lead.pk}
    for chosen, kept in ((cast.support, cast.support), (cast.lead, cast.other_department)):
        answer = sign_in(cast.sun).get(at, asked | {"lead": chosen.pk}, headers={"HX-Request": "true"})
        assert form_values(answer) == {"lead": [str(kept.pk)]}
        is_named = "这个类别由教体局主办；您已选的主办部门没有改动。" in answer.content.decode()
        assert is_named == (chosen == cast.support)


@pytest.mark.parametrize("lead", ["x", "-1", "²", "9" * 5000, "1;--"])
def test_a_chosen_lead_that_is_none_chooses_nobody(lead: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    asked = {"category": stage.cast.category.pk, "lead": lead, "proposed": ""}
    answer = sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/propose-lead/", asked)
    assert (answer.status_code, form_values(answer)) == (200, {"lead": [str(stage.cast.lead.pk)]})


@pytest.mark.parametrize(("kind", "urgency"), [("help", "normal"), ("consult", "urgent"), ("suggestion", "pressing")])
def test_the_form_keeps_the_kind_and_urgency_that_a_person_chose(
    kind: str, urgency: str, stage: Stage, sign_in: SignIn
) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported(kind=kind, urgency=urgency)
    page = sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/")
    assert propose(petition).unlike
    assert (form_values(page)["kind"], form_values(page)["urgency"]) == ([kind], [urgency])
    assert f"现为“{petition.get_kind_display()}”，系统的建议不会改动这一项。" in text(parse(page))


def test_a_proposal_says_in_a_word_how_likely_it_is(stage: Stage, sign_in: SignIn) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    client = sign_in(stage.cast.sun)
    for words, likelihood in (
        ({"title": "请协调货款", "body": "货款一年没付，多次催要账款和尾款。"}, "很可能"),
        ({"title": "以后的两台", "body": "我们以后请政府给两台。"}, "不确定"),
    ):
        page = parse(client.get(f"/petitions/{stage.reported(**words).number}/dispatch/"))
        (proposals,) = with_class(page, "proposals")
        assert likelihood in proposals
        assert "匹配度" not in proposals


@pytest.mark.parametrize("chosen", ["", "x", "-1", "0", "²", "9" * 30, "9" * 5000, "1;--"])
def test_a_category_that_is_none_proposes_nobody(chosen: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    answer = sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/propose-lead/", {"category": chosen})
    assert answer.status_code == 200
    assert form_values(answer) == {"lead": [""]}


def test_a_return_is_told_with_its_reason_and_proposal(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    sent_back(stage, petition, basis="依据职责清单第12条")
    client = sign_in(stage.cast.sun)
    (told,) = with_class(parse(client.get(f"/petitions/{petition.number}/dispatch/")), "alert-warning")
    for words in ("经信局 于 09-08", "不属于本部门职责", "依据职责清单第12条", "建议承办：教体局"):
        assert words in told
    (row,) = with_class(parse(client.get("/petitions/to-dispatch/")), "petition-row")
    assert "被退单" in row


WRONG = {
    "lead and support": ({"supports": "lead"}, {"supports": "主办部门不能同时是协办部门。"}),
    "dead category": ({"category": "dead"}, {"category": "这个类别已停用，请重新选择。"}),
    "closed department": ({"lead": "closed"}, {"lead": "选择一个有效的选项： 该选择不在可用的选项中。"}),
    "long note": ({"note": "长" * 2001}, {"note": "最多2000个字，现在是2001个。"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_placement_that_cannot_be_is_explained_beside_its_field(case: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    changes, expected = WRONG[case]
    closed, dead = stage.cast.fallback, stage.cast.category
    meant = {"lead": stage.cast.lead.pk, "dead": dead.pk, "closed": closed.pk}
    client = sign_in(stage.cast.sun)
    typed = FORMS["dispatch"](stage, petition) | {key: meant.get(value, value) for key, value in changes.items()}
    client.get(f"/petitions/{petition.number}/dispatch/")
    Department.objects.filter(pk=closed.pk).update(is_active=False)
    if case == "dead category":
        Category.objects.filter(pk=dead.pk).update(is_active=False)
    answer = client.post(f"/petitions/{petition.number}/dispatch/", typed)
    assert answer.status_code == 422
    assert errors_beside_fields(answer) == expected
    assert form_values(answer)["note"] == [typed["note"]]
    petition.refresh_from_db(fields=["assigned_at"])
    assert petition.assigned_at is None


def test_nine_supports_are_too_many(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    city = {"level": Level.CITY, "region": stage.cast.city}
    many = [Department.objects.create(code=f"d{n}", short_name=f"局{n}", name=f"市局{n}", **city) for n in range(9)]
    typed = FORMS["dispatch"](stage, petition) | {"supports": [unit.pk for unit in many]}
    answer = sign_in(stage.cast.sun).post(f"/petitions/{petition.number}/dispatch/", typed)
    assert errors_beside_fields(answer) == {"supports": "协办部门最多8个。"}
    assert form_values(answer)["supports"] == [str(unit.pk) for unit in many]


def test_departments_are_grouped_by_region(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    page = parse(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/"))
    assert with_class(page, "tick-group") == ["澜川市", "临江区"]
    groups = [attributes(element)["label"] for element in elements(page) if element.name == "optgroup"]
    assert groups == ["资金与账款", "澜川市", "临江区"]
    assert "临江区政府" in text(page)


def test_what_the_text_proposes_is_told_with_its_reason_and_fills_the_form(stage: Stage, sign_in: SignIn) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX | {"partners": "经信局"}, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported(**JOINT)
    page = parse(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/"))
    (told,) = with_class(page, "proposals")
    assert "建议联合办理，协办：" in told
    assert "诉求类型：投诉；紧急程度：较急。" in told
    fills = [
        json.loads(attributes(element)["data-fill"]) for element in elements(page) if "data-fill" in attributes(element)
    ]
    lead, support = stage.cast.lead.pk, stage.cast.support.pk
    assert [fill["lead"] for fill in fills][:2] in ([[str(lead)], [str(support)]], [[str(support)], [str(lead)]])
    assert fills[0]["supports"] == fills[1]["lead"]
    assert set(fills[0]) == {"lead", "supports"}
    assert "与已选的不同，仅供参考，不会自动改动。" in told
    assert any(reason.startswith("职责：") for reason in with_class(page, "proposal-reason"))


def test_before_anything_is_known_the_form_proposes_nothing_from_the_text(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    assert with_class(parse(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/")), "proposals") == []
