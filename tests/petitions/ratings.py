"""Steps about ratings: rate low, put it right, rate again."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from petitions.check_in import check_in_department
from petitions.models import Petition
from petitions.ratings.rating import CHANGEABLE_FOR, Judgement, Origin, change_rating, changeable_ratings, rate_petition
from petitions.ratings.window import lock_due_ratings
from petitions.resolution import answer_support, resolve_petition
from petitions.situations import situation_of
from tests.cast import Stage

LOW: dict[str, Any] = {"level": 2, "is_solved": "no", "reason_tags": ["slow"], "text": "拖了太久"}


def rate(stage: Stage, petition: Petition, *, by: User | None = None, **changes: Any) -> Petition:
    judgements = stage.judgements(petition, **changes)
    return rate_petition(petition=petition, by=by or stage.cast.lin, judgements=judgements, now=stage.tick())


def rated_low(stage: Stage, **changes: Any) -> Petition:
    """Return a petition that was rated low in its first cycle: it is being put right in the second."""
    return rate(stage, stage.resolved(**changes), **LOW)


def put_right(stage: Stage, petition: Petition) -> Petition:
    """Answer a rectification, the support's part first if it has one."""
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    answer = stage.answer(public_answer="已当面道歉并付清，附回单。")
    if petition.current_assignments().filter(part="support").exists():
        check_in_department(petition=petition, by=stage.cast.zheng, now=stage.tick())
        answer_support(petition=petition, by=stage.cast.zheng, answer=answer, now=stage.tick())
    return resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())


def change(
    stage: Stage,
    petition: Petition,
    *,
    by: User | None = None,
    now: datetime | None = None,
    origin: Origin | None = None,
    **changes: Any,
) -> Petition:
    by, now = by or stage.cast.lin, now or stage.tick()
    values: dict[str, Any] = {"level": 5, "is_solved": "yes"} | changes
    it = situation_of(Petition.objects.get(pk=petition.pk), by, now)
    judgements = {rating.assignment_id: Judgement(**values) for rating in changeable_ratings(it)}
    return change_rating(petition=petition, by=by, judgements=judgements, now=now, origin=origin)


def lock(stage: Stage) -> int:
    """Let the time pass in which ratings can be changed, and lock them. Returns how many cycles were closed."""
    return lock_due_ratings(now=stage.tick(CHANGEABLE_FOR + timedelta(seconds=1)))
