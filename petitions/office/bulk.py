"""Several petitions at one press: each by its own verb, in its own transaction; the answer says what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from petitions.check_in import check_in_department
from petitions.models import Assignment
from petitions.office.handover import hand_over
from verbs.refusals import Refusal


@dataclass(frozen=True)
class Outcome:
    """What became of one part."""

    assignment: Assignment
    is_done: bool
    sentence: str


def check_in_all(*, assignments: Sequence[Assignment], by: User, now: datetime) -> list[Outcome]:
    """Check in each of the parts. What a colleague signed for meanwhile is done as well.

    Safe to repeat.
    Returns one outcome a part, in their order
    """

    def check_in(part: Assignment) -> str:
        check_in_department(petition=part.petition, by=by, department=part.department, now=now)
        return _("本部门此前已报到。") if part.checked_in_at else _("已报到。")

    return [_tried(part, check_in) for part in assignments]


def hand_over_all(*, assignments: Sequence[Assignment], to: User, by: User, now: datetime) -> list[Outcome]:
    """Hand each of the parts to one person of the department. Safe to repeat.

    Returns one outcome a part, in their order
    """

    def give(part: Assignment) -> str:
        hand_over(petition=part.petition, by=by, to=to, department=part.department, now=now)
        return _("已交给%(name)s。") % {"name": to}

    return [_tried(part, give) for part in assignments]


def _tried(part: Assignment, act: Callable[[Assignment], str]) -> Outcome:
    try:
        return Outcome(part, is_done=True, sentence=act(part))
    except Refusal as refusal:
        return Outcome(part, is_done=False, sentence=str(refusal))
