"""A month of facts, its sample, and what an evaluator does with a call."""

from datetime import date, timedelta
from typing import Any

from petitions.models import Petition
from petitions.ratings.rating import rate_petition
from petitions.ratings.window import lock_due_ratings
from surveys.calling import Attempt, record_attempt
from surveys.models import Survey, SurveyCall
from surveys.sampling import draw_sample
from tests.cast import Cast, Stage
from tests.moments import TUESDAY_10AM

MONTH = date(2026, 9, 1)


def rated(stage: Stage, level: int, **changes: Any) -> Petition:
    """A petition of Lin's that she rated so."""
    petition = stage.resolved(**changes)
    said = {"level": level, "is_solved": "yes" if level > 2 else "no", "text": "Not paid yet." if level < 3 else ""}
    judgements = stage.judgements(petition, **said)
    return rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())


def month_of(stage: Stage, *levels: int | None, **changes: Any) -> list[Petition]:
    """Petitions of the stage's month, rated so or (None) lapsed; afterwards the month and more is over."""
    rows = [stage.lapsed(**changes) if level is None else rated(stage, level, **changes) for level in levels]
    lock_due_ratings(now=stage.tick(timedelta(days=1)))
    stage.tick(timedelta(days=30))
    return rows


def drawn(stage: Stage, *levels: int | None, seed: str = "澜川", **changes: Any) -> Survey:
    """The survey of such a month."""
    month = stage.now.date().replace(day=1)
    month_of(stage, *levels, **changes)
    return draw_sample(month=month, by=stage.cast.chen, now=stage.now, seed=seed)


def long_ago(cast: Cast) -> Stage:
    """A stage two months before the others', so that a month of it is over when theirs begins."""
    return Stage(cast, TUESDAY_10AM - timedelta(weeks=9))


REACHED = Attempt(result="reached", level=2, is_solved="no", remarks="款项仍未到账")
NO_ANSWER = Attempt(result="no_answer")


def tried(stage: Stage, call: SurveyCall, *attempts: Attempt) -> SurveyCall:
    """The call's evaluator tries, an hour between two attempts."""
    assert call.evaluator
    for attempt in attempts:
        number = call.attempts.count() + 1
        call = record_attempt(call=call, by=call.evaluator, number=number, attempt=attempt, now=stage.tick())
    return call


def told(stage: Stage, survey: Survey, *differences: int) -> None:
    """The first calls reach somebody, one for each difference: what was rated, or 3, less what is said now."""
    calls = survey.calls.select_related("fact").order_by("place")
    for call, difference in zip(calls, differences, strict=False):
        level = (call.fact.level or 3) - difference
        tried(stage, call, Attempt(result="reached", level=level, is_solved="partly"))
