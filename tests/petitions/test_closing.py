"""A department closes: what it leads waits for the desk, what it owes as a support is waived, its orders move."""

from datetime import timedelta
from typing import Any

import pytest

from departments.closing import close_department
from departments.models import Department
from limits.sweeping import sweep
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Petition, SendBack, State, StopReason
from petitions.supervision.orders import issue_order
from scores.models import CycleFact
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.limits.raised import raised_about
from tests.petitions.group_steps import WORKED, dispatched, parts, running, told
from tests.petitions.verbs import CALLS, ONWARD, REASON, kinds, last_event, stored
from verbs.refusals import InvalidInput

DESK: dict[str, Any] = {"is_to_desk": True}


def close(stage: Stage, department: Department | None = None, **to: Any) -> Department:
    department = department or stage.cast.lead
    return close_department(department=department, by=stage.cast.sysadmin, now=stage.tick(), **(to or DESK))


def to_other(stage: Stage) -> dict[str, Any]:
    return {"successor": stage.cast.other_department}


def order_for(stage: Stage, petition: Petition, department: Department) -> Any:
    return issue_order(petition=petition, by=stage.cast.chen, department=department, text=REASON, now=stage.tick())


# ---- what it leads --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_checked_in", [False, True])
def test_what_it_leads_waits_for_the_desk_and_the_enterprises_clock_runs_on(stage: Stage, is_checked_in: bool) -> None:
    petition = (stage.checked_in if is_checked_in else stage.assigned)(with_support=True)
    waiting = petition.clocks.get(promise="resolve_enterprise")
    close(stage)
    petition = stored(petition)
    assert (petition.state, petition.assigned_at, petition.cycle) == (State.REPORTED, None, 1)
    assert running(petition) == {"resolve_enterprise", "dispatch"}
    after = petition.clocks.get(promise="resolve_enterprise")
    assert (after.started_at, after.due_at) == (waiting.started_at, waiting.due_at)
    of_departments = petition.clocks.filter(assignment__isnull=False)
    stopped = {clock.stop_reason for clock in of_departments if clock.stopped_at == stage.now}
    assert (stopped, parts(petition)) == ({StopReason.SUPERSEDED}, [])
    event = last_event(petition)
    assert (event.kind, event.from_state, event.to_state) == ("close_department", "assigned", "reported")
    assert (event.text, event.by, event.department) == (
        "经信局已停用，由派单台重新安排。",
        stage.cast.sysadmin,
        stage.cast.lead,
    )
    assert told("close_department", petition) == {"sun", "lin", "zhou", "wu"}
    sweep(now=stage.now + timedelta(days=60))
    assert not raised_about(petition).filter(department=stage.cast.lead, at__gt=stage.now).exists()
    assert broken() == []


