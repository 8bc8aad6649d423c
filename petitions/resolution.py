"""Answers: a support's to the lead, the lead's to the enterprise.

The outcome (was it solved?) is kept apart from the state (was it answered?). Public answer and internal note are
different fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from departments.models import Department
from files.models import StoredFile
from petitions import attachments
from petitions.clocks.starting import start_clocks
from petitions.clocks.stopping import stop_clocks
from petitions.errors import NotCheckedIn, SupportsPending
from petitions.models import (
    BODY_MAX,
    Assignment,
    EventKind,
    Outcome,
    Part,
    Petition,
    Promise,
    SendBack,
    State,
)
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import Verb
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone
from verbs.texts import cleaned


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A department's answer. `planned_date` belongs to the outcome planned (列入计划) and to no other."""

    outcome: str
    public_answer: str
    internal_note: str = ""
    planned_date: date | None = None
    files: Sequence[StoredFile] = field(default=())


def _own_supports(it: Situation) -> Sequence[Assignment]:
    return [part for part in it.own_parts if part.is_support]


def _own_lead(it: Situation) -> Sequence[Assignment]:
    return [part for part in it.own_parts if part.is_lead]


def _check_owes_answer(part: Assignment) -> None:
    if not part.checked_in_at:
        raise NotCheckedIn()
    if part.answered_at:
        raise AlreadyDone(_("本部门已经答复。"))
    if part.waived_at:
        raise AlreadyDone(_("督查员已免去本部门的答复。"))


def check_can_answer_support(_it: Situation, part: Assignment) -> None:
    """Check that the support has checked in and owes its answer.

    Raises  NotCheckedIn, AlreadyDone
    """
    _check_owes_answer(part)


def check_can_resolve(it: Situation, part: Assignment) -> None:
    """Check that the lead has checked in and that no support still owes its answer.

    Raises  NotCheckedIn, SupportsPending
    """
    pending = [str(one.department) for one in it.parts if one.is_support and one.is_open]
    if pending:
        raise SupportsPending(pending)
    _check_owes_answer(part)


def _answer_is_due(it: Situation) -> int:
    """Return how sensible answering is as the department's next step: not at all while its limit rests."""
    limits = [it.limit_of(part) for part in it.own_parts if part.is_open]
    return 0 if any(limit is not None and limit.due_at is None for limit in limits) else 5


RESOLVE = Verb(
    name="resolve",
    label=gettext_lazy("办结答复"),
    icon="check-check",
    rule=lambda who: who.holds(Part.LEAD),
    is_for_group=True,
    about=_own_lead,
    check=check_can_resolve,
    next_step=_answer_is_due,
)
ANSWER_SUPPORT = Verb(
    name="answer_support",
    label=gettext_lazy("协办答复"),
    icon="check",
    rule=lambda who: who.holds(Part.SUPPORT),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=_own_supports,
    check=check_can_answer_support,
    next_step=_answer_is_due,
)
VERBS = (RESOLVE, ANSWER_SUPPORT)


def answer_support(
    *, petition: Petition, by: User, answer: Answer, department: Department | None = None, now: datetime
) -> Petition:
    """Write a supporting department's answer. Its clocks stop, and its open requests to send back lapse.

    The petition stays open until its lead resolves it; only then does the enterprise read this answer.
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, NotCheckedIn (the department has not signed for the
            petition yet), AlreadyDone (answered, or waived)
    """
    _check_answer(answer, now)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ANSWER_SUPPORT, now=now)
        petition, assignment = step.petition, step.own_part(department)
        _write_answer(assignment, answer, by, now)
        stop_clocks(petition, now=now, assignment=assignment)
        lapsed = SendBack.objects.filter(assignment=assignment).lapse(by=by, now=now)
        attachments.attach(answer.files, petition=petition, by=by, now=now, is_from_department=True)
        return step.finish(
            EventKind.ANSWER_SUPPORT,
            department=assignment.department,
            text=assignment.public_answer,
            data=_answer_data(answer, lapsed),
            is_public=False,
        )


def resolve_petition(
    *, petition: Petition, by: User, answer: Answer, department: Department | None = None, now: datetime
) -> Petition:
    """Answer the enterprise, as the lead, which ends the departments' work in this cycle.

    Possible after every support has answered or was waived.
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, NotCheckedIn, SupportsPending
    Source  domain: answer and rating
    """
    _check_answer(answer, now)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=RESOLVE, now=now)
        petition, assignment = step.petition, step.own_part(department)
        _write_answer(assignment, answer, by, now)
        attachments.attach(answer.files, petition=petition, by=by, now=now, is_from_department=True)
        petition.resolve(now=now)
        stop_clocks(petition, now=now)
        start_clocks(petition, now=now, promises=[Promise.RATE])
        lapsed = SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        return step.finish(
            EventKind.RESOLVE,
            department=assignment.department,
            text=assignment.public_answer,
            data=_answer_data(answer, lapsed),
        )


def _answer_data(answer: Answer, lapsed: int) -> dict[str, object]:
    """Return what the event's data says of the answer.

    lapsed  how many open requests to send back the answer ended (docs/adr/0017)
    """
    return {"outcome": answer.outcome} | ({"lapsed_send_backs": lapsed} if lapsed else {})


def _check_answer(answer: Answer, now: datetime) -> None:
    problems = Problems()
    problems.choice("outcome", answer.outcome, Outcome.values)
    problems.text("public_answer", answer.public_answer, least=REASON_MIN, most=BODY_MAX)
    problems.text("internal_note", answer.internal_note, least=0, most=NOTE_MAX)
    if answer.outcome == Outcome.PLANNED:
        problems.day("planned_date", answer.planned_date)
        problems.need("planned_date", answer.planned_date is not None, _("列入计划的请填写计划完成日期。"))
        is_ahead = answer.planned_date is None or answer.planned_date > timezone.localdate(now)
        problems.need("planned_date", is_ahead, _("计划完成日期应在今天之后。"))
    problems.raise_if_any()


def _write_answer(assignment: Assignment, answer: Answer, by: User, now: datetime) -> None:
    assignment.answered_at, assignment.answered_by = now, by
    assignment.outcome = answer.outcome
    assignment.planned_date = answer.planned_date if answer.outcome == Outcome.PLANNED else None
    assignment.public_answer = cleaned(answer.public_answer)
    assignment.internal_note = cleaned(answer.internal_note)
    assignment.save(
        update_fields=["answered_at", "answered_by", "outcome", "planned_date", "public_answer", "internal_note"]
    )
