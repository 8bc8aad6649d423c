"""Asking to send back (退单) and the decision: once, in time, with a basis; until then the department is in charge."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from notices.models import Notice
from petitions import queries
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import TooLate, WrongState
from petitions.models import Petition, SendBack
from tests.cast import Stage, person
from tests.moments import SHANGHAI
from tests.petitions.send_backs import asked, decided, sent_back
from tests.petitions.verbs import CALLS, kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

# Dispatched on Tuesday 8 September 2026: two working days end on Thursday.
WINDOW_ENDS = datetime(2026, 9, 10, 17, 30, tzinfo=SHANGHAI)


def redispatch(stage: Stage, petition: Petition, lead: str = "lead") -> Petition:
    placement = Placement(lead=getattr(stage.cast, lead))
    return dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())


def told(petition: Petition, kind: str) -> set[str]:
    notices = Notice.objects.filter(event__in=petition.events, event__kind=kind)
    return set(notices.values_list("recipient__username", flat=True))


def test_until_the_decision_the_department_stays_in_charge(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    clocks = list(petition.clocks.order_by("pk").values())
    send_back = asked(stage, petition, basis=" 三定方案第五条 ")
    assert (send_back.basis, send_back.arbiter, send_back.decision) == ("三定方案第五条", "dispatcher", "pending")
    assert stored(petition).state == "assigned"
    assert list(petition.clocks.order_by("pk").values()) == clocks
    assert petition.assignments.live().count() == 2
    event = last_event(petition)
    assert (event.kind, event.department, event.text) == ("ask_send_back", stage.cast.lead, "三定方案第五条")
    assert not event.is_public
    assert told(petition, "ask_send_back") == {"sun"}
    CALLS["check_in"](stage, petition, stage.cast.zhou, stage.tick())
    CALLS["progress"](stage, petition, stage.cast.zhou, stage.tick())


def test_the_leads_approved_request_brings_the_petition_back_to_the_dispatcher(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    waiting = petition.clocks.get(promise="resolve_enterprise")
    after = sent_back(stage, petition)
    assert (after.state, after.assigned_at, after.cycle) == ("reported", None, 1)
    assert after.reported_at == petition.reported_at
    assert [row.ended_at for row in petition.assignments.all()] == [stage.now, stage.now]
    assert last_event(petition).from_state == "assigned"
    running = {clock.promise: clock for clock in petition.clocks.running()}
    assert set(running) == {"dispatch", "resolve_enterprise"}
    assert running["resolve_enterprise"].due_at == waiting.due_at  # the enterprise's clock never starts again
    assert set(petition.clocks.filter(department__isnull=False).values_list("stop_reason", flat=True)) == {"sent_back"}
    assert told(petition, "decide_send_back") == {"zhou", "wu"}
    for former in (stage.cast.zhou, stage.cast.wu, stage.cast.zheng):
        assert petition not in Petition.objects.visible_to(former)
    returned = queries.last_return(petition)
    assert returned is not None
    assert (returned.assignment.department, returned.proposed) == (stage.cast.lead, stage.cast.other_department)


def test_a_supports_approved_request_ends_its_part_alone(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    send_back = asked(stage, petition, by=xu)
    after = decided(stage, send_back, replace=True)
    assert after.state == "assigned"
    live = {row.department: row.part for row in petition.assignments.live()}
    assert live == {stage.cast.lead: "lead", stage.cast.other_department: "support"}
    assert kinds(petition)[-2:] == ["decide_send_back", "add_support"]
    assert not petition.clocks.running().filter(department=stage.cast.support).exists()
    assert petition.clocks.running().filter(department=stage.cast.other_department).count() == 3
    assert "feng" in told(petition, "add_support")


@pytest.mark.parametrize(
    ("part", "decision", "proposed"), [("lead", "approved", True), ("support", "refused", True), ("support", "", False)]
)
def test_only_an_approved_support_with_a_proposal_is_replaced(
    part: str, decision: str, proposed: bool, stage: Stage
) -> None:
    petition = stage.assigned(with_support=True)
    head = person("xu", "徐局长", "head", department=stage.cast.support) if part == "support" else stage.cast.wu
    changes = {} if proposed else {"reason": "other", "proposed": None}
    send_back = asked(stage, petition, by=head, **changes)
    with pytest.raises(InvalidInput) as refusal:
        decided(stage, send_back, decision or "approved", replace=True)
    assert set(refusal.value.fields) == {"replace"}
    assert SendBack.objects.get().decision == "pending"


def test_a_refusal_needs_a_reason_and_changes_nothing(stage: Stage) -> None:
    petition = stage.assigned()
    send_back = asked(stage, petition)
    with pytest.raises(InvalidInput) as refusal:
        decided(stage, send_back, "refused", note="")
    assert set(refusal.value.fields) == {"note"}
    assert decided(stage, send_back, "refused").state == "assigned"
    assert petition.assignments.live().count() == 1
    assert petition.clocks.running().filter(department=stage.cast.lead).count() == 3


def test_a_support_that_answered_keeps_its_answer(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    send_back = asked(stage, petition)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    petition = decided(stage, send_back)
    assert [row.part for row in petition.assignments.live()] == ["support"]
    placement = Placement(lead=stage.cast.other_department, supports=[stage.cast.support])
    petition = dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    parts = {row.department: bool(row.answered_at) for row in petition.assignments.live()}
    assert parts == {stage.cast.other_department: False, stage.cast.support: True}


def test_who_supported_may_lead_next(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    send_back = asked(stage, petition, proposed=stage.cast.support)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    petition = redispatch(stage, decided(stage, send_back), "support")
    assert [(row.part, row.answered_at) for row in petition.assignments.live()] == [("lead", None)]


@pytest.mark.parametrize(("late", "may"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_it_is_asked_within_two_working_days_of_the_dispatch(late: timedelta, may: bool, stage: Stage) -> None:
    petition = stage.assigned()
    if may:
        assert asked(stage, petition, now=WINDOW_ENDS + late)
        return
    with pytest.raises(TooLate, match="退单期限已于2026-09-10 17:30结束"):
        asked(stage, petition, now=WINDOW_ENDS + late)
    assert not SendBack.objects.exists()


def test_a_department_asks_once_for_a_petition(stage: Stage) -> None:
    petition = redispatch(stage, sent_back(stage, stage.assigned()))
    with pytest.raises(AlreadyDone, match="只能申请一次"):
        asked(stage, petition)
    assert SendBack.objects.count() == 1


def test_who_answered_asks_no_more(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    with pytest.raises(AlreadyDone, match="已经答复"):
        asked(stage, petition, by=xu)
    with pytest.raises(WrongState):
        asked(stage, stage.resolved())


def test_only_a_head_asks(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    for by in (stage.cast.zhou, stage.cast.zheng, stage.cast.sun, stage.cast.chen):
        with pytest.raises(NotPermitted):
            asked(stage, petition, by=by)


NONE = {"proposed": None}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"reason": "too_hard"}, {"reason": "请选择一项。"}),
        ({"basis": "不管"}, {"basis": "请至少写4个字，现在是2个。"}),
        ({"basis": "长" * 2001}, {"basis": "最多2000个字，现在是2001个。"}),
        ({"reason": "", "basis": ""}, {"reason": "请选择一项。", "basis": "请填写这一项。"}),
        (NONE, {"proposed": "请选择建议承办的部门。"}),
        (NONE | {"reason": "needs_more"}, {"proposed": "请选择建议承办的部门。"}),
    ],
)
def test_it_needs_a_listed_reason_its_basis_and_mostly_a_proposal(
    stage: Stage, changes: dict[str, Any], sentences: dict[str, str]
) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        asked(stage, petition, **changes)
    assert refusal.value.fields == sentences
    assert kinds(petition) == ["report", "dispatch"]


@pytest.mark.parametrize("reason", ["other_level", "other_region", "duplicate", "other"])
def test_where_nobody_else_can_be_named_no_proposal_is_needed(reason: str, stage: Stage) -> None:
    assert asked(stage, stage.assigned(), reason=reason, proposed=None).proposed is None


def test_nobody_proposes_their_own_department_or_a_closed_one(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput, match="本部门以外"):
        asked(stage, petition, proposed=stage.cast.lead)
    stage.cast.other_department.is_active = False
    with pytest.raises(InvalidInput, match="已停用"):
        asked(stage, petition)
