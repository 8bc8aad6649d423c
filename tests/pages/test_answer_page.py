"""The answer's form: a planned date and its outcome belong together, supports come first, files go with it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.models import Membership
from petitions.models import Petition, State
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, with_class
from tests.pages.typed import answer_form
from tests.petitions.verbs import stored


def resolve(client: Any, petition: Petition, typed: dict[str, Any]) -> Any:
    return client.post(f"/petitions/{petition.number}/resolve/", typed)


WRONG = {
    "planned without a date": ({"outcome": "planned"}, {"planned_date": "列入计划的请填写计划完成日期。"}),
    "planned for today": (
        {"outcome": "planned", "planned_date": "2026-09-08"},
        {"planned_date": "计划完成日期应在今天之后。"},
    ),
    "a date that is none": ({"planned_date": "2026-02-30"}, {"planned_date": "输入一个有效的日期。"}),
    "no outcome": ({"outcome": ""}, {"outcome": "该字段是必填项。"}),
    "no answer": ({"public_answer": ""}, {"public_answer": "该字段是必填项。"}),
    "short answer": ({"public_answer": "已办"}, {"public_answer": "请至少写4个字，现在是2个。"}),
    "long answer": ({"public_answer": "长" * 5001}, {"public_answer": "最多5000个字，现在是5001个。"}),
    "long note": ({"internal_note": "长" * 2001}, {"internal_note": "最多2000个字，现在是2001个。"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_answer_that_cannot_be_given_is_explained(case: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    changes, expected = WRONG[case]
    typed = answer_form(stage, petition) | changes
    with time_machine.travel(stage.now, tick=False):
        answer = resolve(sign_in(stage.cast.zhou), petition, typed)
    assert answer.status_code == 422
    assert errors_beside_fields(answer) == expected
    for name in ("public_answer", "internal_note"):
        assert form_values(answer)[name] == [typed[name]]
    assert stored(petition).state == State.ASSIGNED


def test_a_plan_with_its_date_is_an_answer(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    day = (stage.now + timedelta(days=30)).date().isoformat()
    with time_machine.travel(stage.now, tick=False):
        client = sign_in(stage.cast.zhou)
        resolve(client, petition, answer_form(stage, petition) | {"outcome": "planned", "planned_date": day})
        page = client.get(f"/petitions/{petition.number}/").content.decode()
    assert f"计划完成日期：{day[5:]} 周" in page


def test_the_lead_waits_for_its_supports_and_keeps_what_it_wrote(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    typed = answer_form(stage, petition)
    answer = resolve(sign_in(stage.cast.zhou), petition, typed)
    assert answer.status_code == 409
    assert "协办单位尚未答复：税务局。全部答复后主办单位才能办结。" in with_class(parse(answer), "alert-danger")
    assert form_values(answer)["public_answer"] == [typed["public_answer"]]


def test_before_the_check_in_nothing_is_answered(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    answer = resolve(sign_in(stage.cast.zhou), petition, answer_form(stage, petition))
    assert answer.status_code == 409
    assert "请先报到，再办理这件诉求。" in with_class(parse(answer), "alert-danger")


def test_a_departments_file_goes_with_its_answer(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    file = SimpleUploadedFile("付款凭证.txt", b"1")
    resolve(sign_in(stage.cast.zhou), petition, answer_form(stage, petition) | {"files": [file]})
    page = sign_in(stage.cast.lin).get(f"/petitions/{petition.number}/").content.decode()
    assert "付款凭证.txt" in page
    assert "部门提供" in page


def test_who_works_in_two_of_the_departments_says_for_which(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    Membership.objects.create(user=stage.cast.zhou, department=stage.cast.support)
    client = sign_in(stage.cast.zhou)
    asked = client.post(f"/petitions/{petition.number}/check-in/")
    assert asked.status_code == 422
    assert list(errors_beside_fields(asked)) == ["department"]
    for department in (stage.cast.support, stage.cast.lead):
        client.post(f"/petitions/{petition.number}/check-in/", {"department": department.pk})
    assert all(petition.assignments.values_list("checked_in_at", flat=True))
    note = {"text": "正在核对账目", "department": stage.cast.support.pk}
    client.post(f"/petitions/{petition.number}/progress/", note)
    assert petition.events.get(kind="progress").department == stage.cast.support
