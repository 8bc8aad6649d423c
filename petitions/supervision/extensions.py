"""Extension (延期): a department asks for more working days, a supervisor decides, the clock is computed anew.

It is asked for before the limit for the answer is over, and granted once per clock (and so per cycle). A refusal leaves
the clock as it was, and the department may ask again. The enterprise's own clock goes on.
Source: domain, clocks (延期).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from limits.clocks import recompute
from limits.models import Unit
from petitions.models import Assignment, Clock, Decision, EventKind, Extension, Petition, State
from petitions.situations import Situation
from petitions.steps import Note, begin
from petitions.supervision.requests import check_can_decide, checked_decision, running_limit, said_of, write_decision
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone

DAYS_MOST = 10  # working days, domain: at most +10


def check_can_ask_extension(it: Situation, part: Assignment) -> None:
    """Check that the department's limit runs and counts working days, and that no extension waits or was approved.

    Raises  TooLate, AlreadyDone
    """
    _limit_to_extend(it, part)


def _limit_to_extend(it: Situation, part: Assignment) -> Clock:
    clock = running_limit(it, part)
    if clock.due_at is None:
        raise AlreadyDone(_("挂账期间时限不走，恢复办理后才能申请延期。"))
    if clock.unit != Unit.WORKING_DAYS:
        raise AlreadyDone(_("这项时限不按工作日计算，不能延期。"))
    # extended_days may come from the clock of a former parent (petitions/groups.py), without an Extension row here.
    asked = [one for one in it.extensions if one.clock_id == clock.pk and one.decision != Decision.REFUSED]
    if clock.extended_days or asked:
        raise AlreadyDone(_("本轮已经申请过延期，每轮只能延期一次。"))
    return clock


ASK_EXTENSION = Verb(
    name="ask_extension",
    label=gettext_lazy("申请延期"),
    icon="calendar-plus",
    rule=lambda who: who.has(Role.HEAD) and who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_can_ask_extension,
)
DECIDE_EXTENSION = Verb(
    name="decide_extension",
    label=gettext_lazy("审批延期"),
    icon="calendar-check",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    about=lambda it: it.extensions,
    check=check_can_decide,
    nothing=gettext_lazy("没有待审批的延期申请。"),
    next_step=lambda _it: 7,
)
VERBS = (ASK_EXTENSION, DECIDE_EXTENSION)


def ask_extension(
    *, petition: Petition, by: User, days: int, reason: str, department: Department | None = None, now: datetime
) -> Petition:
    """Ask for more working days for the department's limit, before it is over.

    days  working days, 1 to 10
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, TooLate,
            AlreadyDone (asked before, on hold, answered, or not a limit in working days)
    Source  domain: clocks (延期)
    """
    problems = Problems()
    problems.need("days", 1 <= days <= DAYS_MOST, _("延期为1到%(most)d个工作日。") % {"most": DAYS_MOST})
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ASK_EXTENSION, now=now)
        part = step.own_part(department)
        clock = _limit_to_extend(step, part)
        asked = Extension.objects.create(
            assignment=part, clock=clock, days=days, reason=reason, asked_at=now, asked_by=by
        )
        return step.finish(EventKind.ASK_EXTENSION, **said_of(asked, text=reason, days=days))


def decide_extension(*, extension: Extension, by: User, decision: str, note: str = "", now: datetime) -> Petition:
    """Approve or refuse the extension. An approval moves the due time, and the enterprise is told of it.

    An extension that was asked for in time may be approved after the limit is over: the department did not cause the
    wait.
    decision  Decision.APPROVED or Decision.REFUSED; a refusal needs a note
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (decided before, or the limit was stopped)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=extension.assignment.petition, by=by, verb=DECIDE_EXTENSION, now=now)
        extension = step.chosen(extension)
        write_decision(extension, by, decision, note, now)
        if decision == Decision.REFUSED:
            return step.finish(EventKind.DECIDE_EXTENSION, **said_of(extension, text=note, decision=decision))
        extension.clock.extended_days += extension.days
        recompute(extension.clock)
        due_at = extension.clock.due_at and extension.clock.due_at.isoformat()
        said = said_of(extension, text=extension.reason, decision=decision, days=extension.days, due_at=due_at)
        return step.finish(EventKind.DECIDE_EXTENSION, **(said | Note(is_public=True)))
