"""Which petitions can be linked, what becomes of what they had, and unlinking."""

from datetime import timedelta
from typing import Any

import pytest

from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import WrongState
from petitions.linking import link_petition, unlink_petition
from petitions.models import OrderState, Petition, Promise, State, StopReason
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.petitions.group_steps import dispatched, linked, parts, running, third_enterprise, told
from tests.petitions.verbs import CALLS, kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def of_mallory(stage: Stage, **changes: Any) -> Petition:
    return stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise, **changes)


def dispatched_to_others(stage: Stage) -> Petition:
    """Return a petition of Mallory's that a department beside the cast's has signed for, and the lead supports."""
    petition = of_mallory(stage)
    placement = Placement(lead=stage.cast.other_department, supports=[stage.cast.lead])
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    return CALLS["check_in"](stage, petition, stage.cast.feng, stage.tick())


def link(stage: Stage, petition: Petition, parent: Petition) -> Petition:
    return link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.tick())


def test_two_that_wait_go_on_waiting_with_history_on_both_sides(stage: Stage) -> None:
    parent, second, last = linked(stage)
    assert {petition.state for petition in (parent, second, last)} == {State.REPORTED}
    assert (second.parent, last.parent, parent.parent) == (parent, parent, None)
    assert (kinds(parent), kinds(second)) == (["report", "gain_link", "gain_link"], ["report", "link"])
    assert last_event(second).data == {"other": parent.number}
    assert last_event(parent).data == {"other": last.number}
    assert running(second) == {Promise.DISPATCH, Promise.RESOLVE_ENTERPRISE}


def test_a_dispatched_one_changes_to_the_parents_departments(stage: Stage) -> None:
    parent, petition = stage.assigned(with_support=True), dispatched_to_others(stage)
    CALLS["check_in"](stage, parent, stage.cast.zhou, stage.tick())
    stopped = running(petition) - {Promise.RESOLVE_ENTERPRISE}
    child = link(stage, petition, parent)
    assert [part[:3] for part in parts(child)] == [
        (stage.cast.lead, "lead", True),
        (stage.cast.support, "support", False),
    ]
    assert running(child) == {Promise.RESOLVE_ENTERPRISE}
    rows = child.clocks.filter(stopped_at=stage.now)
    assert (set(rows.values_list("promise", flat=True)), {row.stop_reason for row in rows}) == (stopped, {"linked"})
    assert not any(row.is_overdue(stage.now) for row in rows)
    assert told("take_back", child) <= {"feng", "zhou", "wu"}
    assert child.events.filter(kind="take_back").count() == 2
    assert not Petition.objects.visible_to(stage.cast.feng).exists()
    assert broken() == []


def test_open_orders_and_requests_end_with_the_departments_limits(stage: Stage) -> None:
    parent, petition = stage.assigned(), of_mallory(stage)
    for verb, name in (("dispatch", "sun"), ("issue_order", "chen"), ("ask_hold", "wu"), ("decide_hold", "chen")):
        CALLS[verb](stage, petition, getattr(stage.cast, name), stage.tick())
    child = link(stage, petition, parent)
    assert child.orders.get().state == OrderState.CLOSED
    assert child.orders.get().clocks.get().stop_reason == StopReason.LINKED
    clock = child.clocks.get(promise="resolve_department")
    assert (clock.stop_reason, clock.holds.get().resumed_at) == (StopReason.LINKED, stage.now)


def test_a_support_excused_from_the_child_alone_answers_for_both(stage: Stage) -> None:
    parent, child = stage.assigned(with_support=True), of_mallory(stage)
    for verb, name in (("dispatch", "sun"), ("waive_support", "chen")):
        CALLS[verb](stage, child, getattr(stage.cast, name), stage.tick())
    child = link(stage, child, parent)
    for name in ("zhou", "zheng"):
        CALLS["check_in"](stage, parent, getattr(stage.cast, name), stage.tick())
    CALLS["answer_support"](stage, parent, stage.cast.zheng, stage.tick())
    part = child.assignments.get(part="support")
    assert (part.answered_at, part.waived_at) == (stage.now, None)
    CALLS["unlink"](stage, stored(child), stage.cast.sun, stage.tick())
    assert not child.clocks.filter(stopped_at__isnull=True, department=stage.cast.support).exists()


def test_linking_again_is_refused_as_done(stage: Stage) -> None:
    parent, second, _last = linked(stage)
    before = second.events.count()
    for _again in range(2):
        with pytest.raises(AlreadyDone):
            link(stage, second, parent)
    with pytest.raises(AlreadyDone, match="关联在一起"):
        link(stage, parent, second)
    assert second.events.count() == before


