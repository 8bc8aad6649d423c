"""Decide a request to send back (退单裁决): a dispatcher decides the first of a cycle, a supervisor all others.

Nobody judges in their own cause: the person who asked may not decide, nor the person whose refusal is disputed. Who may
ask, and for how long: petitions/send_back.py. Source: domain, dispatch (首接负责、退单); docs/adr/0017.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from petitions.models import (
    Arbiter,
    Assignment,
    Decision,
    EventKind,
    Petition,
    SendBack,
    State,
    StopReason,
)
from petitions.returning import return_petition
from petitions.send_back import said_of
from petitions.situations import Situation
from petitions.steps import Step, begin
from petitions.supervision.orders import end_orders
from petitions.supervision.requests import checked_decision, write_decision
from petitions.supports import end_part, place_support
from petitions.verb import Verb
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def check_can_decide_send_back(it: Situation, asked: SendBack) -> None:
    """Check that the request waits for a decision and that this person may decide it.

    Raises  NotPermitted, AlreadyDone
    """
    refused_by = asked.disputes.decided_by_id if asked.disputes else None
    is_dispatchers = asked.arbiter == Arbiter.DISPATCHER
    is_theirs = it.relation.is_in_charge if is_dispatchers else it.relation.has(Role.SUPERVISOR)
    if not is_theirs or it.by.pk in (asked.asked_by_id, refused_by):
        raise NotPermitted()
    if asked.decision != Decision.PENDING:
        raise AlreadyDone(_("这项退单申请已经裁决，或已随答复、撤出失效。"))


# The rule admits dispatchers and supervisors. Which of the two decides a request depends on the request's arbiter.
DECIDE_SEND_BACK = Verb(
    name="decide_send_back",
    label=gettext_lazy("裁决退单"),
    icon="scale",
    rule=lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    about=lambda it: it.send_backs,
    check=check_can_decide_send_back,
    nothing=gettext_lazy("没有等您裁决的退单申请。"),
    next_step=lambda _it: 8,
)
VERBS = (DECIDE_SEND_BACK,)


def decide_send_back(
    *, send_back: SendBack, by: User, decision: str, note: str = "", replace: bool = False, now: datetime
) -> Petition:
    """Approve or refuse the request.

    If a lead's request is approved, the petition waits for a dispatcher again. If a support's request is approved, only
    that support's part ends.
    decision  Decision.APPROVED or Decision.REFUSED; a refusal needs a note
    replace   when a support's request is approved: whether the department it proposed becomes the support instead
    Raises  InvalidInput, NotPermitted, WrongState,
            AlreadyDone (decided before, lapsed, or the proposed department already holds the petition)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=send_back.assignment.petition, by=by, verb=DECIDE_SEND_BACK, now=now)
        petition, send_back = step.petition, step.chosen(send_back)
        is_approved = decision == Decision.APPROVED
        successor = _successor(send_back, is_approved=is_approved) if replace else None
        write_decision(send_back, by, decision, note, now)
        if is_approved:
            _take_back(step, send_back.assignment)
        step.finish(EventKind.DECIDE_SEND_BACK, **said_of(send_back, text=note, decision=decision))
        if successor:
            held = list(petition.current_assignments())
            place_support(step.on(petition), held, department=successor, note="")
        return petition


def _successor(send_back: SendBack, *, is_approved: bool) -> Department:
    if not is_approved or not send_back.assignment.is_support or send_back.proposed is None:
        raise InvalidInput({"replace": _("同意协办部门的退单，且它建议了部门时，才能由建议部门接替。")})
    return send_back.proposed


def _take_back(step: Step, assignment: Assignment) -> None:
    if assignment.is_support:
        end_part(step, assignment, why=StopReason.SENT_BACK)
        return
    return_petition(step, reason=StopReason.SENT_BACK)
    end_orders(step, why=_("诉求已退单，督办单随之办结。"), reason=StopReason.SENT_BACK)
