"""A month drawn by several people and the job at one moment: one sample, and the others are told."""

from datetime import timedelta

import pytest

from surveys.calling import record_attempt
from surveys.models import Survey, SurveyAttempt, SurveyCall
from surveys.sampling import draw_due_sample, draw_sample
from tests.cast import Cast, Stage, build_cast
from tests.faults.threads import together
from tests.surveys.steps import MONTH, NO_ANSWER, drawn, month_of
from verbs.refusals import AlreadyDone

THREADS = 6


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    cast: Cast = build_cast()
    return Stage(cast)


def test_a_month_is_drawn_once_however_many_draw(stage: Stage) -> None:
    month_of(stage, 5, 1, None)
    now = stage.now.replace(month=10, day=20)

    def act(worker: int) -> str:
        if worker == 0:
            return f"job {draw_due_sample(now=now)}"
        try:
            return draw_sample(month=MONTH, by=stage.cast.chen, now=now, seed=f"{worker}").seed
        except AlreadyDone:
            return "told"

    results = together(THREADS, act)
    survey = Survey.objects.get()
    winners = [result for result in results if result not in ("told", "job 0")]
    assert len(winners) == 1
    assert winners[0] in (survey.seed, "job 3")
    assert SurveyCall.objects.count() == survey.calls.count() == 3


def test_one_attempt_is_recorded_once_however_often_it_is_sent(stage: Stage) -> None:
    call, now = drawn(stage, 5).calls.get(), stage.now + timedelta(hours=1)

    def act(_worker: int) -> bool:
        try:
            record_attempt(call=call, by=stage.cast.chu, number=1, attempt=NO_ANSWER, now=now)
        except AlreadyDone:
            return False
        return True

    assert sum(together(THREADS, act)) == 1
    assert SurveyAttempt.objects.count() == 1
