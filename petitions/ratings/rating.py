"""The enterprise rates each department that answered, and may change its ratings for a while.

A low rating starts a rectification at once (petitions/ratings/rectification.py); the rating itself stays changeable
until it is locked (petitions/ratings/window.py).
Source: domain, answer and rating; 政务服务“好差评”; docs/adr/0021-ratings.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from petitions.clocks.stopping import stop_clocks
from petitions.models import (
    LOW_LEVELS,
    Assignment,
    EventKind,
    IsSolved,
    Level,
    Petition,
    Rating,
    ReasonTag,
    State,
    Via,
)
from petitions.permissions import Relation
from petitions.ratings.rectification import cancel_rectification, drop_referral, put_right
from petitions.situations import Situation
from petitions.steps import Step, begin
from petitions.verb import FormPlace, Verb
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import AlreadyDone, InvalidInput
from verbs.texts import cleaned

CHANGEABLE_FOR = timedelta(hours=12)  # domain: a liaison may change a rating for 12 hours, then it is locked


def _may_rate(who: Relation) -> bool:
    """Return whether the person may rate: only a liaison of the enterprise may.

    A liaison may not who filed the petition on behalf, or who belongs to a department that has, or had, a part in it.
    Source  domain: 评价反馈
    """
    return who.is_liaison and not who.has_filed_on_behalf and not who.is_of_department


def check_can_change_rating(it: Situation) -> None:
    """Check that a rating of the last rated cycle can still be changed.

    Raises  AlreadyDone
    """
    if not changeable_ratings(it):
        raise AlreadyDone(_("评价已锁定，不能再修改。"))


RATE = Verb(
    name="rate",
    label=gettext_lazy("评价"),
    icon="star",
    rule=_may_rate,
    form=FormPlace.PAGE,
    next_step=lambda _it: 5,
)
# In ASSIGNED too: a low rating has started a rectification, and can be changed while that runs.
CHANGE_RATING = Verb(
    name="change_rating",
    label=gettext_lazy("修改评价"),
    icon="star-half",
    rule=_may_rate,
    states=(State.RATED, State.ASSIGNED),
    check=check_can_change_rating,
)
VERBS = (RATE, CHANGE_RATING)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the enterprise thinks of one department's answer."""

    level: int | None
    is_solved: str
    reason_tags: Sequence[str] = ()
    text: str = ""
    is_anonymous: bool = False


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How a rating came, and from which network address (None when it is not known)."""

    via: Via = Via.PAGE
    address: str | None = None


def rate_petition(
    *,
    petition: Petition,
    by: User,
    judgements: Mapping[int, Judgement],
    now: datetime,
    origin: Origin | None = None,
) -> Petition:
    """Rate every department that answered in this cycle, in one step.

    A low rating starts a rectification or, if an earlier cycle was rated low too, a referral to a supervisor.
    judgements  by the assignment's id; exactly the answered assignments of the current cycle
    Raises  InvalidInput (fields named `<assignment id>-<field>`), NotPermitted, WrongState
    Source  政务服务“好差评”: five levels, no preselected value
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=RATE, now=now)
        petition = step.petition
        answered = list(petition.current_assignments().filter(answered_at__isnull=False))
        _check_judgements(answered, judgements)
        origin = origin or Origin()
        given: Any = {"by": by, "rated_at": now, "via": origin.via, "from_address": origin.address}
        ratings = Rating.objects.bulk_create(
            _say(Rating(assignment=row, **given), judgements[row.pk]) for row in answered
        )
        petition.rate(now=now)
        stop_clocks(petition, now=now)
        step.finish(EventKind.RATE, data=_data(ratings))
        is_low = any(rating.is_low for rating in ratings)
        return put_right(step, ratings) if is_low else petition


