"""Merging a duplicate of the same enterprise, reading it there, and taking it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from limits.sweeping import sweep
from petitions.errors import WrongState
from petitions.group_queries import merged_into, survivor
from petitions.merging import merge_petition, unmerge_petition
from petitions.models import ClosedReason, Petition, State, StopReason
from petitions.queries import readable_attachments
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.limits.raised import raised_about, raised_by
from tests.petitions.group_steps import running, told
from tests.petitions.verbs import CALLS, kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput


def merge(stage: Stage, petition: Petition, into: Petition) -> Petition:
    return merge_petition(petition=petition, into=into, by=stage.cast.sun, now=stage.tick())


def two(stage: Stage, **changes: Any) -> tuple[Petition, Petition]:
    """Return a petition of Lin's, and what it was merged into, which a department has."""
    into, petition = stage.assigned(), stage.reported(**changes)
    return merge(stage, petition, into), into


def test_it_closes_and_both_keep_the_history(stage: Stage) -> None:
    petition, into = two(stage)
    assert (petition.state, petition.closed_reason, petition.merged_into) == (State.CLOSED, ClosedReason.MERGED, into)
    assert (running(petition), {row.stop_reason for row in petition.clocks.all()}) == (set(), {StopReason.MERGED})
    assert (kinds(petition)[-1], kinds(into)[-1]) == ("merge", "absorb")
    assert (last_event(petition).data, last_event(into).data) == ({"other": into.number}, {"other": petition.number})
    assert (told("merge", petition), told("absorb", into)) == ({"lin"}, {"zhou", "wu"})
    assert broken() == []


def test_its_texts_and_files_are_read_with_what_it_was_merged_into(stage: Stage) -> None:
    petition = stage.reported(title="又一次：货款", files=[SimpleUploadedFile("对账单.txt", b"1")])
    CALLS["supplement"](stage, petition, stage.cast.lin, stage.tick())
    into = stage.assigned()
    merge(stage, petition, into)
    for name, is_known in (("zhou", False), ("lin", True), ("sun", True)):
        reader = getattr(stage.cast, name)
        (shown,) = merged_into(into, reader)
        assert (shown.petition.title, shown.is_known) == ("又一次：货款", is_known)
        assert [event.text for event in shown.supplements] == ["补充合同第三页"]
        assert [file.stored.name for file in readable_attachments(into, reader)] == ["对账单.txt"]
    assert survivor(stored(petition), stage.cast.lin) == into
    assert merged_into(petition, stage.cast.sun) == []


def test_merged_again_is_refused_as_done(stage: Stage) -> None:
    petition, into = two(stage)
    with pytest.raises(AlreadyDone, match=into.number):
        merge(stage, petition, into)
    with pytest.raises(WrongState):
        merge(stage, petition, stage.reported())
    assert kinds(petition).count("merge") == 1


REFUSED = ["itself", "another enterprise", "resolved", "merged", "confidential"]


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_duplicate_is_refused_beside_the_field(why: str, stage: Stage) -> None:
    petition = stage.reported(is_confidential=why == "confidential")
    makers = {
        "itself": lambda: petition,
        "another enterprise": lambda: stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise),
        "resolved": stage.resolved,
        "merged": lambda: two(stage)[0],
    }
    into = makers.get(why, stage.reported)()
    with pytest.raises(InvalidInput) as refusal:
        merge(stage, petition, into)
    assert set(refusal.value.fields) == {"into"}
    assert stored(petition).state == State.REPORTED


def test_what_others_were_merged_into_stays(stage: Stage) -> None:
    petition, into = stage.reported(), stage.reported()
    merge(stage, stage.reported(), petition)
    with pytest.raises(AlreadyDone, match="已有诉求并入"):
        merge(stage, petition, into)
    assert stored(petition).state == State.REPORTED


def test_petitions_without_an_enterprise_are_no_duplicates(stage: Stage) -> None:
    unknown = [stage.reported(enterprise=None, by=stage.cast.system) for _place in range(2)]
    with pytest.raises(InvalidInput):
        merge(stage, *unknown)


def test_a_dispatched_one_is_not_merged(stage: Stage) -> None:
    with pytest.raises(WrongState):
        merge(stage, stage.assigned(), stage.reported())


def test_what_waits_for_a_reply_ends_and_a_reply_is_still_judged(stage: Stage) -> None:
    petition = stage.assigned()
    steps = [("issue_order", "chen"), ("reply_order", "zhou"), ("ask_send_back", "wu"), ("decide_send_back", "sun")]
    for verb, name in steps:
        CALLS[verb](stage, petition, getattr(stage.cast, name), stage.tick())
    merge(stage, petition, stage.reported())
    CALLS["judge_order"](stage, petition, stage.cast.chen, stage.tick())
    assert petition.orders.get().state == "closed"


def test_merged_it_raises_nothing_and_taken_back_it_goes_on_from_its_first_start(stage: Stage) -> None:
    petition = stage.reported()
    clock = petition.clocks.get(promise="resolve_enterprise")
    waiting = petition.clocks.get(promise="dispatch")
    assert clock.due_at
    assert waiting.due_at
    sweep(now=waiting.due_at)
    raised = raised_about(petition).count()
    stage.now = waiting.due_at + timedelta(hours=1)
    into = stage.assigned()
    merge(stage, petition, into)
    sweep(now=clock.due_at + timedelta(days=1))
    assert raised_about(petition).count() == raised

    stage.now = clock.due_at + timedelta(days=2)
    back = unmerge_petition(petition=petition, by=stage.cast.chen, now=stage.now)
    assert (back.state, back.merged_into, back.closed_reason, back.closed_at) == (State.REPORTED, None, "", None)
    again = back.clocks.get(promise="resolve_enterprise")
    assert (again.started_at, again.due_at, again.stopped_at) == (clock.started_at, clock.due_at, None)
    sweep(now=stage.now)
    levels = list(raised_by(waiting).values_list("level", flat=True))
    assert levels == sorted(set(levels))
    assert raised_by(again).filter(level=2).get().at == clock.due_at
    assert (kinds(back)[-1], kinds(into)[-1]) == ("escalate", "release")
    assert told("unmerge", back) == {"lin", "sun"}
    CALLS["dispatch"](stage, back, stage.cast.sun, stage.tick())
    assert broken() == []


def test_it_can_be_merged_and_taken_back_again(stage: Stage) -> None:
    petition, into = two(stage)
    for _round in range(2):
        petition = unmerge_petition(petition=petition, by=stage.cast.sun, now=stage.tick())
        petition = merge(stage, petition, into)
    assert petition.clocks.count() == 2
    with pytest.raises(WrongState):
        unmerge_petition(petition=into, by=stage.cast.sun, now=stage.tick())