def test_the_desk_sends_it_to_another_department_that_settles_it(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    close(stage)
    placement = Placement(lead=stage.cast.other_department)
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    for verb, name in (("check_in", "feng"), ("resolve", "feng")):
        CALLS[verb](stage, petition, getattr(stage.cast, name), stage.tick())
    assert stored(petition).state == State.RESOLVED
    with pytest.raises(InvalidInput, match="已停用"):
        dispatch_petition(
            petition=stage.reported(), by=stage.cast.sun, placement=Placement(lead=close_again(stage)), now=stage.tick()
        )
    assert broken() == []


def close_again(stage: Stage) -> Department:
    return Department.objects.get(pk=stage.cast.lead.pk)


def test_a_supports_answer_stands(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    close(stage)
    (answered,) = stored(petition).current_assignments()
    assert (answered.department, answered.answered_at is not None) == (stage.cast.support, True)


def test_what_waited_for_a_decision_lapses(stage: Stage) -> None:
    petition = stage.assigned()
    CALLS["ask_send_back"](stage, petition, stage.cast.wu, stage.tick())
    close(stage)
    assert SendBack.objects.get(assignment__petition=petition).decision == "lapsed"


def test_a_hold_ends_with_it(stage: Stage) -> None:
    petition = stage.checked_in()
    for verb, name in (("ask_hold", "wu"), ("decide_hold", "chen")):
        CALLS[verb](stage, petition, getattr(stage.cast, name), stage.tick())
    close(stage)
    assert running(petition) == {"resolve_enterprise", "dispatch"}
    assert broken() == []


def test_a_group_follows_its_parent(stage: Stage) -> None:
    group = dispatched(stage, *WORKED[:1])
    close(stage)
    for petition in map(stored, group):
        assert (petition.state, parts(petition)) == (State.REPORTED, [])
        assert kinds(petition)[-1] == "close_department"
    assert told("close_department", group[1]) == {"mallory"}
    assert broken() == []


def test_its_part_is_a_fact_of_the_cycle_when_that_closes(stage: Stage) -> None:
    petition = stage.checked_in()
    close(stage)
    CALLS["withdraw"](stage, petition, stage.cast.lin, stage.tick())
    assert CycleFact.objects.get(department=stage.cast.lead).ending == "taken_back"


# ---- what it supports -----------------------------------------------------------------------------------------------


def test_what_it_owes_as_a_support_is_waived_and_the_lead_resolves(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    close(stage, stage.cast.support)
    part = petition.assignments.get(department=stage.cast.support)
    assert (part.waived_by, part.waived_why) == (stage.cast.sysadmin, "税务局已停用，由派单台重新安排。")
    assert set(part.clocks.filter(stopped_at=stage.now).values_list("stop_reason", flat=True)) == {"superseded"}
    assert stored(petition).state == State.ASSIGNED
    assert told("close_department", petition) == {"sun", "zhou", "wu", "zheng"}
    CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    assert stored(petition).state == State.RESOLVED
    assert broken() == []


def test_of_a_group_too(stage: Stage) -> None:
    group = dispatched(stage, *WORKED[:2])
    close(stage, stage.cast.support)
    for petition in group:
        assert petition.assignments.get(department=stage.cast.support).waived_at == stage.now
    CALLS["resolve"](stage, group[0], stage.cast.zhou, stage.tick())
    assert {stored(petition).state for petition in group} == {State.RESOLVED}
    assert broken() == []


def test_an_answer_that_was_given_stays(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    before = kinds(petition)
    close(stage, stage.cast.support)
    assert (kinds(petition), petition.assignments.get(department=stage.cast.support).waived_at) == (before, None)


# ---- its orders -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lead", "support"])
def test_its_order_goes_to_the_successor_who_replies(stage: Stage, name: str) -> None:
    petition = stage.checked_in(with_support=True)
    department, other = getattr(stage.cast, name), stage.cast.other_department
    order = order_for(stage, petition, department)
    due = order.clocks.get().due_at
    close(stage, department, **to_other(stage))
    order.refresh_from_db()
    clock = order.clocks.get()
    assert (order.state, order.department, clock.department, clock.due_at) == ("issued", other, other, due)
    assert told("move_order", petition) == {"feng", "chen"}
    assert petition in Petition.objects.visible_to(stage.cast.feng)
    CALLS["reply_order"](stage, petition, stage.cast.feng, stage.tick())
    assert petition not in Petition.objects.visible_to(stage.cast.feng)
    CALLS["judge_order"](stage, petition, stage.cast.chen, stage.tick())
    order.refresh_from_db()
    assert order.state == "closed"
    assert broken() == []


@pytest.mark.parametrize("state", ["resolved", "rated", "closed"])
def test_also_on_a_petition_that_it_has_answered(stage: Stage, state: str) -> None:
    petition = stage.assigned(with_support=True)
    order = order_for(stage, petition, stage.cast.lead)
    for step, name in ONWARD[state]:
        CALLS[step](stage, petition, getattr(stage.cast, name), stage.tick())
    close(stage, **to_other(stage))
    assert (stored(petition).state, last_event(petition).kind) == (state, "close_department")
    CALLS["reply_order"](stage, petition, stage.cast.feng, stage.tick())
    order.refresh_from_db()
    assert (order.state, order.replied_by) == ("replied", stage.cast.feng)


def test_without_a_successor_it_closes_with_a_reason(stage: Stage) -> None:
    petition = stage.checked_in()
    order = order_for(stage, petition, stage.cast.lead)
    close(stage)
    order.refresh_from_db()
    assert (order.state, order.judgement) == ("closed", "经信局已停用，由派单台重新安排。")
    assert order.clocks.get().stop_reason == "superseded"
    assert broken() == []


def test_a_successor_with_an_order_of_its_own_gets_no_second_one(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    own, other = (order_for(stage, petition, unit) for unit in (stage.cast.lead, stage.cast.support))
    close(stage, stage.cast.support, successor=stage.cast.lead)
    for order in (own, other):
        order.refresh_from_db()
    assert (own.state, other.state, other.department) == ("issued", "closed", stage.cast.support)


def test_a_reply_is_still_judged(stage: Stage) -> None:
    petition = stage.checked_in()
    order_for(stage, petition, stage.cast.lead)
    CALLS["reply_order"](stage, petition, stage.cast.zhou, stage.tick())
    close(stage)
    CALLS["judge_order"](stage, petition, stage.cast.chen, stage.tick())
    assert petition.orders.get().state == "closed"
