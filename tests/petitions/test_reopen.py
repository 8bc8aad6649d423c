"""Reopening starts the next cycle: new assignments, the old answer stays, nothing is overwritten."""

import pytest

from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import SupportsPending, WrongState
from petitions.models import Petition, Rating
from petitions.ratings.rating import Judgement, rate_petition
from petitions.reopening import reopen_petition
from petitions.resolution import answer_support, resolve_petition
from tests.cast import Stage
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import kinds, last_event, stored
from verbs.refusals import InvalidInput, NotPermitted

REASON = "货款仍未到账"


def reopen(stage: Stage, petition: Petition, reason: str = REASON) -> Petition:
    return reopen_petition(petition=petition, by=stage.cast.lin, reason=reason, now=stage.tick())


def answer_again(stage: Stage, petition: Petition) -> Petition:
    for by in (stage.cast.zhou, stage.cast.zheng):
        check_in_department(petition=petition, by=by, now=stage.tick())
    second = stage.answer(public_answer="已全部付清，附回单。")
    answer_support(petition=petition, by=stage.cast.zheng, answer=second, now=stage.tick())
    return resolve_petition(petition=petition, by=stage.cast.zhou, answer=second, now=stage.tick())


def test_cycle_two_has_new_assignments_and_the_old_answer_stays(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    old = list(petition.assignments.order_by("pk").values())
    petition = stored(reopen(stage, petition, f" {REASON} "))
    assert (petition.state, petition.cycle, petition.assigned_at, petition.resolved_at) == (
        "assigned",
        2,
        stage.now,
        None,
    )
    assert list(petition.assignments.filter(cycle=1).order_by("pk").values()) == old
    rows = list(petition.assignments.filter(cycle=2).order_by("pk"))
    assert [(row.department, row.part) for row in rows] == [
        (stage.cast.lead, "lead"),
        (stage.cast.support, "support"),
    ]
    assert [(row.dispatched_at, row.checked_in_at, row.answered_at) for row in rows] == [(stage.now, None, None)] * 2
    event = last_event(petition)
    assert (event.kind, event.text, event.cycle, event.from_state) == ("reopen", REASON, 2, "resolved")


def test_in_cycle_two_everybody_answers_anew(stage: Stage) -> None:
    petition = reopen(stage, stage.resolved(with_support=True))
    with pytest.raises(SupportsPending):
        resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    petition = answer_again(stage, petition)
    answers = petition.assignments.order_by("cycle", "pk").values_list("cycle", "public_answer")
    assert len(answers) == 4
    assert {text for cycle, text in answers if cycle == 1} == {stage.answer().public_answer}
    assert {text for cycle, text in answers if cycle == 2} == {"已全部付清，附回单。"}


def test_only_the_last_cycles_answers_are_rated(stage: Stage) -> None:
    petition = answer_again(stage, reopen(stage, stage.resolved(with_support=True)))
    good = Judgement(level=5, is_solved="yes")
    first = {row.pk: good for row in petition.assignments.filter(cycle=1)}
    with pytest.raises(InvalidInput):
        rate_petition(petition=petition, by=stage.cast.lin, judgements=first, now=stage.tick())
    rate_petition(petition=petition, by=stage.cast.lin, judgements=stage.judgements(petition), now=stage.tick())
    assert {rating.assignment.cycle for rating in Rating.objects.all()} == {2}


def test_the_supervisor_may_reopen_too(stage: Stage) -> None:
    petition = reopen_petition(petition=stage.resolved(), by=stage.cast.chen, reason=REASON, now=stage.tick())
    assert (petition.state, petition.cycle) == ("assigned", 2)


def test_a_part_that_was_taken_back_is_not_asked_again(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    petition.assignments.filter(part="support").update(ended_at=stage.tick())
    petition = resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    assert [row.part for row in reopen(stage, petition).assignments.filter(cycle=2)] == ["lead"]


def test_in_cycle_two_it_may_still_be_sent_back_and_go_elsewhere(stage: Stage) -> None:
    petition = reopen(stage, stage.resolved())
    petition = sent_back(stage, petition, reason="other_level", basis="应由教体局办理")
    placement = Placement(lead=stage.cast.other_department)
    petition = dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    assert (petition.state, petition.cycle) == ("assigned", 2)
    assert petition.assignments.live().get(cycle=2).department == stage.cast.other_department


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "请填写这一项。"),
        ("没有", "请至少写4个字，现在是2个。"),
        ("长" * 2001, "最多2000个字，现在是2001个。"),
    ],
)
def test_reopening_needs_a_reason(stage: Stage, reason: str, sentence: str) -> None:
    petition = stage.resolved()
    with pytest.raises(InvalidInput) as refusal:
        reopen(stage, petition, reason)
    assert refusal.value.fields == {"reason": sentence}
    assert (stored(petition).cycle, petition.assignments.count()) == (1, 1)


def test_the_second_click_is_refused(stage: Stage) -> None:
    petition = reopen(stage, stage.resolved())
    with pytest.raises(WrongState, match="办理中"):
        reopen(stage, petition)
    assert (stored(petition).cycle, kinds(petition).count("reopen")) == (2, 1)


def test_an_assistant_does_not_reopen_in_the_enterprises_place(stage: Stage) -> None:
    petition = stage.resolved(by=stage.cast.qian)
    with pytest.raises(NotPermitted):
        reopen_petition(petition=petition, by=stage.cast.qian, reason=REASON, now=stage.tick())
