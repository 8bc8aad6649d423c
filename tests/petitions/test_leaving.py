"""Leaving a group: a child withdraws or starts again alone; a parent hands over to its oldest child."""

from datetime import timedelta

import pytest

from limits.models import Escalation
from limits.sweeping import sweep
from petitions.following_up import withdraw_petition
from petitions.linking import link_petition
from petitions.merging import merge_petition
from petitions.models import Promise, State, StopReason
from petitions.timeline import timeline
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.limits.raised import raised_about
from tests.petitions.group_steps import WORKED, dispatched, linked, parts, running, told
from tests.petitions.verbs import CALLS, REASON, kinds, last_event, stored
from verbs.refusals import AlreadyDone

ANSWERED = (*WORKED, ("resolve", "zhou"))


def test_a_child_that_is_withdrawn_leaves_and_the_others_go_on(stage: Stage) -> None:
    parent, second, last = dispatched(stage)
    gone = withdraw_petition(petition=second, by=stage.cast.mallory, reason=REASON, now=stage.tick())
    assert (gone.parent, kinds(gone)[-2:]) == (None, ["unlink", "withdraw"])
    assert last_event(parent).kind == "lose_link"
    CALLS["check_in"](stage, parent, stage.cast.zhou, stage.tick())
    assert (kinds(last)[-1], kinds(gone)[-1]) == ("check_in", "withdraw")
    assert broken() == []


def test_a_reopened_child_is_alone_in_its_next_cycle(stage: Stage) -> None:
    parent, second, last = dispatched(stage, *ANSWERED)
    again = CALLS["reopen"](stage, second, stage.cast.mallory, stage.tick())
    assert (again.cycle, again.parent, again.state) == (2, None, State.ASSIGNED)
    assert {Promise.CHECK_IN, Promise.RESOLVE_DEPARTMENT, Promise.SUPPORT} < running(again)
    assert (stored(parent).state, stored(last).state) == (State.RESOLVED, State.RESOLVED)
    CALLS["check_in"](stage, again, stage.cast.zhou, stage.tick())
    assert kinds(last)[-1] == "resolve"
    assert broken() == []


def test_a_reopened_parent_leaves_the_answered_group_to_its_oldest_child(stage: Stage) -> None:
    parent, second, last = dispatched(stage, *ANSWERED)
    again = CALLS["reopen"](stage, parent, stage.cast.lin, stage.tick())
    assert (stored(second).parent, stored(last).parent) == (None, second)
    assert running(stored(second)) == {Promise.RATE}
    CALLS["check_in"](stage, again, stage.cast.zhou, stage.tick())
    assert kinds(last)[-1] == "link"


def test_a_withdrawn_parent_hands_over_with_all_that_was_done(stage: Stage) -> None:
    parent, second, last = dispatched(stage, *WORKED)
    before = parent.clocks.get(promise="resolve_department")
    withdraw_petition(petition=parent, by=stage.cast.lin, reason=REASON, now=stage.tick())
    heir, last = stored(second), stored(last)
    assert (heir.parent, last.parent, heir.state) == (None, heir, State.ASSIGNED)
    assert [part[2] for part in parts(heir)] == [True, True]
    taken = heir.clocks.get(promise="resolve_department")
    assert (taken.started_at, taken.due_at, taken.stopped_at) == (before.started_at, before.due_at, None)
    # Both have signed and the support has answered: only what is left goes on.
    assert running(heir) == {Promise.RESOLVE_ENTERPRISE, Promise.CONTACT, Promise.RESOLVE_DEPARTMENT}
    assert running(last) == {Promise.RESOLVE_ENTERPRISE}
    assert parent.clocks.get(promise="resolve_department").stop_reason == StopReason.WITHDRAWN
    assert (kinds(heir)[-1], kinds(last)[-1]) == ("take_lead", "link")
    assert told("take_lead", heir) == {"zhou", "wu", "zheng"}
    CALLS["resolve"](stage, heir, stage.cast.zhou, stage.tick())
    assert (stored(heir).state, stored(last).state) == (State.RESOLVED, State.RESOLVED)
    assert broken() == []


