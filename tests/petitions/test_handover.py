"""Who of a department does the work: handed over by colleagues, or taken by checking in."""

import pytest

from departments.models import Membership
from notices.models import Notice
from petitions.check_in import check_in_department
from petitions.models import Petition
from petitions.office.handover import hand_over
from tests.cast import Stage, person
from tests.petitions.verbs import CALLS, kinds, last_event
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def handler(petition: Petition, part: str = "lead") -> str | None:
    row = petition.assignments.live().filter(cycle=petition.cycle).get(part=part)
    return row.handler and row.handler.username


def told(petition: Petition) -> set[str]:
    return set(Notice.objects.filter(event=last_event(petition)).values_list("recipient__username", flat=True))


def test_the_person_has_it_and_alone_is_told(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    hand_over(petition=petition, by=stage.cast.wu, to=stage.cast.zhou, note="请跟进", now=stage.tick())
    assert (handler(petition), handler(petition, "support")) == ("zhou", None)
    event = last_event(petition)
    assert (event.kind, event.is_public, event.text) == ("hand_over", False, "请跟进")
    assert event.data == {"handler": stage.cast.zhou.pk, "handler_name": "周经办"}
    assert told(petition) == {"zhou"}


def test_whoever_takes_it_is_not_told_of_it(stage: Stage) -> None:
    petition = stage.assigned()
    hand_over(petition=petition, by=stage.cast.zhou, to=stage.cast.zhou, now=stage.tick())
    assert (handler(petition), told(petition)) == ("zhou", set())


def test_again_to_the_same_person_is_the_same(stage: Stage) -> None:
    petition = stage.assigned()
    for _time in range(2):
        hand_over(petition=petition, by=stage.cast.wu, to=stage.cast.zhou, now=stage.tick())
    assert kinds(petition).count("hand_over") == 1
    hand_over(petition=petition, by=stage.cast.zhou, to=stage.cast.wu, now=stage.tick())
    assert (handler(petition), kinds(petition).count("hand_over")) == ("wu", 2)


def test_only_people_at_work_in_the_department_get_it(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    lead = stage.cast.lead
    others = [
        stage.cast.zheng,
        stage.cast.chen,
        person("left", "离职的人", "handler", department=lead, is_active=False),
        person("guest", "没有角色的人", department=lead),
    ]
    for to in others:
        with pytest.raises(InvalidInput) as refusal:
            hand_over(petition=petition, by=stage.cast.wu, to=to, now=stage.tick())
        assert refusal.value.fields == {"to": "请选择本部门在岗的人员。"}
    assert handler(petition) is None


def test_somebody_of_two_departments_says_for_which(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    Membership.objects.create(user=stage.cast.zhou, department=stage.cast.support)
    with pytest.raises(InvalidInput, match="多个承办部门"):
        hand_over(petition=petition, by=stage.cast.zhou, to=stage.cast.zhou, now=stage.tick())
    hand_over(
        petition=petition, by=stage.cast.zhou, to=stage.cast.zheng, department=stage.cast.support, now=stage.tick()
    )
    assert (handler(petition), handler(petition, "support")) == (None, "zheng")


def test_what_was_answered_is_not_handed_on(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    with pytest.raises(AlreadyDone):
        hand_over(petition=petition, by=stage.cast.zheng, to=stage.cast.zheng, now=stage.tick())
    with pytest.raises(NotPermitted):
        hand_over(petition=petition, by=stage.cast.feng, to=stage.cast.feng, now=stage.tick())


def test_whoever_checks_in_what_nobody_has_becomes_its_handler(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    assert (handler(petition), handler(petition, "support")) == ("zhou", None)


def test_a_check_in_takes_nothing_from_whom_it_was_handed_to(stage: Stage) -> None:
    petition = stage.assigned()
    hand_over(petition=petition, by=stage.cast.wu, to=stage.cast.wu, now=stage.tick())
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    assert handler(petition) == "wu"


def test_the_machine_becomes_nobodys_handler(stage: Stage) -> None:
    petition = stage.assigned()
    check_in_department(petition=petition, by=stage.cast.system, department=stage.cast.lead, now=stage.tick())
    assert handler(petition) is None
