"""Attempts: what each result does to a call, how often it is tried, who may record, what stays; and handing over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from departments.models import Membership
from surveys.calling import Attempt, hand_call, record_attempt
from surveys.models import SurveyAttempt, SurveyCall
from tests.cast import Stage, person
from tests.surveys.steps import NO_ANSWER, REACHED, drawn, tried
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


@pytest.fixture
def call(stage: Stage) -> SurveyCall:
    """Chu's one call, about a petition rated 5."""
    return drawn(stage, 5).calls.get()


ENDINGS: list[tuple[list[str], str]] = [
    (["no_answer"], "again"),
    (["wrong_number"], "again"),
    (["no_answer", "wrong_number"], "again"),
    (["no_answer", "no_answer", "no_answer"], "not_reached"),
    (["no_answer", "wrong_number", "wrong_number"], "not_reached"),
    (["refused"], "refused"),
    (["no_answer", "refused"], "refused"),
]


@pytest.mark.parametrize(("results", "state"), ENDINGS)
def test_what_becomes_of_a_call(results: list[str], state: str, stage: Stage, call: SurveyCall) -> None:
    assert tried(stage, call, *(Attempt(result=result) for result in results)).state == state


def test_somebody_who_is_reached_rates_independently(stage: Stage, call: SurveyCall) -> None:
    assert tried(stage, call, NO_ANSWER, NO_ANSWER, REACHED).state == "reached"
    told = call.attempts.get(result="reached")
    assert (told.number, told.level, told.is_solved, told.remarks) == (3, 2, "no", "款项仍未到账")
    assert (told.by, told.at) == (stage.cast.chu, stage.now)


def test_an_agreed_time_is_an_attempt_and_is_kept(stage: Stage, call: SurveyCall) -> None:
    agreed = stage.now + timedelta(days=1)
    assert tried(stage, call, Attempt(result="call_back", call_back_at=agreed)).state == "again"
    assert call.attempts.get().call_back_at == agreed
    assert tried(stage, call, NO_ANSWER, NO_ANSWER).state == "not_reached"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"result": ""}, "result"),
    ({"result": "lost"}, "result"),
    ({"result": "reached", "is_solved": "yes"}, "level"),
    ({"result": "reached", "level": 6, "is_solved": "yes"}, "level"),
    ({"result": "reached", "level": 3}, "is_solved"),
    ({"result": "no_answer", "level": 3}, "result"),
    ({"result": "refused", "is_solved": "no"}, "result"),
    ({"result": "call_back"}, "call_back_at"),
    ({"result": "no_answer", "remarks": "长" * 2001}, "remarks"),
]


@pytest.mark.parametrize(("said", "field"), WRONG)
def test_what_cannot_be_is_refused(said: dict[str, object], field: str, stage: Stage, call: SurveyCall) -> None:
    with pytest.raises(InvalidInput) as refusal:
        tried(stage, call, Attempt(**said))  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {field}
    assert not call.attempts.exists()


def test_an_agreed_time_is_ahead_and_of_nothing_else(stage: Stage, call: SurveyCall) -> None:
    past = Attempt(result="call_back", call_back_at=stage.now)
    misplaced = Attempt(result="no_answer", call_back_at=stage.now + timedelta(days=1))
    for attempt in (past, misplaced):
        with pytest.raises(InvalidInput) as refusal:
            tried(stage, call, attempt)
        assert set(refusal.value.fields) == {"call_back_at"}


@pytest.mark.parametrize("ending", [[REACHED], [Attempt(result="refused")], [NO_ANSWER] * 3])
def test_a_call_that_is_over_stays_so(ending: list[Attempt], stage: Stage, call: SurveyCall) -> None:
    call = tried(stage, call, *ending)
    with pytest.raises(AlreadyDone):
        tried(stage, call, REACHED)
    with pytest.raises(AlreadyDone):
        hand_call(call=call, to=person("shi", "史测评", "evaluator"), by=stage.cast.chen, now=stage.now)
    assert call.attempts.count() == len(ending)


def test_the_same_form_twice_is_one_attempt(stage: Stage, call: SurveyCall) -> None:
    record_attempt(call=call, by=stage.cast.chu, number=1, attempt=NO_ANSWER, now=stage.tick())
    with pytest.raises(AlreadyDone):
        record_attempt(call=call, by=stage.cast.chu, number=1, attempt=NO_ANSWER, now=stage.tick())
    assert call.attempts.count() == 1


@pytest.mark.parametrize("name", ["lin", "qian", "sun", "zhou", "wu", "chen", "wei", "sysadmin", "system"])
def test_nobody_else_records(name: str, stage: Stage, call: SurveyCall) -> None:
    with pytest.raises(NotPermitted):
        record_attempt(call=call, by=getattr(stage.cast, name), number=1, attempt=REACHED, now=stage.now)


def test_another_evaluator_and_one_who_is_no_third_party_do_not_record(stage: Stage, call: SurveyCall) -> None:
    other = person("shi", "史测评", "evaluator")
    with pytest.raises(NotPermitted):
        record_attempt(call=call, by=other, number=1, attempt=REACHED, now=stage.now)
    Membership.objects.create(user=stage.cast.chu, department=stage.cast.lead)
    with pytest.raises(NotPermitted):
        tried(stage, call, REACHED)
    Membership.objects.all().delete()
    stage.cast.chu.roles.append("handler")
    stage.cast.chu.save()
    with pytest.raises(NotPermitted):
        tried(stage, call, REACHED)


def test_a_supervisor_hands_a_call_to_another_evaluator(stage: Stage, call: SurveyCall) -> None:
    other = person("shi", "史测评", "evaluator")
    tried(stage, call, NO_ANSWER)
    call = hand_call(call=call, to=other, by=stage.cast.chen, now=stage.tick())
    assert (call.evaluator, call.handed_by, call.handed_at) == (other, stage.cast.chen, stage.now)
    assert tried(stage, call, NO_ANSWER, NO_ANSWER).state == "not_reached"  # the first one's attempt counts
    assert list(call.attempts.values_list("by__username", flat=True)) == ["chu", "shi", "shi"]


@pytest.mark.parametrize("name", ["chu", "wei", "zhou", "sun"])
def test_only_a_supervisor_hands_over(name: str, stage: Stage, call: SurveyCall) -> None:
    with pytest.raises(NotPermitted):
        hand_call(call=call, to=stage.cast.chu, by=getattr(stage.cast, name), now=stage.now)


@pytest.mark.parametrize("name", ["zhou", "chen", "lin"])
def test_a_call_is_handed_to_evaluators_only(name: str, stage: Stage, call: SurveyCall) -> None:
    with pytest.raises(InvalidInput):
        hand_call(call=call, to=getattr(stage.cast, name), by=stage.cast.chen, now=stage.now)


def test_a_survey_and_its_attempts_are_never_edited(stage: Stage, call: SurveyCall) -> None:
    tried(stage, call, REACHED)
    for act in (
        lambda: SurveyAttempt.objects.update(level=5),
        lambda: SurveyAttempt.objects.all().delete(),
        lambda: type(call.survey).objects.update(seed="另一个"),
        lambda: type(call.survey).objects.filter(pk=call.survey_id)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()
