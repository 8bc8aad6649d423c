"""A department says when it calls or visits; the enterprise agrees or names another time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from notices.models import Notice
from petitions.appointments import APPOINTED_AHEAD, confirm_appointment, move_appointment, propose_appointment
from petitions.errors import FollowsParent
from petitions.models import Assignment, Petition
from petitions.models.assignment import Appointment
from tests.cast import HOUR, Stage
from tests.petitions.behind_the_verbs import Act, assert_refuses
from tests.petitions.offers import offers
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import CALLS, kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

DAY = timedelta(days=1)


def propose(stage: Stage, petition: Petition, at: datetime, **changes: Any) -> None:
    values: dict[str, Any] = {"by": stage.cast.zhou, "method": "visit", "text": "请备好合同", "now": stage.tick()}
    propose_appointment(petition=petition, at=at, **(values | changes))


def appointment(petition: Petition, name: str = "lead") -> Appointment | None:
    return petition.assignments.live().get(part=name).appointment


def told(petition: Petition) -> set[str]:
    """Whose inbox has the petition's last event."""
    notices = Notice.objects.filter(event=last_event(petition), channel="inbox")
    return set(notices.values_list("recipient__username", flat=True))


def test_proposing_a_time_is_checking_in_and_the_enterprise_is_told(stage: Stage) -> None:
    petition, at = stage.assigned(), stage.now + 2 * DAY
    propose(stage, petition, at)
    part = petition.assignments.get()
    assert (part.checked_in_at, part.handler) == (stage.now, stage.cast.zhou)
    assert not petition.clocks.running().filter(promise="check_in").exists()
    assert appointment(petition) == Appointment(method="visit", at=at)
    assert kinds(petition)[-2:] == ["check_in", "propose_appointment"]
    event = last_event(petition)
    assert (event.text, event.is_public, event.department) == ("请备好合同", True, stage.cast.lead)
    assert told(petition) == {"lin"}


def test_whoever_filed_on_behalf_is_told_and_may_agree(stage: Stage) -> None:
    petition, at, cast = stage.checked_in(by=stage.cast.sun), stage.now + 2 * DAY, stage.cast
    propose(stage, petition, at)
    assert told(petition) == {"lin", "sun"}
    confirm_appointment(petition=petition, by=cast.sun, at=at, now=stage.tick())
    assert told(petition) == {"lin", "zhou", "wu"}


def test_nobody_agrees_to_a_time_that_has_changed_meanwhile(stage: Stage) -> None:
    petition, at = stage.checked_in(), stage.now + 2 * DAY
    propose(stage, petition, at)
    propose(stage, petition, at + DAY)
    with pytest.raises(AlreadyDone, match="改了预约的时间"):
        confirm_appointment(petition=petition, by=stage.cast.lin, at=at, now=stage.tick())


