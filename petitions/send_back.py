"""Send back (退单): a department asks, gives its basis and names who should have it; somebody else decides.

Until the decision the department that has it is in charge (首接负责): its part and its clocks go on. The first request
on a petition's cycle is a dispatcher's to decide; the second, and a dispute of a refusal, a supervisor's, and that is
final. The enterprise's clock never starts again. The windows are rules of the policy (petitions/policy.py).
Source: domain, dispatch (首接负责、退单); docs/adr/0017.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Department
from petitions.clocks import DEPARTMENT_CLOCKS, start_clocks, stop_clocks, window_end
from petitions.errors import TooLate
from petitions.joint import end_part, place_support
from petitions.ledgers import checked_decision, write_decision
from petitions.models import (
    NEEDS_PROPOSAL,
    Arbiter,
    Assignment,
    ClockKind,
    Decision,
    EventKind,
    Part,
    Petition,
    SendBack,
    SendBackReason,
    StopReason,
)
from petitions.orders import end_orders
from petitions.permissions import Relation
from petitions.steps import Note, begin, own_assignment
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def ask_send_back(
    *,
    petition: Petition,
    by: User,
    reason: str,
    basis: str,
    proposed: Department | None = None,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Ask that the department's part be taken back, once for each petition, soon after its dispatch.

    basis     the legal or local rule that says so
    proposed  the department that should have it; needed for some reasons (NEEDS_PROPOSAL)
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (asked before, or answered), TooLate
    """
    problems = Problems()
    problems.choice("reason", reason, SendBackReason.values)
    basis = problems.text("basis", basis, least=REASON_MIN, most=NOTE_MAX)
    problems.need("proposed", proposed is not None or reason not in NEEDS_PROPOSAL, _("请选择建议承办的部门。"))
    is_open = proposed is None or proposed.is_active
    problems.need("proposed", is_open, _("这个部门已停用，请重新选择。"))
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="ask_send_back", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        if proposed == assignment.department:
            raise InvalidInput({"proposed": _("请选择本部门以外的部门。")})
        check_can_ask(petition, assignment, now)
        asked = SendBack.objects.create(
            assignment=assignment,
            reason=reason,
            basis=basis,
            proposed=proposed,
            arbiter=_arbiter(petition),
            asked_at=now,
            asked_by=by,
        )
        kind = EventKind.ASK_SEND_BACK_AGAIN if asked.is_final else EventKind.ASK_SEND_BACK
        return step.finish(kind, **_said(asked, text=basis, reason=reason))


def check_can_ask(petition: Petition, assignment: Assignment, now: datetime) -> None:
    """Check that the department of the part may still ask; what a page asks before it shows the form.

    Raises  AlreadyDone, TooLate
    """
    if not assignment.is_open:
        raise AlreadyDone(_("本部门已经答复或免于答复，不能再退单。"))
    before = SendBack.objects.effective().filter(assignment__petition=petition)
    if before.filter(assignment__department=assignment.department_id).exists():
        raise AlreadyDone(_("本部门对这件诉求已申请过退单，只能申请一次。"))
    _check_in_time(petition, ClockKind.SEND_BACK, assignment.dispatched_at, assignment.department, now)


def _check_in_time(petition: Petition, kind: ClockKind, since: datetime, unit: Department, now: datetime) -> None:
    end = window_end(petition, kind=kind, since=since, department=unit)
    if now > end:
        ended = f"{timezone.localtime(end):%Y-%m-%d %H:%M}"
        raise TooLate(_("%(window)s已于%(time)s结束。") % {"window": kind.label, "time": ended})


def _arbiter(petition: Petition) -> Arbiter:
    """A dispatcher decides the first request of the cycle, a supervisor every one after it."""
    before = SendBack.objects.effective().filter(assignment__petition=petition, assignment__cycle=petition.cycle)
    return Arbiter.SUPERVISOR if before.exists() else Arbiter.DISPATCHER


