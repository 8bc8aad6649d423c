"""Every check and unique constraint of the survey's tables refuses at least once; a new one without a case fails."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, models

from surveys.models import SampleRule, Survey, SurveyAttempt, SurveyCall
from tests.cast import Stage
from tests.petitions.behind_the_verbs import Act, again, assert_refuses, named_constraints
from tests.surveys.steps import NO_ANSWER, REACHED, drawn, tried

GUARDS = {
    "surveys_survey": "surveys_survey_is_append_only",
    "surveys_surveyattempt": "surveys_attempts_are_append_only",
}


def _rule(**values: Any) -> Act:
    return lambda stage: SampleRule.objects.update(**values)


def _change(model: type[models.Model], **values: Any) -> Act:
    """Change the rows of a survey of two calls, of which one was tried in vain and one reached somebody."""

    def act(stage: Stage) -> None:
        first, second = drawn(stage, 5, 1).calls.order_by("place")
        tried(stage, first, NO_ANSWER)
        tried(stage, second, REACHED)
        model._default_manager.update(**values)

    return act


def _attempt_again(stage: Stage, **values: Any) -> None:
    call = tried(stage, drawn(stage, 5).calls.get(), REACHED)
    again(call.attempts.get(), **values)


CASES: dict[str, Act] = {
    "sample_rule_share_percent": _rule(share_percent=101),
    "sample_rule_not_empty": _rule(most=0),
    "sample_rule_from_first_day": _rule(valid_from=date(2026, 1, 2)),
    "surveys_samplerule_valid_from_key": lambda stage: again(SampleRule.objects.get()),
    "survey_month_is_first_day": lambda stage: again(drawn(stage, 5), month=date(2026, 1, 2)),
    "survey_has_seed": _change(Survey, seed=""),
    "call_place_once": _change(SurveyCall, place=1),
    "call_stratum_known": _change(SurveyCall, stratum="middle"),
    "call_state_known": lambda stage: again(drawn(stage, 5).calls.get(), state="lost", place=2),
    "call_handed_paired": lambda stage: _change(SurveyCall, handed_at=stage.now)(stage),
    "call_made_by_somebody": _change(SurveyCall, evaluator=None),
    "surveys_surveycall_fact_id_key": lambda stage: again(drawn(stage, 5).calls.get(), place=2),
    "attempt_number_once": lambda stage: _attempt_again(stage, result="no_answer", level=None, is_solved=""),
    "attempt_reached_once": lambda stage: _attempt_again(stage, number=2),
    "attempt_result_known": lambda stage: _attempt_again(stage, number=2, result="x", level=None, is_solved=""),
    "attempt_rating_paired": _change(SurveyAttempt, level=6),
    "attempt_call_back_paired": lambda stage: _change(SurveyAttempt, call_back_at=stage.now)(stage),
}


@pytest.fixture
def unguarded(db: None) -> None:
    """Without the triggers, so that the constraint itself has to refuse; the rollback brings them back."""
    with connection.cursor() as cursor:
        for table, trigger in GUARDS.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.mark.django_db
def test_every_constraint_has_a_case() -> None:
    assert named_constraints("surveys") == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, unguarded: None, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)
