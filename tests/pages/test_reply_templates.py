"""Reply templates: kept by a department's heads, put after what was typed, never looking anything else up."""

from typing import Any

import pytest
import time_machine

from departments.models import Membership
from petitions.models import Petition, ReplyTemplate
from petitions.office.reply_templates import filled
from tests.cast import Cast, Stage, person
from tests.moments import WEDNESDAY_10AM
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, with_class
from tests.petitions.department_steps import template
from tests.petitions.verbs import CALLS

TYPED: dict[str, Any] = {"title": "已受理", "text": "{部门}已受理。", "outcome": "explained"}


def fill(client: Any, petition: Petition, row: ReplyTemplate, **typed: str) -> Any:
    values = {"template": row.pk, "outcome": "", "planned_date": "", "public_answer": ""} | typed
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        return client.post(f"/petitions/{petition.number}/fill-answer/", values, headers={"HX-Request": "true"})


def test_its_words_are_filled_in(stage: Stage) -> None:
    petition = stage.checked_in(title="货款{部门}拖欠")
    text = filled(template(stage.cast), petition=petition, now=WEDNESDAY_10AM)
    assert text == f"关于“货款{{部门}}拖欠”（{petition.number}），澜川市经信局已经办结。2026年9月9日"


def test_its_words_have_english_names(stage: Stage) -> None:
    row = template(stage.cast, text="{number} {title} {department} {date}")
    text = filled(row, petition=stage.checked_in(title="货款"), now=WEDNESDAY_10AM)
    assert text.endswith(" 货款 澜川市经信局 2026年9月9日")


def test_it_comes_after_what_was_typed_and_only_once(stage: Stage, sign_in: SignIn) -> None:
    petition, row = stage.checked_in(), template(stage.cast, text="{部门}已经办结。")
    client = sign_in(stage.cast.zhou)
    first = form_values(fill(client, petition, row))
    assert first == {"public_answer": ["澜川市经信局已经办结。"], "outcome": ["solved"], "planned_date": [""]}
    kept = fill(client, petition, row, public_answer="企业您好：", outcome="planned", planned_date="2026-10-01")
    assert form_values(kept)["outcome"] == ["planned"]
    assert form_values(kept)["planned_date"] == ["2026-10-01"]
    assert "企业您好：\n\n澜川市经信局已经办结。" in kept.content.decode()
    again = fill(client, petition, row, public_answer="企业您好：\n\n澜川市经信局已经办结。")
    assert again.content.decode().count("已经办结") == 1
    assert petition.events.count() == 3


def test_the_answer_pages_offer_the_departments_own(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    template(stage.cast)
    ReplyTemplate.objects.create(department=stage.cast.support, title="协办的", text="已经核对。")
    page = sign_in(stage.cast.zheng).get(f"/petitions/{petition.number}/answer-support/")
    assert with_class(parse(page), "chip") == ["协办的"]
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    page = sign_in(stage.cast.zhou).get(f"/petitions/{petition.number}/resolve/")
    assert with_class(parse(page), "chip") == ["已协调付款"]


def test_nobody_uses_another_departments_or_fills_where_they_may_not(stage: Stage, sign_in: SignIn) -> None:
    petition, row = stage.checked_in(with_support=True), template(stage.cast)
    statuses = {
        name: fill(sign_in(getattr(stage.cast, name)), petition, row).status_code
        for name in ("zhou", "zheng", "chen", "lin", "feng")
    }
    assert statuses == {"zhou": 200, "zheng": 404, "chen": 403, "lin": 403, "feng": 404}
    zhou = sign_in(stage.cast.zhou)
    for key in ("", "x", "0", "9" * 40):
        answer = zhou.post(f"/petitions/{petition.number}/fill-answer/", {"template": key})
        assert answer.status_code == 404


def test_a_head_adds_changes_and_deletes(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.wu)
    assert with_class(parse(client.get("/reply-templates/")), "empty-title") == ["还没有答复模板"]
    added = client.post("/reply-templates/add/", TYPED | {"department": cast.lead.pk})
    assert added["Location"] == "/reply-templates/"
    row = ReplyTemplate.objects.get()
    assert form_values(client.get(f"/reply-templates/{row.pk}/change/"))["title"] == ["已受理"]
    client.post(f"/reply-templates/{row.pk}/change/", TYPED | {"department": cast.lead.pk, "title": "已收到"})
    assert with_class(parse(client.get("/reply-templates/")), "petition-title") == ["已收到"]
    client.post(f"/reply-templates/{row.pk}/drop/")
    assert not ReplyTemplate.objects.exists()


WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "an unknown word": (
        {"text": "请联系{查询码}处理。"},
        {"text": "不认识{查询码}；可以用：{诉求编号}、{标题}、{部门}、{日期}。"},
    ),
    "a template language": ({"text": "{petition.petitioner}已办"}, {"text": "不认识{petition.petitioner}；"}),
    "too short": ({"text": "好"}, {"text": "请至少写4个字，现在是1个。"}),
    "a long name": ({"title": "长" * 41}, {"title": "最多40个字，现在是41个。"}),
    "a name that is taken": ({"title": "已协调付款"}, {"title": "本部门已有同名的模板。"}),
    "an outcome that is none": ({"outcome": "won"}, {"outcome": "选择一个有效的选项"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_beside_its_field(case: str, cast: Cast, sign_in: SignIn) -> None:
    template(cast)
    changes, sentences = WRONG[case]
    answer = sign_in(cast.wu).post("/reply-templates/add/", TYPED | {"department": cast.lead.pk} | changes)
    found = errors_beside_fields(answer)
    assert answer.status_code == 422
    assert found.keys() == sentences.keys()
    assert all(found[name].startswith(sentence) for name, sentence in sentences.items())
    assert ReplyTemplate.objects.count() == 1


def test_a_head_keeps_those_of_the_own_departments_alone(cast: Cast, sign_in: SignIn) -> None:
    row = template(cast)
    xu = person("xu", "协办部门负责人", "head", department=cast.support)
    client = sign_in(xu)
    assert client.get(f"/reply-templates/{row.pk}/change/").status_code == 404
    assert client.post(f"/reply-templates/{row.pk}/drop/").status_code == 404
    answer = client.post("/reply-templates/add/", TYPED | {"department": cast.lead.pk})
    assert errors_beside_fields(answer).keys() == {"department"}
    Membership.objects.create(user=xu, department=cast.lead)
    assert client.post("/reply-templates/add/", TYPED | {"department": cast.lead.pk}).status_code == 302
    assert sign_in(cast.zhou).get("/reply-templates/").status_code == 403
