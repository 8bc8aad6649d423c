"""Extension and hold: what they do to the clock, who is told, and what is refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from limits.clocks import recompute
from limits.sweeping import sweep
from notices.models import Notice
from petitions.models import Clock, Extension, Hold, Petition
from petitions.supervision.extensions import decide_extension
from petitions.supervision.holds import decide_hold, resume_hold, review_hold
from tests.cast import Stage, person
from tests.limits.raised import raised_by
from tests.moments import SHANGHAI
from tests.petitions.request_steps import (
    DUE,
    FRIDAY_10AM,
    NEXT_FRIDAY_10AM,
    REASON,
    asked_for,
    hold_asked,
    limit,
    running_hold,
)
from tests.petitions.verbs import CALLS, STEPS, kinds, last_event
from verbs.refusals import AlreadyDone, NotPermitted


def told(petition: Petition) -> set[str]:
    """Return who was told of the petition's last event."""
    return set(Notice.objects.filter(event=last_event(petition)).values_list("recipient__username", flat=True))


def test_an_approved_extension_moves_the_due_time_and_is_told_to_the_enterprise(stage: Stage) -> None:
    petition = stage.assigned()
    extension = asked_for(stage, petition)
    assert limit(petition).due_at == DUE
    assert (last_event(petition).is_public, told(petition)) == (False, {"chen"})
    decide_extension(extension=extension, by=stage.cast.chen, decision="approved", now=stage.tick())
    clock = limit(petition)
    assert (clock.extended_days, clock.due_at) == (3, datetime(2026, 9, 18, 17, 30, tzinfo=SHANGHAI))
    assert clock.next_alarm_at is not None
    assert clock.next_alarm_at > DUE - timedelta(days=2)
    event = last_event(petition)
    assert (event.is_public, event.text, event.data["days"]) == (True, REASON, 3)
    assert told(petition) == {"lin", "zhou", "wu"}


def test_a_refused_extension_leaves_the_clock_and_is_not_told_to_the_enterprise(stage: Stage) -> None:
    petition = stage.assigned()
    extension = asked_for(stage, petition)
    before = Clock.objects.values().get(pk=limit(petition).pk)
    decide_extension(extension=extension, by=stage.cast.chen, decision="refused", note="理由不充分", now=stage.tick())
    assert Clock.objects.values().get(pk=limit(petition).pk) == before
    assert (last_event(petition).is_public, told(petition)) == (False, {"zhou", "wu"})
    # Refused is not used up.
    asked_for(stage, petition, days=1)


def test_the_enterprises_own_clock_goes_on(stage: Stage) -> None:
    petition = stage.assigned()
    own = petition.clocks.filter(promise="resolve_enterprise").values()
    before = own.get()
    decide_extension(extension=asked_for(stage, petition), by=stage.cast.chen, decision="approved", now=stage.now)
    running_hold(stage, petition)
    assert own.get() == before


@pytest.mark.parametrize("decision", ["approved", "refused"])
def test_a_request_is_decided_once(stage: Stage, decision: str) -> None:
    petition = stage.assigned()
    extension, hold = asked_for(stage, petition), hold_asked(stage, petition)
    values: dict[str, Any] = {"by": stage.cast.chen, "decision": decision, "note": "已核实情况", "now": stage.now}
    decide_extension(extension=extension, **values)
    decide_hold(hold=hold, **values)
    with pytest.raises(AlreadyDone, match="已经审批过"):
        decide_extension(extension=extension, **values)
    with pytest.raises(AlreadyDone, match="已经审批过"):
        decide_hold(hold=hold, **values)
    assert kinds(petition)[-2:] == ["decide_extension", "decide_hold"]


def test_an_extension_is_once_a_cycle_and_there_is_a_new_one_in_the_next(stage: Stage) -> None:
    petition = stage.checked_in()
    decide_extension(extension=asked_for(stage, petition), by=stage.cast.chen, decision="approved", now=stage.now)
    with pytest.raises(AlreadyDone, match="每轮只能延期一次"):
        asked_for(stage, petition)
    CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    petition = CALLS["reopen"](stage, petition, stage.cast.lin, stage.tick())
    asked_for(stage, petition)
    assert Extension.objects.count() == 2


