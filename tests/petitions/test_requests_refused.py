"""What extension and hold are refused for, and that a refusal changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from petitions.errors import TooLate
from petitions.models import Clock, Decision, Extension, Hold
from petitions.supervision.extensions import DAYS_MOST, decide_extension
from petitions.supervision.holds import (
    REVIEW_DAYS_MOST,
    ask_hold,
    decide_hold,
    resume_hold,
    review_hold,
)
from tests.cast import Stage, person
from tests.petitions.request_steps import DUE, asked_for, hold_asked, limit, running_hold
from tests.petitions.verbs import CALLS, kinds
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted, Refusal

A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"days": 0}, {"days"}),
        ({"days": DAYS_MOST + 1}, {"days"}),
        ({"days": -1, "reason": "短"}, {"days", "reason"}),
        ({"reason": "理" * 2001}, {"reason"}),
    ],
)
def test_an_extension_names_every_wrong_field(stage: Stage, changes: dict[str, Any], fields: set[str]) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        asked_for(stage, petition, **changes)
    assert set(refusal.value.fields) == fields


@pytest.mark.parametrize("days", [-1, 0, REVIEW_DAYS_MOST + 1])
def test_a_review_is_after_today_and_not_years_away(stage: Stage, days: int) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        hold_asked(stage, petition, days=days)
    assert set(refusal.value.fields) == {"review_date"}
    hold_asked(stage, petition, days=max(1, min(days, REVIEW_DAYS_MOST)))


def test_a_review_date_has_to_be_given(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        ask_hold(petition=petition, by=stage.cast.wu, reason="等待上级批复", review_date=None, now=stage.now)
    assert set(refusal.value.fields) == {"review_date"}


@pytest.mark.parametrize("decision", ["", "pending", "perhaps"])
def test_a_decision_is_yes_or_no_and_a_no_has_a_reason(stage: Stage, decision: str) -> None:
    petition = stage.assigned()
    extension = asked_for(stage, petition)
    for note, given in (("", decision), ("", "refused"), ("短", "refused")):
        with pytest.raises(InvalidInput):
            decide_extension(extension=extension, by=stage.cast.chen, decision=given, note=note, now=stage.now)
    assert Extension.objects.get().decision == Decision.PENDING


def test_both_are_asked_for_until_the_limit_is_over_and_not_a_minute_longer(stage: Stage) -> None:
    petition = stage.assigned()
    stage.now = DUE + A_MINUTE
    for ask in (asked_for, hold_asked):
        with pytest.raises(TooLate):
            ask(stage, petition)
    stage.now = DUE
    asked_for(stage, petition)
    hold_asked(stage, petition)


def test_a_hold_is_not_approved_when_nothing_is_left_that_could_rest(stage: Stage) -> None:
    petition = stage.assigned()
    hold = hold_asked(stage, petition)
    with pytest.raises(TooLate):
        decide_hold(hold=hold, by=stage.cast.chen, decision="approved", now=DUE + A_MINUTE)
    assert Hold.objects.get().decision == Decision.PENDING
    decide_hold(hold=hold, by=stage.cast.chen, decision="refused", note="时限已过", now=DUE + A_MINUTE)


def test_one_request_of_a_kind_at_a_time_and_no_extension_while_it_rests(stage: Stage) -> None:
    petition = stage.assigned()
    asked_for(stage, petition)
    running_hold(stage, petition)
    before = kinds(petition)
    for ask in (asked_for, hold_asked):
        with pytest.raises(AlreadyDone):
            ask(stage, petition)
    Extension.objects.all().delete()
    with pytest.raises(AlreadyDone, match="挂账期间"):
        asked_for(stage, petition)
    assert kinds(petition) == before


def test_who_has_answered_asks_for_nothing_more_and_what_it_asked_lapses(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    extension, hold = asked_for(stage, petition, by=xu), hold_asked(stage, petition, by=xu)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    for ask in (asked_for, hold_asked):
        with pytest.raises(AlreadyDone, match="已经答复"):
            ask(stage, petition, by=xu)
    values: dict[str, Any] = {"by": stage.cast.chen, "decision": "approved", "now": stage.now}
    with pytest.raises(AlreadyDone, match="时限已经停止"):
        decide_extension(extension=extension, **values)
    with pytest.raises(AlreadyDone, match="时限已经停止"):
        decide_hold(hold=hold, **values)


@pytest.mark.parametrize("unit", ["working_hours", "calendar_days"])
def test_a_limit_that_an_extension_could_not_move_is_not_extended(stage: Stage, unit: str) -> None:
    petition = stage.assigned()
    Clock.objects.filter(pk=limit(petition).pk).update(unit=unit)
    with pytest.raises(AlreadyDone, match="不能延期"):
        asked_for(stage, petition)
    if unit == "calendar_days":
        with pytest.raises(AlreadyDone, match="不能挂账"):
            hold_asked(stage, petition)


def test_only_a_running_hold_is_resumed_or_reviewed_and_only_by_its_department(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    hold = hold_asked(stage, petition)
    day = stage.now.date() + timedelta(days=9)

    def refused(error: type[Refusal], by: Any) -> None:
        with pytest.raises(error), transaction.atomic():
            resume_hold(hold=hold, by=by, now=stage.now)
        with pytest.raises(error), transaction.atomic():
            review_hold(hold=hold, by=by, text="有进展", review_date=day, now=stage.now)

    refused(AlreadyDone, stage.cast.wu)
    decide_hold(hold=hold, by=stage.cast.chen, decision="approved", now=stage.now)
    for by in (xu, stage.cast.zhou, stage.cast.lin):
        refused(NotPermitted, by)
    resume_hold(hold=hold, by=stage.cast.wu, now=stage.tick())
    refused(AlreadyDone, stage.cast.wu)