def decide_send_back(
    *, send_back: SendBack, by: User, decision: str, note: str = "", replace: bool = False, now: datetime
) -> Petition:
    """Approve the request or refuse it. Approved for the lead, the petition waits for the dispatcher again; for a
    support, only its part ends.

    decision  Decision.APPROVED or Decision.REFUSED, which needs a note
    replace   with the approval of a support's request: let the proposed department support in its place
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (decided before, or overtaken)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=send_back.assignment.petition, by=by, verb="decide_send_back", now=now)
        petition, relation = step.petition, step.relation
        send_back = _as_it_is(send_back)
        if not is_arbiter(relation, send_back, by):
            raise NotPermitted()
        if send_back.decision != Decision.PENDING:
            raise AlreadyDone(_("这项退单申请已经裁决，或已随答复、撤出失效。"))
        is_approved = decision == Decision.APPROVED
        successor = _successor(send_back, is_approved=is_approved) if replace else None
        write_decision(send_back, by, decision, note, now)
        if is_approved:
            _take_back(petition, send_back.assignment, by, now)
        step.finish(EventKind.DECIDE_SEND_BACK, **_said(send_back, text=note, decision=decision))
        if successor:
            place_support(step.on(petition), department=successor, note="")
        return petition


def is_arbiter(relation: Relation, send_back: SendBack, by: User) -> bool:
    """Return whether the request is this person's to decide; nobody judges in their own cause: who asked, or whose
    refusal is disputed."""
    refused_by = send_back.disputes.decided_by_id if send_back.disputes else None
    is_dispatchers = send_back.arbiter == Arbiter.DISPATCHER
    is_theirs = relation.is_in_charge if is_dispatchers else relation.has(Role.SUPERVISOR)
    return is_theirs and by.pk not in (send_back.asked_by_id, refused_by)


def _successor(send_back: SendBack, *, is_approved: bool) -> Department:
    if not is_approved or send_back.assignment.part != Part.SUPPORT or send_back.proposed is None:
        raise InvalidInput({"replace": _("同意协办部门的退单，且它建议了部门时，才能由建议部门接替。")})
    return send_back.proposed


def _take_back(petition: Petition, assignment: Assignment, by: User, now: datetime) -> None:
    if assignment.part == Part.SUPPORT:
        end_part(petition, assignment, by=by, now=now, why=StopReason.SENT_BACK)
        return
    petition.send_back()
    parts = petition.current_assignments()
    # A support's answer that was given stands, whoever leads next.
    parts.filter(answered_at__isnull=True).update(ended_at=now)
    stop_clocks(petition, now=now, kinds=DEPARTMENT_CLOCKS, reason=StopReason.SENT_BACK)
    end_orders(petition, by=by, now=now, why=_("诉求已退单，督办单随之办结。"))
    SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
    start_clocks(petition, now=now, kinds=[ClockKind.DISPATCH])


def dispute_send_back(*, send_back: SendBack, by: User, text: str, now: datetime) -> Petition:
    """Take a dispatcher's refusal to a supervisor, once, soon after it.

    text  why the refusal is wrong
    Raises  InvalidInput, NotPermitted, WrongState, TooLate,
            AlreadyDone (not refused, final, disputed before, or answered)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=send_back.assignment.petition, by=by, verb="dispute_send_back", now=now)
        petition, relation = step.petition, step.relation
        own_assignment(relation, send_back.assignment.department)
        refused = _as_it_is(send_back)
        check_can_dispute(petition, refused, now)
        dispute = SendBack.objects.create(
            assignment=refused.assignment,
            reason=refused.reason,
            basis=text,
            proposed=refused.proposed,
            arbiter=Arbiter.SUPERVISOR,
            disputes=refused,
            asked_at=now,
            asked_by=by,
        )
        return step.finish(EventKind.DISPUTE_SEND_BACK, **_said(dispute, text=text))


def check_can_dispute(petition: Petition, refused: SendBack, now: datetime) -> None:
    """Check that the refused request may still be disputed; what a page asks before it shows the form.

    Raises  AlreadyDone, TooLate
    """
    if refused.decision != Decision.REFUSED or refused.decided_at is None:
        raise AlreadyDone(_("只有未获同意的退单申请才能提出争议。"))
    if refused.is_final:
        raise AlreadyDone(_("督查员的裁决是最终裁决，不能再提出争议。"))
    if SendBack.objects.filter(disputes=refused).exists():
        raise AlreadyDone(_("已经提出过争议，等待或已有督查员裁决。"))
    if not refused.assignment.is_open:
        raise AlreadyDone(_("本部门已经答复或免于答复，不能再退单。"))
    _check_in_time(petition, ClockKind.DISPUTE, refused.decided_at, refused.assignment.department, now)


def _as_it_is(send_back: SendBack) -> SendBack:
    """Return the request as it is now, the petition's row being locked."""
    return SendBack.objects.select_related("assignment__department", "proposed", "disputes").get(pk=send_back.pk)


def _said(asked: SendBack, *, text: str, **data: object) -> Note:
    """What an event says of a request, for the office alone."""
    data = {"send_back": asked.pk, **data}
    return Note(department=asked.assignment.department, text=text, data=data, is_public=False)
