"""Report: what is written, what is refused and with which sentence, and the second click."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.models import Category
from enterprises.models import Assistant, Liaison
from petitions.errors import KeyReused
from petitions.models import DailyNumber, Petition
from petitions.models.number import is_number
from petitions.reporting import report_petition
from record.models import Event
from tests.cast import Stage, person
from tests.occasions import occasion
from tests.petitions.verbs import stored
from verbs.refusals import InvalidInput, NotPermitted

BODY = "我公司去年供货的货款至今未付，请帮助协调。"
REGION, ENTERPRISE = "请选择所在区县或园区。", "请选择您联络或服务的企业。"
CHOOSE, CATEGORY = "请选择一项。", "这个类别已停用，请重新选择。"
PHONE = "电话号码不正确，请填写手机号或带区号的座机号。"


def test_report_writes_the_petition_who_asked_and_one_event(stage: Stage) -> None:
    petition = stage.reported(is_confidential=True, urgency="urgent", channel="web")
    petition = stored(petition)
    assert is_number(petition.number)
    assert petition.number.startswith("20260908")
    assert (petition.state, petition.cycle, petition.reported_at) == ("reported", 1, stage.now)
    assert (petition.kind, petition.urgency, petition.channel) == ("help", "urgent", "web")
    assert petition.is_confidential
    assert len(petition.query_code) == 6
    asked = petition.petitioner
    assert (asked.enterprise, asked.filed_by, asked.is_on_behalf) == (stage.cast.enterprise, stage.cast.lin, False)
    assert (asked.contact_name, asked.contact_phone) == ("林晓", "13800000001")
    event = petition.events.get()
    assert (event.kind, event.by, event.at) == ("report", stage.cast.lin, stage.now)
    assert (event.from_state, event.to_state, event.cycle, event.is_public) == ("reported", "reported", 1, True)


def test_an_assistant_files_on_behalf_and_both_identities_are_kept(stage: Stage) -> None:
    asked = stage.reported(by=stage.cast.qian, channel="assistant").petitioner
    assert (asked.enterprise, asked.filed_by, asked.is_on_behalf) == (stage.cast.enterprise, stage.cast.qian, True)


def test_a_liaison_who_is_also_an_assistant_files_for_the_own_enterprise_as_its_liaison(stage: Stage) -> None:
    shen = person("shen", "沈双职", "liaison", "assistant")
    Liaison.objects.create(user=shen, enterprise=stage.cast.enterprise)
    Assistant.objects.create(user=shen).enterprises.set([stage.cast.enterprise, stage.cast.other_enterprise])
    assert not stage.reported(by=shen).petitioner.is_on_behalf
    assert stage.reported(by=shen, enterprise=stage.cast.other_enterprise).petitioner.is_on_behalf


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"title": "  "}, {"title": "请填写这一项。"}),
        ({"title": "长" * 101}, {"title": "最多100个字，现在是101个。"}),
        ({"body": ""}, {"body": "请填写这一项。"}),
        ({"body": " 太短的一句话。 "}, {"body": "请至少写10个字，现在是7个。"}),
        ({"body": "长" * 5001}, {"body": "最多5000个字，现在是5001个。"}),
        ({"body": "长" * 10_000}, {"body": "最多5000个字，现在是10000个。"}),
        ({"kind": "order"}, {"kind": CHOOSE}),
        ({"kind": ""}, {"kind": CHOOSE}),
        ({"urgency": "now"}, {"urgency": CHOOSE}),
        ({"channel": "fax"}, {"channel": CHOOSE}),
        ({"region": None}, {"region": REGION}),
        ({"contact_name": ""}, {"contact_name": "请填写这一项。"}),
        ({"contact_name": "名" * 41}, {"contact_name": "最多40个字，现在是41个。"}),
        ({"contact_phone": "12"}, {"contact_phone": PHONE}),
        ({"contact_phone": "打我手机"}, {"contact_phone": PHONE}),
        ({"contact_phone": "+86 138 0000 0001 ext. 1234567"}, {"contact_phone": PHONE}),
        ({"enterprise": None}, {"enterprise": ENTERPRISE}),
        ({"submission_key": "k" * 65}, {"submission_key": "提交编号最多64个字符。"}),
        (
            {"title": "", "body": "短", "kind": "", "region": None, "enterprise": None, "contact_phone": "1"},
            {
                "title": "请填写这一项。",
                "body": "请至少写10个字，现在是1个。",
                "contact_phone": PHONE,
                "kind": CHOOSE,
                "region": REGION,
                "enterprise": ENTERPRISE,
            },
        ),
    ],
)
def test_bad_fields_get_a_sentence_each_and_nothing_is_written(
    stage: Stage, changes: dict[str, Any], sentences: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        stage.reported(**changes)
    assert refusal.value.fields == sentences
    assert (Petition.objects.count(), Event.objects.count(), DailyNumber.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "长" * 100, "body": "长" * 5000},
        {"body": "  刚好十个字的一句话！\n"},
        {"contact_phone": ""},
        {"contact_phone": "0999-0161820"},
        {"contact_phone": "+86 138 0000 0001"},
        {"category": None},
        {"submission_key": "k" * 64},
    ],
)
def test_what_is_just_inside_the_limits_passes(stage: Stage, changes: dict[str, Any]) -> None:
    assert stage.reported(**changes).state == "reported"


def test_spaces_around_and_nul_inside_are_taken_off(stage: Stage) -> None:
    petition = stage.reported(title=" 拖欠\x00货款 ", body=f"\n{BODY}\x00\n", contact_phone=" 1380000\x000001 ")
    petition = stored(petition)
    assert (petition.title, petition.body) == ("拖欠货款", BODY)
    assert petition.petitioner.contact_phone == "13800000001"


def test_a_category_that_was_closed_since_or_is_only_a_group_is_refused(stage: Stage) -> None:
    group = Category.objects.get(code="funds")
    with pytest.raises(InvalidInput) as refusal:
        stage.reported(category=group)
    assert refusal.value.fields == {"category": CATEGORY}
    Category.objects.filter(pk=stage.cast.category.pk).update(is_active=False)
    stage.cast.category.refresh_from_db()
    with pytest.raises(InvalidInput) as refusal:
        stage.reported()
    assert refusal.value.fields == {"category": CATEGORY}


def test_nobody_files_for_another_enterprise(stage: Stage) -> None:
    for by in (stage.cast.lin, stage.cast.qian):
        with pytest.raises(InvalidInput) as refusal:
            stage.reported(by=by, enterprise=stage.cast.other_enterprise)
        assert refusal.value.fields == {"enterprise": ENTERPRISE}
    with pytest.raises(NotPermitted):
        stage.reported(by=stage.cast.zhou)


def test_the_second_click_is_the_same_petition(stage: Stage) -> None:
    first = stage.reported(submission_key="click-1")
    second = stage.reported(submission_key="click-1", title=" 整车厂拖欠货款八个月 ")
    assert second.pk == first.pk
    assert (Petition.objects.count(), Event.objects.count()) == (1, 1)
    assert DailyNumber.objects.get().last == 1


def a_file(content: bytes = b"1", name: str = "合同.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


CHANGES: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "title": lambda _stage: {"title": "另一件事"},
    "body": lambda _stage: {"body": "换了一件完全不同的事情来反映。"},
    "kind": lambda _stage: {"kind": "complaint"},
    "urgency": lambda _stage: {"urgency": "urgent"},
    "category": lambda _stage: {"category": None},
    "region": lambda stage: {"region": stage.cast.district},
    "channel": lambda _stage: {"channel": "api"},
    "occasion": lambda stage: {"occasion": occasion(stage)},
    "contact": lambda _stage: {"contact_name": "林小晓"},
    "phone": lambda _stage: {"contact_phone": "13800000002"},
    "confidential": lambda _stage: {"is_confidential": True},
    "followed": lambda _stage: {"follow": True},
    "a file more": lambda _stage: {"files": [a_file(), a_file(b"2", "发票.txt")]},
    "no file": lambda _stage: {"files": []},
    "another content": lambda _stage: {"files": [a_file(b"2")]},
    "another name": lambda _stage: {"files": [a_file(name="发票.txt")]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_key_is_for_one_content_whatever_differs(change: str, stage: Stage) -> None:
    first = stage.reported(submission_key="click-1", files=[a_file()])
    with pytest.raises(KeyReused, match=first.number):
        stage.reported(**({"submission_key": "click-1", "files": [a_file()]} | CHANGES[change](stage)))
    assert stage.reported(submission_key="click-1", files=[a_file()]).pk == first.pk
    assert (Petition.objects.count(), first.attachments.count()) == (1, 1)


def test_the_same_key_of_two_people_makes_two_petitions(stage: Stage) -> None:
    first = stage.reported(submission_key="click-1")
    second = stage.reported(submission_key="click-1", by=stage.cast.qian)
    assert first.pk != second.pk


def test_petitions_without_a_key_are_never_taken_for_one_another(stage: Stage) -> None:
    assert stage.reported().pk != stage.reported().pk


def test_the_system_files_what_it_imports_without_an_enterprise(stage: Stage) -> None:
    report = stage.report_form(enterprise=None, category=None, channel="import", source="letters", source_id="7")
    asked = report_petition(report=report, by=stage.cast.system, now=stage.tick()).petitioner
    assert (asked.enterprise, asked.is_on_behalf) == (None, False)
