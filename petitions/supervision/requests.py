"""What extension, hold and send-back share: a department asks, somebody else decides, and a refusal needs a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from petitions.errors import TooLate
from petitions.models import Assignment, Clock, Decision, Extension, Hold
from petitions.models.request import Request
from petitions.situations import Situation
from petitions.steps import Note
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone

JUDGEMENTS = [Decision.APPROVED.value, Decision.REFUSED.value]


def running_limit(it: Situation, part: Assignment) -> Clock:
    """Return the clock for the department's answer, which has to run or rest and must not be overdue.

    Raises  AlreadyDone (the department has answered), TooLate
    """
    clock = it.limit_of(part)
    if clock is None:
        raise AlreadyDone(_("本部门已经答复，不能再申请。"))
    if clock.is_overdue(it.now):
        raise TooLate()
    return clock


def checked_decision(decision: str, note: str) -> str:
    """Check a decision and return its note, cleaned. A refusal needs a note.

    Raises  InvalidInput
    """
    problems = Problems()
    problems.choice("decision", decision, JUDGEMENTS)
    least = REASON_MIN if decision == Decision.REFUSED else 0
    note = problems.text("note", note, least=least, most=NOTE_MAX)
    problems.raise_if_any()
    return note


def check_can_decide(_it: Situation, asked: Extension | Hold) -> None:
    """Check that the request waits for a decision.

    Raises  AlreadyDone (it was decided, or its clock has stopped)
    """
    if asked.decision != Decision.PENDING:
        raise AlreadyDone(_("这项申请已经审批过。"))
    if asked.clock.stopped_at:
        raise AlreadyDone(_("这项时限已经停止，申请不再有效。"))


def write_decision(asked: Request, by: User, decision: str, note: str, now: datetime) -> None:
    """Write on the request who decided what, when and why, inside the caller's transaction."""
    asked.decision, asked.decision_note = decision, note
    asked.decided_at, asked.decided_by = now, by
    asked.save(update_fields=["decision", "decision_note", "decided_at", "decided_by"])


def said_of(asked: Extension | Hold, *, text: str, **data: object) -> Note:
    """Return what an event about the request says. The event is internal unless the caller overrides `is_public`."""
    data = {asked._meta.model_name or "": asked.pk, **data}
    return Note(department=asked.assignment.department, text=text, data=data, is_public=False)