def test_an_extension_asked_in_time_may_be_approved_late_and_the_card_stays(stage: Stage) -> None:
    petition = stage.assigned()
    extension = asked_for(stage, petition)
    sweep(now=DUE + timedelta(minutes=1))
    clock = limit(petition)
    assert list(raised_by(clock).values_list("level", flat=True)) == [1, 2]
    decide_extension(extension=extension, by=stage.cast.chen, decision="approved", now=DUE + timedelta(hours=1))
    sweep(now=datetime(2026, 9, 18, 18, 0, tzinfo=SHANGHAI))
    assert raised_by(clock).count() == 2
    sweep(now=datetime(2026, 9, 21, 18, 0, tzinfo=SHANGHAI))
    assert list(raised_by(clock).filter(level=3).values_list("card", flat=True)) == ["red"]


def test_a_hold_rests_from_its_approval_until_it_is_resumed(stage: Stage) -> None:
    petition = stage.assigned()
    hold = hold_asked(stage, petition)
    assert limit(petition).due_at == DUE
    decide_hold(hold=hold, by=stage.cast.chen, decision="approved", now=FRIDAY_10AM)
    resting = limit(petition)
    assert (resting.due_at, resting.next_alarm_at) == (None, None)
    assert told(petition) == {"lin", "zhou", "wu"}
    sweep(now=DUE + timedelta(days=90))
    assert not raised_by(resting).exists()
    resume_hold(hold=hold, by=stage.cast.wu, note="报告已出", now=NEXT_FRIDAY_10AM)
    # Rested from Friday 10:00 to the next Friday 10:00, five working days; Sunday the 20th is a make-up day.
    assert limit(petition).due_at == datetime(2026, 9, 21, 17, 30, tzinfo=SHANGHAI)
    pause = resting.pauses.get()
    assert (pause.begins_at, pause.ends_at) == (FRIDAY_10AM, NEXT_FRIDAY_10AM)
    assert Hold.objects.get().resumed_at == NEXT_FRIDAY_10AM


def test_a_refused_hold_rests_nothing(stage: Stage) -> None:
    petition = stage.assigned()
    decide_hold(
        hold=hold_asked(stage, petition), by=stage.cast.chen, decision="refused", note="不属于挂账情形", now=stage.now
    )
    assert limit(petition).due_at == DUE
    assert not limit(petition).pauses.exists()
    hold_asked(stage, petition)


def test_a_hold_that_was_resumed_may_be_asked_for_again(stage: Stage) -> None:
    petition = stage.assigned()
    for _round in range(2):
        hold = running_hold(stage, petition)
        resume_hold(hold=hold, by=stage.cast.chen, now=stage.tick())
    assert limit(petition).pauses.count() == 2


def test_a_review_notes_how_far_it_is_and_when_to_look_again(stage: Stage) -> None:
    petition = stage.assigned()
    hold = running_hold(stage, petition)
    day = stage.now.date() + timedelta(days=60)
    for _click in range(2):
        review_hold(hold=hold, by=stage.cast.wu, text="评估机构已进场", review_date=day, now=stage.now)
    assert Hold.objects.get().review_date == day
    assert kinds(petition)[-2:] == ["decide_hold", "progress"]
    with pytest.raises(NotPermitted):
        review_hold(hold=hold, by=stage.cast.chen, text="催一下", review_date=day, now=stage.tick())


@pytest.mark.parametrize(
    ("step", "by"), [("resolve", "zhou"), ("withdraw", "lin"), ("take_back", "sun"), ("answer_support", "zheng")]
)
def test_what_stops_a_clock_ends_its_hold_with_it(stage: Stage, step: str, by: str) -> None:
    petition = stage.checked_in(with_support=True)
    if step != "take_back":
        hold_asked(stage, petition, by=person("xu", "协办部门负责人", "head", department=stage.cast.support))
        decide_hold(hold=Hold.objects.latest("pk"), by=stage.cast.chen, decision="approved", now=stage.now)
    running_hold(stage, petition)
    if step == "resolve":
        CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    STEPS[step](stage, petition, getattr(stage.cast, by), stage.tick())
    stopped = petition.clocks.filter(holds__isnull=False, stopped_at__isnull=False)
    assert stopped.exists()
    for clock in stopped:
        assert clock.pauses.get().ends_at == clock.holds.get().resumed_at == clock.stopped_at
        assert clock.due_at is not None
        assert clock.due_at > stage.now
        assert clock.next_alarm_at is None
    assert Hold.objects.running().count() == (1 if step == "answer_support" else 0)


def test_a_clock_that_was_read_before_a_sweep_does_not_climb_down(stage: Stage) -> None:
    petition = stage.assigned()
    stale = limit(petition)
    sweep(now=DUE - timedelta(hours=1))
    assert raised_by(stale).count() == 1
    recompute(stale)
    assert limit(petition).next_alarm_at == DUE
    sweep(now=DUE - timedelta(minutes=1))
    assert raised_by(stale).count() == 1