ENDS: dict[str, Callable[[Stage, Petition], object]] = {
    "sent back": lambda stage, petition: sent_back(stage, petition),
    "removed": lambda stage, petition: CALLS["remove_support"](stage, petition, stage.cast.sun, stage.tick()),
    "waived": lambda stage, petition: CALLS["waive_support"](stage, petition, stage.cast.chen, stage.tick()),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_enterprise_is_told_when_nobody_will_come(end: str, stage: Stage) -> None:
    petition, at = stage.assigned(with_support=True), stage.now + 9 * DAY
    by = stage.cast.zhou if end == "sent back" else stage.cast.zheng
    propose(stage, petition, at, by=by)
    ENDS[end](stage, petition)
    assert kinds(petition).count("cancel_appointment") == 1
    cancelled = petition.events.get(kind="cancel_appointment")
    assert (cancelled.department, cancelled.is_public) == (by.memberships.get().department, True)
    assert set(Notice.objects.filter(event=cancelled).values_list("recipient__username", flat=True)) == {"lin"}


def test_what_has_passed_is_not_cancelled(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    propose(stage, petition, stage.now + 2 * HOUR, by=stage.cast.zheng)
    stage.tick(DAY)
    CALLS["remove_support"](stage, petition, stage.cast.sun, stage.tick())
    assert "cancel_appointment" not in kinds(petition)


def test_the_enterprise_agrees_once(stage: Stage) -> None:
    petition, at = stage.checked_in(), stage.now + 2 * DAY
    propose(stage, petition, at)
    confirm_appointment(petition=petition, by=stage.cast.lin, at=at, now=stage.tick())
    assert appointment(petition) == Appointment(method="visit", at=at, confirmed_at=stage.now)
    assert "zhou" in told(petition)
    with pytest.raises(AlreadyDone, match="已经确认过"):
        confirm_appointment(petition=petition, by=stage.cast.lin, at=at, now=stage.tick())


def test_the_enterprise_names_another_time_and_the_department_may_again(stage: Stage) -> None:
    petition, at = stage.checked_in(), stage.now + 2 * DAY
    propose(stage, petition, at)
    move_appointment(petition=petition, by=stage.cast.lin, at=at + DAY, text="明天停工", now=stage.tick())
    assert appointment(petition) == Appointment(method="visit", at=at + DAY, confirmed_at=stage.now)
    assert "zhou" in told(petition)
    propose(stage, petition, at + 2 * DAY, method="call")
    assert appointment(petition) == Appointment(method="call", at=at + 2 * DAY)
    with pytest.raises(AlreadyDone, match="就是这个时间"):
        propose(stage, petition, at + 2 * DAY, method="call")
    with pytest.raises(AlreadyDone, match="就是这个时间"):
        move_appointment(petition=petition, by=stage.cast.lin, at=at + 2 * DAY, now=stage.tick())


def test_a_time_that_passed_is_not_agreed_to_but_moved(stage: Stage) -> None:
    petition, at = stage.checked_in(), stage.now + 2 * HOUR
    propose(stage, petition, at)
    stage.now = at
    with pytest.raises(AlreadyDone, match="已过"):
        confirm_appointment(petition=petition, by=stage.cast.lin, at=at, now=at)
    assert "confirm_appointment" not in offers(petition, stage.cast.lin, at)
    move_appointment(petition=petition, by=stage.cast.lin, at=at + DAY, now=at)


@pytest.mark.parametrize("ahead", [timedelta(0), -HOUR, APPOINTED_AHEAD + timedelta(seconds=1)])
def test_a_time_that_is_past_or_far_off_is_refused_beside_its_field(ahead: timedelta, stage: Stage) -> None:
    petition = stage.checked_in()
    with pytest.raises(InvalidInput) as refused:
        propose(stage, petition, stage.now + HOUR + ahead, method="pigeon", text="长" * 2001)
    assert set(refused.value.fields) == {"method", "at", "text"}
    propose(stage, petition, stage.now + DAY)
    with pytest.raises(InvalidInput) as refused:
        move_appointment(petition=petition, by=stage.cast.lin, at=stage.now + ahead, now=stage.now)
    assert set(refused.value.fields) == {"at"}


def test_each_department_has_its_own_and_the_enterprise_says_which(stage: Stage) -> None:
    petition, at, cast = stage.assigned(with_support=True), stage.now + 2 * DAY, stage.cast
    propose(stage, petition, at)
    propose(stage, petition, at + HOUR, by=cast.zheng)
    with pytest.raises(InvalidInput) as refused:
        confirm_appointment(petition=petition, by=cast.lin, at=at, now=stage.tick())
    assert refused.value.fields == {"department": "涉及多个承办部门，请选择是哪一个。"}
    confirm_appointment(petition=petition, by=cast.lin, at=at + HOUR, department=cast.support, now=stage.tick())
    assert appointment(petition) == Appointment(method="visit", at=at)
    confirm_appointment(petition=petition, by=cast.lin, at=at, now=stage.tick())  # the one that is left
    with pytest.raises(NotPermitted):
        move_appointment(petition=petition, by=cast.lin, department=cast.other_department, at=at + DAY, now=stage.now)


def test_no_time_is_proposed_to_an_enterprise_that_the_department_may_not_know(stage: Stage) -> None:
    petition = stage.assigned(is_confidential=True)
    assert "propose_appointment" not in offers(petition, stage.cast.zhou, stage.now)
    with pytest.raises(AlreadyDone, match="请通过受理员联系"):
        propose(stage, petition, stage.now + 2 * DAY)
    assert petition.assignments.get().checked_in_at is None  # nothing half done


def test_a_child_has_an_appointment_of_its_own_once_its_parent_is_checked_in(stage: Stage) -> None:
    child = CALLS["link"](stage, stage.assigned(), stage.cast.sun, stage.tick())
    with pytest.raises(FollowsParent):
        propose(stage, child, stage.now + 2 * DAY)
    assert child.parent
    propose(stage, child.parent, stage.now + 3 * DAY)
    assert appointment(stored(child)) is None
    assert "propose_appointment" not in kinds(child)
    propose(stage, child, stage.now + 4 * DAY)
    assert appointment(stored(child)) is not None


def test_with_the_answer_there_is_nothing_left_to_appoint(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    propose(stage, petition, stage.now + 5 * DAY, by=stage.cast.zheng)
    CALLS["check_in"](stage, petition, stage.cast.zhou, stage.tick())
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    for verb, by in (("propose_appointment", "zheng"), ("confirm_appointment", "lin"), ("move_appointment", "lin")):
        assert verb not in offers(petition, getattr(stage.cast, by), stage.now)
        with pytest.raises(AlreadyDone, match="已经结束"):
            CALLS[verb](stage, petition, getattr(stage.cast, by), stage.now)


def _changed(**values: Any) -> Act:
    def act(stage: Stage) -> None:
        propose(stage, stage.assigned(), stage.now + 2 * DAY)
        Assignment.objects.update(**values)

    return act


@pytest.mark.parametrize(
    "values",
    [{"appointment_at": None}, {"appointment_method": ""}, {"appointment_method": "pigeon"}, {"checked_in_at": None}],
)
def test_the_database_keeps_an_appointment_whole(values: dict[str, Any], stage: Stage) -> None:
    assert_refuses("assignment_appointment_paired", _changed(**values), stage)
