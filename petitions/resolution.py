"""Answers: a support's to the lead, the lead's to the enterprise, and starting again when it did not help.

Outcome (was it solved?) is kept apart from the state (was it answered?). Public answer and internal note are
different fields. A reopened petition starts its next cycle: new assignments, nothing of the old one overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from petitions import attachments
from petitions.clocks import WORK_CLOCKS, start_clocks, stop_clocks
from petitions.dispatch import assign
from petitions.errors import NotCheckedIn, SupportsPending
from petitions.facts import close_cycle
from petitions.leaving import leave_group
from petitions.models import (
    BODY_MAX,
    Assignment,
    ClockKind,
    EventKind,
    Outcome,
    Part,
    Petition,
    ReferralDecision,
    SendBack,
    State,
)
from petitions.ratings.rectification import lock_ratings
from petitions.steps import begin, own_assignment
from scores.models import Ending
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems, checked_reason, cleaned
from verbs.refusals import AlreadyDone

REOPENABLE_FOR = timedelta(days=30)  # after the answer, calendar days; assumption


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A department's answer. `planned_date` belongs to the outcome planned (列入计划) and to no other."""

    outcome: str
    public_answer: str
    internal_note: str = ""
    planned_date: date | None = None
    files: Sequence[File] = field(default=())


def answer_support(
    *, petition: Petition, by: User, answer: Answer, department: Department | None = None, now: datetime
) -> Petition:
    """Give a supporting department's answer; the petition stays with its lead.

    Raises  InvalidInput, NotPermitted, WrongState, NotCheckedIn, AlreadyDone
    """
    _check_answer(answer, now)
    with attachments.kept(answer.files) as files, transaction.atomic():
        step = begin(petition=petition, by=by, verb="answer_support", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department, Part.SUPPORT)
        _write_answer(assignment, answer, by, now)
        stop_clocks(petition, now=now, assignment=assignment)
        lapsed = SendBack.objects.filter(assignment=assignment).lapse(by=by, now=now)
        attachments.add(files, petition=petition, by=by, now=now, is_from_department=True)
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
    """Answer the enterprise and close the cycle's work; only the lead, and only after every support
    has answered or was waived.

    Raises  InvalidInput, NotPermitted, WrongState, NotCheckedIn, SupportsPending
    Source  domain: answer and rating
    """
    _check_answer(answer, now)
    with attachments.kept(answer.files) as files, transaction.atomic():
        step = begin(petition=petition, by=by, verb="resolve", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department, Part.LEAD)
        pending = petition.unanswered_supports().select_related("department")
        names = [str(support.department) for support in pending]
        if names:
            raise SupportsPending(names)
        _write_answer(assignment, answer, by, now)
        attachments.add(files, petition=petition, by=by, now=now, is_from_department=True)
        petition.resolve(now=now)
        stop_clocks(petition, now=now, kinds=WORK_CLOCKS)
        start_clocks(petition, now=now, kinds=[ClockKind.RATE])
        lapsed = SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        return step.finish(
            EventKind.RESOLVE,
            department=assignment.department,
            text=assignment.public_answer,
            data=_answer_data(answer, lapsed),
        )


def _answer_data(answer: Answer, lapsed: int) -> dict[str, object]:
    """Who answers takes its own request to send back with it (docs/adr/0017); the event says so."""
    return {"outcome": answer.outcome} | ({"lapsed_send_backs": lapsed} if lapsed else {})


def _check_answer(answer: Answer, now: datetime) -> None:
    problems = Problems()
    problems.choice("outcome", answer.outcome, Outcome.values)
    problems.text("public_answer", answer.public_answer, least=REASON_MIN, most=BODY_MAX)
    problems.text("internal_note", answer.internal_note, least=0, most=NOTE_MAX)
    if answer.outcome == Outcome.PLANNED:
        problems.need("planned_date", answer.planned_date is not None, _("列入计划的请填写计划完成日期。"))
        is_ahead = answer.planned_date is None or answer.planned_date > timezone.localdate(now)
        problems.need("planned_date", is_ahead, _("计划完成日期应在今天之后。"))
    problems.raise_if_any()


def _write_answer(assignment: Assignment, answer: Answer, by: User, now: datetime) -> None:
    if not assignment.checked_in_at:
        raise NotCheckedIn()
    if assignment.answered_at:
        raise AlreadyDone(_("本部门已经答复。"))
    if assignment.waived_at:
        raise AlreadyDone(_("督查员已免去本部门的答复。"))
    assignment.answered_at, assignment.answered_by = now, by
    assignment.outcome = answer.outcome
    assignment.planned_date = answer.planned_date if answer.outcome == Outcome.PLANNED else None
    assignment.public_answer = cleaned(answer.public_answer)
    assignment.internal_note = cleaned(answer.internal_note)
    assignment.save(
        update_fields=["answered_at", "answered_by", "outcome", "planned_date", "public_answer", "internal_note"]
    )


def reopen_petition(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Start the next cycle with the same departments, but supports that were waived: the answer did not settle it for
    this enterprise, or the problem is back. Also after the rating or its window, for a while.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (too long ago, or before a supervisor)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="reopen", now=now)
        petition = step.petition
        _check_can_start_again(petition, now)
        if petition.state == State.RATED:
            lock_ratings(petition, now=now)
        before = petition.current_assignments().filter(waived_at__isnull=True)
        parts = list(before.select_related("department"))
        leave_group(step)
        lead = next(row.department for row in parts if row.part == Part.LEAD)
        stop_clocks(petition, now=now, kinds=WORK_CLOCKS)
        close_cycle(petition, ending=Ending.REOPENED, now=now)
        petition.reopen(now=now)
        start_clocks(petition, now=now, kinds=[ClockKind.RESOLVE_ENTERPRISE])
        assign(petition, lead=lead, supports=[row.department for row in parts if row.part == Part.SUPPORT], now=now)
        return step.finish(EventKind.REOPEN, text=reason)


def _check_can_start_again(petition: Petition, now: datetime) -> None:
    assert petition.resolved_at is not None
    if now > petition.resolved_at + REOPENABLE_FOR:
        raise AlreadyDone(_("答复已超过%(days)d天，不能重新办理，请另行提交诉求。") % {"days": REOPENABLE_FOR.days})
    if petition.referrals.filter(decision=ReferralDecision.PENDING).exists():
        raise AlreadyDone(_("再次差评已转督查员处理，请等待处理意见。"))