def change_rating(
    *,
    petition: Petition,
    by: User,
    judgements: Mapping[int, Judgement],
    now: datetime,
    origin: Origin | None = None,
) -> Petition:
    """Change the ratings of the cycle that was rated last, while they are not locked.

    The event keeps the former levels. If one is low now and none was before, a rectification or a referral begins. If
    none is low any more, the rectification, which is not answered yet, or the referral ends.
    Safe to repeat: the same judgements again change nothing.
    judgements  as for `rate_petition`
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (locked, or nothing was rated)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=CHANGE_RATING, now=now)
        petition, ratings = step.petition, changeable_ratings(step)
        _check_judgements([rating.assignment for rating in ratings], judgements)
        was_low, before = any(rating.is_low for rating in ratings), _data(ratings)
        if not _have_changed(ratings, judgements, now, origin or Origin()):
            return petition
        step.finish(EventKind.CHANGE_RATING, data={**_data(ratings), "before": before["levels"]})
        return _follow_change(step, ratings, was_low=was_low)


def _have_changed(
    ratings: Sequence[Rating], judgements: Mapping[int, Judgement], now: datetime, origin: Origin
) -> bool:
    """Write those of the judgements that differ from their ratings. Returns whether any did."""
    changed = False
    for rating in ratings:
        before = [getattr(rating, name) for name in SAID]
        _say(rating, judgements[rating.assignment_id])
        if before != [getattr(rating, name) for name in SAID]:
            rating.changed_at, rating.changed_from_address, changed = now, origin.address, True
            rating.save(update_fields=[*SAID, "changed_at", "changed_from_address"])
    return changed


def _follow_change(step: Step, ratings: Sequence[Rating], *, was_low: bool) -> Petition:
    petition = step.petition
    is_low = any(rating.is_low for rating in ratings)
    if is_low and not was_low:
        return put_right(step, ratings)
    if was_low and not is_low:
        drop_referral(petition, by=step.by, now=step.now)
        if petition.state == State.ASSIGNED:
            return cancel_rectification(step, ratings)
    return petition


def changeable_ratings(it: Situation) -> list[Rating]:
    """Return the ratings of the last rated cycle that may still be changed; [] when it is too late or nobody rated."""
    rated = it.petition.cycle if it.petition.state == State.RATED else it.petition.cycle - 1
    if not rated:
        return []
    since = it.now - CHANGEABLE_FOR
    return [one for one in it.unlocked_ratings if one.assignment.cycle == rated and one.rated_at > since]


SAID = ("level", "is_solved", "reason_tags", "text", "is_anonymous")


def _say(rating: Rating, judgement: Judgement) -> Rating:
    rating.level = judgement.level  # type: ignore[assignment]  # checked before
    rating.is_solved = judgement.is_solved
    rating.reason_tags = list(judgement.reason_tags)
    rating.text = cleaned(judgement.text)
    rating.is_anonymous = judgement.is_anonymous
    return rating


def _data(ratings: Sequence[Rating]) -> dict[str, object]:
    """Return what the event's data keeps of the ratings: their cycle and, by department, `level` and `is_solved`."""
    return {
        "cycle": ratings[0].assignment.cycle,
        "levels": {str(rating.assignment.department_id): rating.level for rating in ratings},
        "solved": {str(rating.assignment.department_id): rating.is_solved for rating in ratings},
    }


def _check_judgements(answered: Sequence[Assignment], judgements: Mapping[int, Judgement]) -> None:
    if set(judgements) != {assignment.pk for assignment in answered}:
        raise InvalidInput({"ratings": _("请对每个答复的部门分别评价。")})
    problems = Problems()
    for key, judgement in judgements.items():
        problems.need(f"{key}-level", judgement.level in Level.values, _("请选择满意度。"))
        problems.choice(f"{key}-is_solved", judgement.is_solved, IsSolved.values)
        known = set(judgement.reason_tags) <= set(ReasonTag.values)
        problems.need(f"{key}-reason_tags", known, _("请从列表中选择原因。"))
        text = problems.text(f"{key}-text", judgement.text, least=0, most=NOTE_MAX)
        has_reason = bool(text or judgement.reason_tags) or judgement.level not in LOW_LEVELS
        problems.need(f"{key}-text", has_reason, _("不满意时请选择原因或写一句话，便于整改。"))
    problems.raise_if_any()
