"""Filing a petition: every wrong field says why beside it and keeps what was typed; twice the same form is once."""

import itertools
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from departments.models import Category
from files import checking
from petitions.models import Petition
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, with_class
from tests.pages.typed import report_form

REPORT = "/petitions/report/"
LONG = "路" * 10_000


def a_file(name: str = "合同.txt", content: bytes = b"1") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_empty_form_knows_who_files_and_where(stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    cast.lin.phone = "13800000001"
    cast.lin.save()
    values = form_values(sign_in(cast.lin).get(REPORT))
    key = values.pop("submission_key")
    assert values == {
        "next": [REPORT],  # of the language switch
        "title": [""],
        "body": [""],
        "category": [""],
        "urgency": ["normal"],  # the kind is not preselected
        "enterprise": [str(cast.enterprise.pk)],
        "region": [str(cast.city.pk)],
        "contact_name": ["林晓"],
        "contact_phone": ["13800000001"],
    }
    assert form_values(sign_in(cast.lin).get(REPORT))["submission_key"] != key


def test_a_petition_is_filed_and_its_page_says_so(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    typed = report_form(stage, files=[a_file(), a_file("照片说明.txt")])
    answer = client.post(REPORT, typed, follow=True)
    petition = Petition.objects.get()
    assert answer.redirect_chain == [(f"/petitions/{petition.number}/", 302)]
    assert f"诉求已提交，编号 {petition.number}。" in with_class(parse(answer), "alert-success")
    assert petition.attachments.count() == 2
    assert (petition.channel, petition.petitioner.is_on_behalf) == ("web", False)


def test_an_assistant_files_on_behalf(stage: Stage, sign_in: SignIn) -> None:
    sign_in(stage.cast.qian).post(REPORT, report_form(stage))
    petition = Petition.objects.get()
    assert (petition.channel, petition.petitioner.is_on_behalf) == ("assistant", True)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "empty title": ({"title": ""}, "title"),
    "title of 101": ({"title": "路" * 101}, "title"),
    "empty body": ({"body": ""}, "body"),
    "body of spaces": ({"body": " \n\t　"}, "body"),
    "short body": ({"body": "积水了"}, "body"),
    "body of 10,000": ({"body": LONG}, "body"),
    "body with NUL": ({"body": "厂区门口道路\x00积水严重"}, "body"),
    "no kind": ({"kind": ""}, "kind"),
    "unknown kind": ({"kind": "joke"}, "kind"),
    "unknown urgency": ({"urgency": "yesterday"}, "urgency"),
    "no region": ({"region": ""}, "region"),
    "region of letters": ({"region": "linjiang"}, "region"),
    "no enterprise": ({"enterprise": ""}, "enterprise"),
    "no contact": ({"contact_name": " "}, "contact_name"),
    "long contact": ({"contact_name": "林" * 41}, "contact_name"),
    "wrong phone": ({"contact_phone": "12"}, "contact_phone"),
    "phone of words": ({"contact_phone": "打给我"}, "contact_phone"),
    "unknown category": ({"category": "999999"}, "category"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_field_says_why_and_nothing_typed_is_lost(case: str, stage: Stage, sign_in: SignIn) -> None:
    changes, field = WRONG[case]
    typed = report_form(stage, **changes)
    answer = sign_in(stage.cast.lin).post(REPORT, typed)
    assert answer.status_code == 422
    assert list(errors_beside_fields(answer)) == [field]
    assert errors_beside_fields(answer)[field]
    assert with_class(parse(answer), "alert-danger") == ["还没有提交，请改正标红的内容。"]
    kept = form_values(answer)
    choices = ("kind", "urgency", "region", "enterprise", "category")
    for name, value in typed.items():
        if name != field or name not in choices:
            assert [text.strip() for text in kept[name]] == [str(value).strip()], name
    assert not Petition.objects.exists()


def test_a_long_body_is_counted(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.lin).post(REPORT, report_form(stage, body=LONG))
    assert errors_beside_fields(answer)["body"] == "最多5000个字，现在是10000个。"


def test_several_wrong_fields_are_all_named_at_once(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    answer = client.post(REPORT, report_form(stage, body=LONG, contact_phone="12"))
    assert set(errors_beside_fields(answer)) == {"body", "contact_phone"}
    answer = client.post(REPORT, report_form(stage, body=LONG, contact_phone="12", files=[a_file("a.exe")]))
    assert set(errors_beside_fields(answer)) == {"files"}
    assert form_values(answer)["body"] == [LONG]


def test_a_category_that_died_while_the_form_was_open(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    chosen = stage.cast.category
    assert str(chosen.pk) in client.get(REPORT).content.decode()
    Category.objects.filter(pk=chosen.pk).update(is_active=False)
    answer = client.post(REPORT, report_form(stage))
    assert errors_beside_fields(answer) == {"category": "这个类别已停用，请重新选择。"}
    assert form_values(answer)["body"] == [report_form(stage)["body"]]


def test_an_enterprise_of_somebody_else_cannot_be_chosen(stage: Stage, sign_in: SignIn) -> None:
    typed = report_form(stage, enterprise=stage.cast.other_enterprise.pk)
    answer = sign_in(stage.cast.lin).post(REPORT, typed)
    assert list(errors_beside_fields(answer)) == ["enterprise"]
    assert "远帆物流" not in answer.content.decode()


FILES = {
    "forbidden type": ([a_file("病毒.exe", b"MZ")], "“病毒.exe”：不支持这种类型"),
    "content of another type": ([a_file("照片.png", b"%PDF-1.4")], "“照片.png”：内容是PDF，扩展名却是.png。"),
    "too big": ([a_file("图纸.txt", b"x" * 65)], "“图纸.txt”：超过20 MB。"),
    "empty": ([a_file("空.txt", b"")], "“空.txt”：文件是空的。"),
    "ten": ([a_file(f"{place}.txt") for place in range(10)], "“9.txt”没有上传：一次最多9个附件。"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_kept_is_named(
    case: str, stage: Stage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, sentence = FILES[case]
    for file in files:
        file.seek(0)
    monkeypatch.setattr(checking, "SIZE_MAX", 64)
    answer = sign_in(stage.cast.lin).post(REPORT, report_form(stage, files=files))
    assert answer.status_code == 422
    assert errors_beside_fields(answer)["files"].startswith(sentence)
    assert form_values(answer)["body"] == [report_form(stage)["body"]]
    assert not Petition.objects.exists()


def test_a_body_above_what_any_form_holds_is_refused_politely(
    stage: Stage, sign_in: SignIn, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = sign_in(stage.cast.lin).post(REPORT, report_form(stage, body=LONG))
    assert answer.status_code == 400
    assert with_class(parse(answer), "empty-title") == ["请求有误"]


def test_a_double_click_files_one_petition(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    answers = [client.post(REPORT, report_form(stage)) for _click in range(2)]
    petition = Petition.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/petitions/{petition.number}/"] * 2
    assert petition.events.count() == 1


def test_the_same_form_with_another_text_is_refused(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    client.post(REPORT, report_form(stage))
    other = report_form(stage, body="改成另外一件事，厂区停水三天了。")
    answer = client.post(REPORT, other)
    assert answer.status_code == 409
    assert "这次的内容与它不同" in with_class(parse(answer), "alert-danger")[0]
    assert form_values(answer)["body"] == [other["body"]]
    assert Petition.objects.count() == 1


def test_two_forms_are_two_petitions(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    keys = [form_values(client.get(REPORT))["submission_key"][0] for _form in range(2)]
    for key in keys:
        client.post(REPORT, report_form(stage, submission_key=key))
    numbers = Petition.objects.order_by("pk").values_list("number", flat=True)
    assert len(set(itertools.chain(numbers, keys))) == 4