def test_a_group_has_one_level(stage: Stage) -> None:
    parent, second, _last = linked(stage)
    other = stage.reported(enterprise=None, by=stage.cast.system)
    with pytest.raises(InvalidInput, match=parent.number):
        link(stage, other, second)
    with pytest.raises(AlreadyDone, match="牵头"):
        link(stage, parent, other)
    with pytest.raises(AlreadyDone, match=parent.number):
        link(stage, second, other)


REFUSED = {
    "resolved": "待派单或办理中",
    "withdrawn": "待派单或办理中",
    "same enterprise": "请合并",
    "itself": "自己",
    "behind": "还没有",
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_lead_is_refused_beside_the_field(why: str, stage: Stage) -> None:
    petition = of_mallory(stage)
    parents = {"resolved": stage.resolved, "withdrawn": stage.withdrawn, "behind": stage.reported}
    if why == "behind":
        CALLS["dispatch"](stage, petition, stage.cast.sun, stage.tick())
    parent = petition if why == "itself" else parents.get(why, lambda: of_mallory(stage))()
    with pytest.raises(InvalidInput, match=REFUSED[why]) as refusal:
        link(stage, petition, parent)
    assert set(refusal.value.fields) == {"parent"}
    assert stored(petition).parent is None


def test_what_was_answered_in_part_is_not_linked(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    parent = CALLS["dispatch"](stage, of_mallory(stage), stage.cast.sun, stage.tick())
    with pytest.raises(AlreadyDone, match="已经答复"):
        link(stage, petition, parent)


def test_only_a_dispatcher_links_and_only_what_is_open(stage: Stage) -> None:
    petition, parent = of_mallory(stage), stage.reported()
    with pytest.raises(NotPermitted):
        link_petition(petition=petition, parent=parent, by=stage.cast.chen, now=stage.tick())
    with pytest.raises(WrongState):
        link(stage, stage.resolved(), parent)


def test_a_group_is_not_larger_than_a_transaction_bears(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("linking", "group_queries"):
        monkeypatch.setattr(f"petitions.{module}.GROUP_MAX", 2)
    parent, second = stage.reported(), of_mallory(stage)
    link(stage, second, parent)
    third, cui = third_enterprise(stage)
    with pytest.raises(InvalidInput, match="最多2件"):
        link(stage, stage.reported(enterprise=third, by=cui), parent)


def test_unlinked_it_goes_on_alone_and_the_departments_limits_start_now(stage: Stage) -> None:
    parent, second, _last = dispatched(stage, ("check_in", "zhou"))
    waiting = second.clocks.get(promise="resolve_enterprise")
    now = stage.tick(timedelta(days=1))
    petition = unlink_petition(petition=second, by=stage.cast.chen, now=now)
    assert (petition.state, petition.parent) == (State.ASSIGNED, None)
    limit = petition.clocks.get(promise="resolve_department")
    assert (limit.started_at, limit.stopped_at) == (now, None)
    # The lead has signed; the support has not.
    assert petition.clocks.filter(promise="check_in").count() == 1
    assert petition.clocks.get(promise="resolve_enterprise").due_at == waiting.due_at
    assert (last_event(petition).kind, last_event(parent).kind) == ("unlink", "lose_link")
    assert told("unlink", petition) == {"mallory", "zhou", "wu", "zheng"}
    CALLS["progress"](stage, petition, stage.cast.zhou, stage.tick())
    CALLS["check_in"](stage, parent, stage.cast.zheng, stage.tick())
    assert kinds(petition)[-1] == "progress"


def test_one_that_was_dispatched_alone_gets_new_limits_beside_the_old(stage: Stage) -> None:
    parent, petition = stage.assigned(), dispatched_to_others(stage)
    child = link(stage, petition, parent)
    unlink_petition(petition=child, by=stage.cast.sun, now=stage.tick())
    again = link(stage, child, parent)
    unlink_petition(petition=again, by=stage.cast.sun, now=stage.tick())
    assert again.clocks.filter(promise="resolve_department").count() == 3
    assert again.clocks.filter(promise="resolve_department", stopped_at__isnull=True).count() == 1


def test_unlinking_what_is_not_linked_is_refused(stage: Stage) -> None:
    parent, second, _last = linked(stage)
    unlink_petition(petition=second, by=stage.cast.sun, now=stage.tick())
    for petition in (second, parent):
        with pytest.raises(AlreadyDone):
            unlink_petition(petition=petition, by=stage.cast.sun, now=stage.tick())
    assert stored(parent).children.count() == 1
