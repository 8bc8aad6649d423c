"""Extension (延期) and hold (挂账): a department asks, a supervisor decides, the clock is computed anew.

Extension: asked before the limit is over, once per clock (and so per cycle); a refused one leaves the clock as it was.
Hold: the clock rests from the moment of the approval, not of the asking: until somebody has decided, the department
works on, and no decision undoes an alarm that was raised before. It rests until it is resumed; the review date says
when the department has to look again, and a review that is overdue is listed. Both are about the department's limit
for its answer; the enterprise's own clock goes on. What stops a clock ends its hold with it (petitions/clocks.py).
Source: domain, clocks (延期, 挂账); the numbers below.
"""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Department
from petitions.clocks import end_pauses, recompute
from petitions.errors import TooLate
from petitions.models import (
    ANSWER_CLOCKS,
    Assignment,
    Clock,
    ClockPause,
    Decision,
    EventKind,
    Extension,
    Hold,
    Petition,
    Unit,
)
from petitions.models.ledger import Request
from petitions.permissions import Relation
from petitions.steps import Note, begin, own_assignment
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone

DAYS_MOST = 10  # working days, domain: at most +10
REVIEW_DAYS_MOST = 180  # calendar days until a hold is looked at again (assumption)
JUDGEMENTS = [Decision.APPROVED.value, Decision.REFUSED.value]

Asked = TypeVar("Asked", Extension, Hold)


def ask_extension(
    *, petition: Petition, by: User, days: int, reason: str, department: Department | None = None, now: datetime
) -> Petition:
    """Ask for more working days for the department's limit, before it is over.

    days  working days, 1 to 10
    Raises  InvalidInput, NotPermitted, WrongState, TooLate, AlreadyDone (asked before, on hold, answered)
    Source  domain: clocks (延期)
    """
    problems = Problems()
    problems.need("days", 1 <= days <= DAYS_MOST, _("延期为1到%(most)d个工作日。") % {"most": DAYS_MOST})
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="ask_extension", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        clock = _running_limit(assignment, now)
        if clock.due_at is None:
            raise AlreadyDone(_("挂账期间时限不走，恢复办理后才能申请延期。"))
        if clock.unit != Unit.WORKING_DAYS:
            raise AlreadyDone(_("这项时限不按工作日计算，不能延期。"))
        # Days may have been taken over from a former parent's clock (petitions/leaving.py).
        if clock.extended_days or clock.extensions.exclude(decision=Decision.REFUSED).exists():
            raise AlreadyDone(_("本轮已经申请过延期，每轮只能延期一次。"))
        asked = Extension.objects.create(
            assignment=assignment, clock=clock, days=days, reason=reason, asked_at=now, asked_by=by
        )
        return step.finish(EventKind.ASK_EXTENSION, **_said(asked, text=reason, days=days))


def _running_limit(assignment: Assignment, now: datetime) -> Clock:
    """Return the department's limit for its answer, while it runs or rests and is not over."""
    clock = Clock.objects.running().filter(assignment=assignment, kind__in=ANSWER_CLOCKS).first()
    if clock is None:
        raise AlreadyDone(_("本部门已经答复，不能再申请。"))
    if clock.is_overdue(now):
        raise TooLate()
    return clock


def decide_extension(*, extension: Extension, by: User, decision: str, note: str = "", now: datetime) -> Petition:
    """Approve the extension, which moves the due time and is told to the enterprise, or refuse it.

    An extension that was asked for in time may be approved when the limit is over: the wait was not the department's.
    decision  Decision.APPROVED or Decision.REFUSED, which needs a note
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (decided before, or the limit was stopped)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=extension.assignment.petition, by=by, verb="decide_extension", now=now)
        extension = _pending(extension)
        write_decision(extension, by, decision, note, now)
        if decision == Decision.REFUSED:
            return step.finish(EventKind.DECIDE_EXTENSION, **_said(extension, text=note, decision=decision))
        extension.clock.extended_days += extension.days
        recompute(extension.clock)
        due_at = extension.clock.due_at and extension.clock.due_at.isoformat()
        said = _said(extension, text=extension.reason, decision=decision, days=extension.days, due_at=due_at)
        return step.finish(EventKind.DECIDE_EXTENSION, **(said | Note(is_public=True)))


def ask_hold(
    *,
    petition: Petition,
    by: User,
    reason: str,
    review_date: date | None,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Ask that the department's limit rests while something outside its power is awaited.

    review_date  after today; when the department looks at it again
    Raises  InvalidInput, NotPermitted, WrongState, TooLate, AlreadyDone (asked before, on hold, answered)
    Source  domain: clocks (挂账)
    """
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    day = _checked_review(problems, review_date, now)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="ask_hold", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        clock = _running_limit(assignment, now)
        if clock.unit == Unit.CALENDAR_DAYS:
            raise AlreadyDone(_("这项时限按自然日计算，不能挂账。"))
        if clock.holds.filter(resumed_at__isnull=True).exclude(decision=Decision.REFUSED).exists():
            raise AlreadyDone(_("已经申请挂账或正在挂账。"))
        asked = Hold.objects.create(
            assignment=assignment, clock=clock, reason=reason, review_date=day, asked_at=now, asked_by=by
        )
        return step.finish(EventKind.ASK_HOLD, **_said(asked, text=reason, review_date=f"{day}"))


