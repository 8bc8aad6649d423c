"""Taking a dispatch back: an automatic one until an answer, a person's until somebody checked in; no return."""

import pytest

from limits.models import Escalation
from limits.sweeping import sweep
from notices.models import Notice
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import WrongState
from petitions.linking import link_petition, unlink_petition
from petitions.models import Clock, Petition, SendBack
from petitions.resolution import answer_support
from petitions.undo import undo_dispatch
from tests.cast import Stage
from tests.moments import WEDNESDAY_10AM
from tests.petitions.automatic import dispatched, switch_on
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import CALLS, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

REASON = "派错部门，重新派单"


def undo(stage: Stage, petition: Petition) -> Petition:
    return undo_dispatch(petition=petition, by=stage.cast.sun, reason=REASON, now=stage.tick())


def test_everything_of_the_dispatch_ends_and_the_enterprise_waits_on(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    waiting = petition.clocks.get(promise="resolve_enterprise")
    undo(stage, petition)
    after = stored(petition)
    assert (after.state, after.assigned_at, after.cycle) == ("reported", None, 1)
    assert {part.ended_at for part in after.assignments.all()} == {stage.now}
    ended = after.clocks.filter(assignment__isnull=False)
    assert {(clock.stopped_at, clock.stop_reason, clock.next_alarm_at) for clock in ended} == {
        (stage.now, "undone", None)
    }
    still = after.clocks.get(promise="resolve_enterprise")
    assert (still.due_at, still.stopped_at) == (waiting.due_at, None)
    assert after.clocks.get(promise="dispatch", stopped_at__isnull=True).started_at == stage.now
    event = last_event(petition)
    assert (event.kind, event.department, event.text, event.is_public) == (
        "undo_dispatch",
        stage.cast.lead,
        REASON,
        False,
    )
    assert petition not in Petition.objects.visible_to(stage.cast.zhou)
    told = Notice.objects.filter(event=event, channel="inbox").values_list("recipient__username", flat=True)
    assert set(told) == {"zhou", "wu"}


def test_alarms_that_were_passed_bring_no_card_any_more(stage: Stage) -> None:
    petition = stage.assigned()
    late = stage.now.replace(day=stage.now.day + 7)
    assert petition.clocks.filter(promise="check_in", next_alarm_at__lt=late).exists()
    undo_dispatch(petition=petition, by=stage.cast.sun, reason=REASON, now=late)
    sweep(now=late)
    assert not Escalation.objects.filter(department__isnull=False).exists()
    assert Clock.objects.filter(petition=petition, stop_reason="undone", next_alarm_at__isnull=False).count() == 0


def test_it_is_no_return_and_takes_none_away(stage: Stage) -> None:
    petition = undo(stage, stage.assigned())
    assert not SendBack.objects.exists()
    CALLS["dispatch"](stage, petition, stage.cast.sun, stage.tick())
    assert sent_back(stage, petition).state == "reported"


def test_what_a_person_dispatched_until_somebody_checked_in(stage: Stage) -> None:
    with pytest.raises(AlreadyDone, match="部门已经报到"):
        undo(stage, stage.checked_in())


def test_what_was_dispatched_automatically_until_an_answer(stage: Stage) -> None:
    switch_on(stage)
    petition = dispatched(stage)
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    assert undo(stage, petition).state == "reported"


def test_not_after_an_answer_nor_in_a_cycle_that_no_dispatch_began(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())
    with pytest.raises(AlreadyDone, match="部门已经答复"):
        undo(stage, petition)
    resolved = stage.resolved()
    with pytest.raises(WrongState):
        undo(stage, resolved)
    CALLS["reopen"](stage, resolved, stage.cast.lin, stage.tick())
    with pytest.raises(AlreadyDone, match="重新办理"):
        undo(stage, resolved)


def test_only_the_desk_in_charge_and_with_a_reason(stage: Stage) -> None:
    petition = stage.assigned()
    for by in (stage.cast.tang, stage.cast.wu, stage.cast.chen, stage.cast.system):
        with pytest.raises(NotPermitted):
            undo_dispatch(petition=petition, by=by, reason=REASON, now=stage.tick())
    with pytest.raises(InvalidInput):
        undo_dispatch(petition=petition, by=stage.cast.sun, reason="", now=WEDNESDAY_10AM)
    own = stage.reported(region=stage.cast.district)
    CALLS["dispatch"](stage, own, stage.cast.sun, stage.tick())
    assert undo_dispatch(petition=own, by=stage.cast.tang, reason=REASON, now=stage.tick()).state == "reported"


def test_open_orders_end_with_it(stage: Stage) -> None:
    petition = stage.assigned()
    CALLS["issue_order"](stage, petition, stage.cast.chen, stage.tick())
    undo(stage, petition)
    assert petition.orders.get().state == "closed"


def test_not_where_a_group_has_brought_an_automatic_one_to_other_departments(stage: Stage) -> None:
    switch_on(stage)
    petition = dispatched(stage)
    parent = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise, category=None)
    placement = Placement(lead=stage.cast.other_department, category=stage.cast.category)
    dispatch_petition(petition=parent, by=stage.cast.sun, placement=placement, now=stage.tick())
    link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.tick())
    CALLS["check_in"](stage, parent, stage.cast.feng, stage.tick())
    unlink_petition(petition=petition, by=stage.cast.sun, now=stage.tick())
    assert stored(petition).automatic_dispatch is None
    with pytest.raises(AlreadyDone, match="部门已经报到"):
        undo(stage, petition)


def test_where_the_group_left_it_with_its_department_it_is_automatic_still(stage: Stage) -> None:
    switch_on(stage)
    petition, parent = dispatched(stage), stage.assigned(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.tick())
    CALLS["check_in"](stage, parent, stage.cast.zhou, stage.tick())
    unlink_petition(petition=petition, by=stage.cast.sun, now=stage.tick())
    assert undo(stage, petition).state == "reported"
