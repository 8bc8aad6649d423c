"""Send back (退单): a department asks that its part be taken back, with its basis and who should have the petition.

Somebody else decides (petitions/arbitration.py). Until then the department that has the petition is in charge
(首接负责): its part and its clocks go on. A dispatcher decides the first request of a petition's cycle. A supervisor
decides every later one and the dispute of a refusal, and that decision is final. The enterprise's clock never starts
again. Rules say for how long a department may ask or dispute; their defaults are in petitions/policy.py.
Source: domain, dispatch (首接负责、退单); docs/adr/0017.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from limits.clocks import window_end
from petitions.errors import TooLate
from petitions.models import (
    NEEDS_PROPOSAL,
    Arbiter,
    Assignment,
    Decision,
    EventKind,
    Petition,
    Promise,
    SendBack,
    SendBackReason,
    State,
)
from petitions.models.clock import axes_of
from petitions.situations import Situation
from petitions.steps import Note, begin
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_ask_send_back(it: Situation, part: Assignment) -> None:
    """Check that the department owes its answer, has not asked before, and that it is not too late.

    Two statements for each part: they read the rule and the calendar.
    Raises  AlreadyDone, TooLate
    """
    if not part.is_open:
        raise AlreadyDone(_("本部门已经答复或免于答复，不能再退单。"))
    if any(asked.assignment.department_id == part.department_id for asked in _effective(it)):
        raise AlreadyDone(_("本部门对这件诉求已申请过退单，只能申请一次。"))
    _check_in_time(it, Promise.SEND_BACK, part.dispatched_at, part.department)


def check_can_dispute_send_back(it: Situation, refused: SendBack) -> None:
    """Check that a dispatcher refused the request, that nobody has disputed this yet, and that it is not too late.

    The department must also still owe its answer. Two statements for each request: they read the rule and the calendar.
    Raises  AlreadyDone, TooLate
    """
    if refused.decision != Decision.REFUSED or refused.decided_at is None:
        raise AlreadyDone(_("只有未获同意的退单申请才能提出争议。"))
    if refused.is_final:
        raise AlreadyDone(_("督查员的裁决是最终裁决，不能再提出争议。"))
    if any(asked.disputes_id == refused.pk for asked in it.send_backs):
        raise AlreadyDone(_("已经提出过争议，等待或已有督查员裁决。"))
    if not refused.assignment.is_open:
        raise AlreadyDone(_("本部门已经答复或免于答复，不能再退单。"))
    _check_in_time(it, Promise.DISPUTE, refused.decided_at, refused.assignment.department)


def _effective(it: Situation) -> Sequence[SendBack]:
    """Return the requests that wait or were decided, without those that lapsed."""
    return [asked for asked in it.send_backs if asked.decision != Decision.LAPSED]


def _check_in_time(it: Situation, promise: Promise, since: datetime, unit: Department) -> None:
    key = (it.petition.pk, promise, since, unit.pk)
    read = partial(window_end, promise, axes_of(it.petition), since=since, department=unit.pk)
    end = it.around.once(key, read)
    if it.now > end:
        ended = f"{timezone.localtime(end):%Y-%m-%d %H:%M}"
        raise TooLate(_("%(window)s已于%(time)s结束。") % {"window": promise.label, "time": ended})


def _own_send_backs(it: Situation) -> Sequence[SendBack]:
    own = {part.department_id for part in it.own_parts}
    return [asked for asked in it.send_backs if asked.assignment.department_id in own]


ASK_SEND_BACK = Verb(
    name="ask_send_back",
    label=gettext_lazy("申请退单"),
    icon="undo-2",
    rule=lambda who: who.has(Role.HEAD) and who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_can_ask_send_back,
    is_dangerous=True,
)
DISPUTE_SEND_BACK = Verb(
    name="dispute_send_back",
    label=gettext_lazy("提出退单争议"),
    icon="scale",
    rule=lambda who: who.has(Role.HEAD) and who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=_own_send_backs,
    check=check_can_dispute_send_back,
    nothing=gettext_lazy("没有可以提出争议的退单裁决。"),
)
VERBS = (ASK_SEND_BACK, DISPUTE_SEND_BACK)


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
    """Ask that the department's part be taken back: once for each petition, within a limit after the dispatch.

    basis     the legal or local rule on which the request rests
    proposed  the department that should have the petition; needed for some reasons (NEEDS_PROPOSAL)
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, TooLate,
            AlreadyDone (asked before, or the department owes no answer)
    """
    problems = Problems()
    problems.choice("reason", reason, SendBackReason.values)
    basis = problems.text("basis", basis, least=REASON_MIN, most=NOTE_MAX)
    problems.need("proposed", proposed is not None or reason not in NEEDS_PROPOSAL, _("请选择建议承办的部门。"))
    is_open = proposed is None or proposed.is_active
    problems.need("proposed", is_open, _("这个部门已停用，请重新选择。"))
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ASK_SEND_BACK, now=now)
        assignment = step.own_part(department)
        if proposed == assignment.department:
            raise InvalidInput({"proposed": _("请选择本部门以外的部门。")})
        asked = SendBack.objects.create(
            assignment=assignment,
            reason=reason,
            basis=basis,
            proposed=proposed,
            arbiter=_arbiter(step),
            asked_at=now,
            asked_by=by,
        )
        kind = EventKind.ASK_SEND_BACK_AGAIN if asked.is_final else EventKind.ASK_SEND_BACK
        return step.finish(kind, **said_of(asked, text=basis, reason=reason))


def _arbiter(it: Situation) -> Arbiter:
    """Return who decides a new request: a dispatcher if it is the first of the cycle, else a supervisor."""
    is_first = all(asked.assignment.cycle != it.petition.cycle for asked in _effective(it))
    return Arbiter.DISPATCHER if is_first else Arbiter.SUPERVISOR


def dispute_send_back(*, send_back: SendBack, by: User, text: str, now: datetime) -> Petition:
    """Take a dispatcher's refusal to a supervisor: once, within a limit after the refusal.

    text  why the refusal is wrong
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, TooLate,
            AlreadyDone (not refused, decided by a supervisor, disputed before, or the department owes no answer)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=send_back.assignment.petition, by=by, verb=DISPUTE_SEND_BACK, now=now)
        refused = step.chosen(send_back)
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
        return step.finish(EventKind.DISPUTE_SEND_BACK, **said_of(dispute, text=text))


def said_of(asked: SendBack, *, text: str, **data: object) -> Note:
    """Return what an internal event about the request says."""
    data = {"send_back": asked.pk, **data}
    return Note(department=asked.assignment.department, text=text, data=data, is_public=False)