def _checked_review(problems: Problems, review_date: date | None, now: datetime) -> date:
    today = timezone.localdate(now)
    day = review_date or today
    problems.need("review_date", day > today, _("复核日期应在今天之后。"))
    is_near = (day - today).days <= REVIEW_DAYS_MOST
    problems.need("review_date", is_near, _("复核日期最晚在%(most)d天之内。") % {"most": REVIEW_DAYS_MOST})
    return day


def decide_hold(*, hold: Hold, by: User, decision: str, note: str = "", now: datetime) -> Petition:
    """Approve the hold, so that the clock rests from now on and the enterprise is told, or refuse it.

    decision  Decision.APPROVED or Decision.REFUSED, which needs a note
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone, TooLate (nothing is left that could rest)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb="decide_hold", now=now)
        hold = _pending(hold)
        if decision == Decision.REFUSED:
            write_decision(hold, by, decision, note, now)
            return step.finish(EventKind.DECIDE_HOLD, **_said(hold, text=note, decision=decision))
        if hold.clock.is_overdue(now):
            raise TooLate()
        write_decision(hold, by, decision, note, now)
        ClockPause.objects.create(clock=hold.clock, begins_at=now, reason=hold.reason[:200])
        recompute(hold.clock)
        said = _said(hold, text=hold.reason, decision=decision, review_date=f"{hold.review_date}")
        return step.finish(EventKind.DECIDE_HOLD, **(said | Note(is_public=True)))


def review_hold(*, hold: Hold, by: User, text: str, review_date: date | None, now: datetime) -> Petition:
    """Note how far what is awaited has come, and when the department looks again; the enterprise reads it.

    Safe to repeat at once: the same note right after is the same review.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the hold does not run)
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    day = _checked_review(problems, review_date, now)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb="ask_hold", now=now)
        own_assignment(step.relation, hold.assignment.department)
        hold = _running(hold)
        said = _said(hold, text=text, review_date=f"{day}") | Note(is_public=True)
        if hold.review_date == day and step.is_repeated(EventKind.PROGRESS, **said):
            return step.petition
        hold.review_date = day
        hold.save(update_fields=["review_date"])
        return step.finish(EventKind.PROGRESS, **said)


def resume_hold(*, hold: Hold, by: User, note: str = "", now: datetime) -> Petition:
    """Let the clock go on: by the department that asked for the hold, or by a supervisor.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the hold does not run)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb="resume", now=now)
        _check_can_resume(step.relation, hold)
        hold = _running(hold)
        end_pauses(Clock.objects.filter(pk=hold.clock_id), now=now)
        return step.finish(EventKind.RESUME, **(_said(hold, text=note) | Note(is_public=True)))


def _check_can_resume(relation: Relation, hold: Hold) -> None:
    if not relation.has(Role.SUPERVISOR):
        own_assignment(relation, hold.assignment.department)


def checked_decision(decision: str, note: str) -> str:
    """Return the note as it is kept; a refusal needs one.

    Raises  InvalidInput
    """
    problems = Problems()
    problems.choice("decision", decision, JUDGEMENTS)
    least = REASON_MIN if decision == Decision.REFUSED else 0
    note = problems.text("note", note, least=least, most=NOTE_MAX)
    problems.raise_if_any()
    return note


def _pending(asked: Asked) -> Asked:
    """Return the request as it is now, the petition's row being locked."""
    asked = _as_it_is(asked)
    if asked.decision != Decision.PENDING:
        raise AlreadyDone(_("这项申请已经审批过。"))
    if asked.clock.stopped_at:
        raise AlreadyDone(_("这项时限已经停止，申请不再有效。"))
    return asked


def _running(hold: Hold) -> Hold:
    hold = _as_it_is(hold)
    if hold.decision != Decision.APPROVED or hold.resumed_at:
        raise AlreadyDone(_("这项挂账没有生效，或已经恢复办理。"))
    return hold


def _as_it_is(asked: Asked) -> Asked:
    rows: Any = type(asked).objects
    now_it_is: Asked = rows.select_related("clock__petition", "assignment__department").get(pk=asked.pk)
    return now_it_is


def write_decision(asked: Request, by: User, decision: str, note: str, now: datetime) -> None:
    """Write who decided what on a request, and why; inside the caller's transaction."""
    asked.decision, asked.decision_note = decision, note
    asked.decided_at, asked.decided_by = now, by
    asked.save(update_fields=["decision", "decision_note", "decided_at", "decided_by"])


def _said(asked: Extension | Hold, *, text: str, **data: object) -> Note:
    """What an event says of a request, for the office alone unless said."""
    data = {asked._meta.model_name or "": asked.pk, **data}
    return Note(department=asked.assignment.department, text=text, data=data, is_public=False)
