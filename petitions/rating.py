"""The enterprise's rating, per department that answered, and the lapse of petitions that nobody rated.

A lapsed petition is closed, not satisfied. Left out: changing a rating, signed links, rectification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.clocks import WORK_CLOCKS, stop_clocks
from petitions.errors import InvalidInput
from petitions.inputs import NOTE_MAX, Problems, cleaned
from petitions.models import Assignment, EventKind, IsSolved, Level, Petition, Rating, ReasonTag, StopReason
from petitions.queries import due_to_lapse
from petitions.steps import begin, finish

RATING_WINDOW_DAYS = 15  # calendar days, the day of the answer not counted; practice of the 12345 hotlines
LOW_LEVELS = (Level.DISSATISFIED, Level.VERY_DISSATISFIED)  # a reason is required: 政务服务“好差评”


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the enterprise thinks of one department's answer."""

    level: int | None
    is_solved: str
    reason_tags: Sequence[str] = ()
    text: str = ""


def rate_petition(*, petition: Petition, by: User, judgements: Mapping[int, Judgement], now: datetime) -> Petition:
    """Rate every department that answered in this cycle, in one step.

    judgements  by the assignment's id; exactly the answered assignments of the current cycle
    Raises  InvalidInput (fields named `<assignment id>-<field>`), NotPermitted, WrongState
    Source  政务服务“好差评”: five levels, no preselected value
    """
    with transaction.atomic():
        petition, _relation = begin(petition=petition, by=by, verb="rate")
        answered = list(Assignment.objects.current(petition).filter(answered_at__isnull=False))
        _check_judgements(answered, judgements)
        Rating.objects.bulk_create(
            _rating_of(assignment, judgements[assignment.pk], by, now) for assignment in answered
        )
        from_state = petition.state
        petition.rate(now=now)
        stop_clocks(petition, now=now, kinds=WORK_CLOCKS)
        return finish(
            petition=petition,
            kind=EventKind.RATE,
            by=by,
            now=now,
            from_state=from_state,
            data={
                "levels": {str(assignment.department_id): judgements[assignment.pk].level for assignment in answered}
            },
        )


def _rating_of(assignment: Assignment, judgement: Judgement, by: User, now: datetime) -> Rating:
    return Rating(
        assignment=assignment,
        level=judgement.level,  # type: ignore[misc]  # checked before
        is_solved=judgement.is_solved,
        reason_tags=list(judgement.reason_tags),
        text=cleaned(judgement.text),
        by=by,
        rated_at=now,
    )


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


def lapse_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Close a resolved petition that was not rated inside the window.

    Raises  NotPermitted, WrongState
    """
    with transaction.atomic():
        petition, _relation = begin(petition=petition, by=by, verb="lapse")
        from_state = petition.state
        petition.lapse(now=now)
        stop_clocks(petition, now=now, kinds=WORK_CLOCKS, reason=StopReason.LAPSED)
        return finish(petition=petition, kind=EventKind.LAPSE, by=by, now=now, from_state=from_state)


def lapse_overdue_ratings(*, now: datetime, limit: int = 500) -> int:
    """Close every resolved petition whose rating window has ended, up to `limit`.

    Safe to repeat and to run twice at once: a petition locked by another worker is left to it.
    now     aware datetime, the database's clock
    Returns the number closed
    """
    closed = 0
    answered_before = _window_start(now)
    for key in list(due_to_lapse(answered_before).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            due = due_to_lapse(answered_before).filter(pk=key)
            petition = due.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
            if petition:
                lapse_petition(petition=petition, by=User.objects.system(), now=now)
                closed += 1
    return closed


def _window_start(now: datetime) -> datetime:
    """Return the moment before which an answer must have been given for its window to be over at `now`.

    The window's last day ends at midnight (民法典 第203条).
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=RATING_WINDOW_DAYS)