def test_a_parent_that_was_not_dispatched_hands_over_the_waiting(stage: Stage) -> None:
    parent, second, last = linked(stage)
    withdraw_petition(petition=parent, by=stage.cast.lin, reason=REASON, now=stage.tick())
    assert (stored(second).parent, stored(last).parent) == (None, second)
    CALLS["dispatch"](stage, stored(second), stage.cast.sun, stage.tick())
    assert stored(last).state == State.ASSIGNED


def test_a_merged_parent_hands_over_too(stage: Stage) -> None:
    parent, second, last = linked(stage)
    CALLS["merge"](stage, parent, stage.cast.sun, stage.tick())
    assert (stored(second).parent, stored(last).parent) == (None, second)
    back = CALLS["unmerge"](stage, parent, stage.cast.sun, stage.tick())
    assert (back.parent, stored(last).parent) == (None, second)


def test_a_merged_child_leaves(stage: Stage) -> None:
    _parent, second, _last = linked(stage)
    # The duplicate is one of the child's own enterprise.
    into = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    gone = merge_petition(petition=second, into=into, by=stage.cast.sun, now=stage.tick())
    assert (gone.parent, kinds(gone)[-2:]) == (None, ["unlink", "merge"])


def test_no_level_is_raised_a_second_time_for_the_heir(stage: Stage) -> None:
    parent, second, _last = dispatched(stage)
    limit = parent.clocks.get(promise="resolve_department")
    assert limit.due_at
    # Two levels have passed, one of them swept.
    sweep(now=limit.alarm_times[0])
    stage.now = limit.due_at + timedelta(minutes=1)
    withdraw_petition(petition=parent, by=stage.cast.lin, reason=REASON, now=stage.now)
    sweep(now=stage.now)
    raised = Escalation.objects.filter(promise="resolve_department").values_list("subject_id", "level")
    assert sorted(raised) == [(parent.pk, 1), (parent.pk, 2)]
    sweep(now=limit.alarm_times[2] + timedelta(minutes=1))
    assert raised_about(second).get(promise="resolve_department").level == 3


def test_a_hold_ends_with_the_parent_and_its_days_are_kept(stage: Stage) -> None:
    parent, second, _last = dispatched(stage, ("ask_hold", "wu"), ("decide_hold", "chen"))
    without = parent.clocks.get(promise="resolve_enterprise").due_at
    stage.tick(timedelta(days=7))
    withdraw_petition(petition=parent, by=stage.cast.lin, reason=REASON, now=stage.now)
    old, taken = (petition.clocks.get(promise="resolve_department") for petition in (parent, second))
    assert (taken.due_at, taken.pauses.count()) == (old.due_at, 1)
    assert without
    assert taken.due_at
    assert taken.due_at > without + timedelta(days=5)
    assert old.holds.get().resumed_at == stage.now


def test_days_that_were_granted_are_not_granted_twice(stage: Stage) -> None:
    parent, second, _last = dispatched(stage, ("ask_extension", "wu"), ("decide_extension", "chen"))
    withdraw_petition(petition=parent, by=stage.cast.lin, reason=REASON, now=stage.tick())
    assert stored(second).clocks.get(promise="resolve_department").extended_days == 3
    with pytest.raises(AlreadyDone, match="只能延期一次"):
        CALLS["ask_extension"](stage, stored(second), stage.cast.wu, stage.tick())


def test_whoever_asked_confidentially_is_not_named_on_the_parent(stage: Stage) -> None:
    parent, mallory = stage.assigned(), stage.cast.mallory
    child = stage.reported(by=mallory, enterprise=stage.cast.other_enterprise, is_confidential=True)
    CALLS["dispatch"](stage, child, stage.cast.sun, stage.tick())
    link_petition(petition=child, parent=parent, by=stage.cast.sun, now=stage.tick())
    CALLS["withdraw"](stage, child, mallory, stage.tick())
    assert last_event(parent).by == mallory
    for user in (stage.cast.zhou, stage.cast.wei, stage.cast.lin):
        assert str(mallory) not in {entry.shown_by for entry in timeline(stored(parent), user)}
