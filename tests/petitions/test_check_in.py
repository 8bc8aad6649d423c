"""A department signs for a petition, then notes contact and progress."""

from datetime import timedelta
from typing import Any

import pytest

from departments.models import Membership
from petitions.check_in import check_in_department
from petitions.errors import NotCheckedIn
from petitions.handling import record_contact, record_progress
from petitions.models import Assignment, Petition
from petitions.steps import REPEAT_WINDOW
from record.models import Event
from tests.cast import Stage
from tests.petitions.verbs import kinds, last_event
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

CHOOSE_DEPARTMENT = {"department": "涉及多个承办部门，请选择是哪一个。"}


def part(petition: Petition, name: str = "lead") -> Assignment:
    return petition.assignments.live().get(part=name)


def contact(stage: Stage, petition: Petition, **changes: Any) -> Event:
    values: dict[str, Any] = {"by": stage.cast.zhou, "way": "phone", "text": "已与林经理通话", "now": stage.now}
    record_contact(petition=petition, **(values | changes))
    return last_event(petition)


def progress(stage: Stage, petition: Petition, **changes: Any) -> Event:
    values: dict[str, Any] = {"by": stage.cast.zhou, "text": "正在核对账目", "is_public": True, "now": stage.now}
    record_progress(petition=petition, **(values | changes))
    return last_event(petition)


def test_each_department_checks_in_for_itself(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    check_in_department(petition=petition, by=stage.cast.zheng, now=stage.tick())
    assert (part(petition, "support").checked_in_at, part(petition).checked_in_at) == (stage.now, None)
    event = last_event(petition)
    assert (event.kind, event.department, event.from_state, event.to_state) == (
        "check_in",
        stage.cast.support,
        "assigned",
        "assigned",
    )


def test_the_first_signature_counts_and_a_second_one_is_refused(stage: Stage) -> None:
    petition = stage.assigned()
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    first = stage.now
    with pytest.raises(AlreadyDone, match="已经报到"):
        check_in_department(petition=petition, by=stage.cast.wu, now=stage.tick())
    assert part(petition).checked_in_at == first
    assert kinds(petition) == ["report", "dispatch", "check_in"]


def test_somebody_of_two_departments_says_for_which(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    Membership.objects.create(user=stage.cast.zhou, department=stage.cast.support)
    with pytest.raises(InvalidInput) as refusal:
        check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    assert refusal.value.fields == CHOOSE_DEPARTMENT
    check_in_department(petition=petition, by=stage.cast.zhou, department=stage.cast.support, now=stage.tick())
    assert (part(petition, "support").checked_in_at, part(petition).checked_in_at) == (stage.now, None)


def test_nobody_signs_for_a_department_of_others(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    with pytest.raises(NotPermitted):
        check_in_department(petition=petition, by=stage.cast.zhou, department=stage.cast.support, now=stage.tick())
    assert part(petition, "support").checked_in_at is None


def test_the_first_contact_is_dated_and_later_ones_are_noted(stage: Stage) -> None:
    petition = stage.checked_in()
    event = contact(stage, petition, text=" 已与林经理通话 ")
    assert (event.kind, event.text, event.data, event.is_public) == (
        "contact",
        "已与林经理通话",
        {"way": "phone"},
        True,
    )
    first = stage.now
    contact(stage, petition, way="visit", text="上门核对账目", now=stage.tick())
    assert part(petition).contacted_at == first
    assert kinds(petition)[-2:] == ["contact", "contact"]


@pytest.mark.parametrize("is_public", [True, False])
def test_progress_is_public_or_internal_as_said(stage: Stage, is_public: bool) -> None:
    petition = stage.checked_in()
    event = progress(stage, petition, is_public=is_public)
    assert (event.kind, event.is_public, event.department) == ("progress", is_public, stage.cast.lead)


def test_work_begins_with_the_signature(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(NotCheckedIn, match="请先报到"):
        contact(stage, petition)
    with pytest.raises(NotCheckedIn, match="请先报到"):
        progress(stage, petition)
    assert (part(petition).contacted_at, kinds(petition)) == (None, ["report", "dispatch"])


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"way": "fax"}, {"way": "请选择一项。"}),
        ({"text": " "}, {"text": "请填写这一项。"}),
        ({"way": "", "text": "长" * 2001}, {"way": "请选择一项。", "text": "最多2000个字，现在是2001个。"}),
    ],
)
def test_a_contact_says_how_and_what(stage: Stage, changes: dict[str, Any], sentences: dict[str, str]) -> None:
    petition = stage.checked_in()
    with pytest.raises(InvalidInput) as refusal:
        contact(stage, petition, **changes)
    assert refusal.value.fields == sentences
    assert part(petition).contacted_at is None


@pytest.mark.parametrize(("text", "sentence"), [("", "请填写这一项。"), ("长" * 2001, "最多2000个字，现在是2001个。")])
def test_progress_says_what(stage: Stage, text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        progress(stage, stage.checked_in(), text=text)
    assert refusal.value.fields == {"text": sentence}


def test_the_same_note_right_after_is_one(stage: Stage) -> None:
    petition = stage.checked_in()
    first = contact(stage, petition)
    assert contact(stage, petition, now=stage.tick(REPEAT_WINDOW)).pk == first.pk
    first = progress(stage, petition)
    assert progress(stage, petition, now=stage.tick(REPEAT_WINDOW)).pk == first.pk
    assert kinds(petition)[-2:] == ["contact", "progress"]


def test_the_same_words_another_way_or_another_day_are_another_note(stage: Stage) -> None:
    petition = stage.checked_in()
    notes = [contact(stage, petition, text="说明了办理计划")]
    notes += [contact(stage, petition, text="说明了办理计划", way="visit")]
    notes += [progress(stage, petition, text="仍在核对", is_public=False)]
    notes += [progress(stage, petition, text="仍在核对", is_public=True)]
    stage.tick(timedelta(days=7))
    notes += [progress(stage, petition, text="仍在核对", is_public=True)]
    assert len({event.pk for event in notes}) == 5


def test_two_departments_say_the_same_and_both_are_noted(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    Membership.objects.create(user=stage.cast.zhou, department=stage.cast.support)
    first = progress(stage, petition, text="已转企业科", department=stage.cast.lead)
    second = progress(stage, petition, text="已转企业科", department=stage.cast.support)
    assert (first.department, second.department) == (stage.cast.lead, stage.cast.support)
