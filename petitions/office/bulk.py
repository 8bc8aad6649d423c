"""One step on several parts at one click. The verb is called for each part, in a transaction of its own.

A part that the verb refuses does not stop the others: an outcome for each says what became of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from petitions.check_in import check_in_department
from petitions.models import Assignment
from petitions.office.handover import hand_over
from verbs.refusals import AlreadyDone, Refusal


@dataclass(frozen=True)
class BulkOutcome:
    """What became of one part: whether the step is done, and a sentence about it for the person."""

    assignment: Assignment
    is_done: bool
    sentence: str


def check_in_all(*, assignments: Sequence[Assignment], by: User, now: datetime) -> list[BulkOutcome]:
    """Check in each of the parts. A part that a colleague checked in meanwhile counts as done.

    Safe to repeat.
    Returns one outcome for each part, in the order of the parts
    """

    def check_in(part: Assignment) -> str:
        try:
            check_in_department(petition=part.petition, by=by, department=part.department, now=now)
        except AlreadyDone:
            return _("本部门此前已报到。")
        return _("已报到。")

    return [_tried(part, check_in) for part in assignments]


def hand_over_all(*, assignments: Sequence[Assignment], to: User, by: User, now: datetime) -> list[BulkOutcome]:
    """Hand each of the parts to one person of the department. Safe to repeat.

    Returns one outcome for each part, in the order of the parts
    """

    def give(part: Assignment) -> str:
        hand_over(petition=part.petition, by=by, to=to, department=part.department, now=now)
        return _("已交给%(name)s。") % {"name": to}

    return [_tried(part, give) for part in assignments]


def _tried(part: Assignment, act: Callable[[Assignment], str]) -> BulkOutcome:
    try:
        return BulkOutcome(part, is_done=True, sentence=act(part))
    except Refusal as refusal:
        return BulkOutcome(part, is_done=False, sentence=str(refusal))
