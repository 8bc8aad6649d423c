"""Supporting departments (协办): add one later, take one out, waive the answer of one.

A support that joins later has its own limits from that moment. Ending a part stops its clocks; a limit that was
exceeded before stays exceeded.
Source: domain, dispatch (主办、协办).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from limits.clocks import stop
from petitions.acts import Act
from petitions.appointments import cancel_appointments
from petitions.clocks.starting import start_clocks
from petitions.dispatch import SUPPORTS_MAX
from petitions.models import Assignment, Clock, EventKind, Part, Petition, SendBack, State, StopReason
from petitions.situations import Situation
from petitions.steps import Step, begin, finish
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from verbs.inputs import NOTE_MAX, Problems, checked_reason
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_add_support(it: Situation) -> None:
    """Check that there is room for one more support.

    Raises  AlreadyDone
    """
    if sum(part.is_support for part in it.parts) >= SUPPORTS_MAX:
        raise AlreadyDone(_("协办部门最多%(most)d个。") % {"most": SUPPORTS_MAX})


def _supports(it: Situation) -> Sequence[Assignment]:
    return [part for part in it.parts if part.is_support]


def check_owes_answer(_it: Situation, part: Assignment) -> None:
    """Check that the support still owes its answer.

    Raises  AlreadyDone
    """
    if not part.is_open:
        raise AlreadyDone(_("该协办部门已经答复、免于答复或撤出。"))


ADD_SUPPORT = Verb(
    name="add_support",
    label=gettext_lazy("增加协办"),
    icon="user-plus",
    rule=lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    is_for_group=True,
    check=check_can_add_support,
)
REMOVE_SUPPORT = Verb(
    name="remove_support",
    label=gettext_lazy("撤出协办"),
    icon="user-minus",
    rule=lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=_supports,
    check=check_owes_answer,
    nothing=gettext_lazy("没有尚未答复的协办部门。"),
    is_dangerous=True,
)
WAIVE_SUPPORT = Verb(
    name="waive_support",
    label=gettext_lazy("免于协办答复"),
    icon="circle-slash",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=_supports,
    check=check_owes_answer,
    nothing=gettext_lazy("没有尚未答复的协办部门。"),
)
VERBS = (ADD_SUPPORT, WAIVE_SUPPORT, REMOVE_SUPPORT)


def add_support(*, petition: Petition, by: User, department: Department, note: str = "", now: datetime) -> Petition:
    """Let another department support; its limits run from now on, and the enterprise is told.

    note  what the department is asked for; the departments and the enterprise read it
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent,
            AlreadyDone (the department already holds the petition, or there are SUPPORTS_MAX supports)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ADD_SUPPORT, now=now)
        return place_support(step, step.parts, department=department, note=note)


def place_support(act: Act, held: Sequence[Assignment], *, department: Department, note: str) -> Petition:
    """Write a new support's part, start its clocks and add the event.

    Inside the caller's transaction, the petition's row locked.
    held    the parts of the departments that hold the petition now
    Raises  InvalidInput (the department is closed, or there are too many), AlreadyDone (it holds the petition)
    """
    petition, now = act.petition, act.now
    supports = [part for part in held if part.is_support]
    problems = Problems()
    problems.need("department", department.is_active, _("这个部门已停用，请重新选择。"))
    is_room = len(supports) < SUPPORTS_MAX
    problems.need("department", is_room, _("协办部门最多%(most)d个。") % {"most": SUPPORTS_MAX})
    problems.raise_if_any()
    if department.pk in {part.department_id for part in held}:
        raise AlreadyDone(_("这个部门已经在承办这件诉求。"))
    part = Assignment.objects.create(
        petition=petition, department=department, cycle=petition.cycle, part=Part.SUPPORT, dispatched_at=now
    )
    start_clocks(petition, now=now, assignments=[part])
    return finish(act, EventKind.ADD_SUPPORT, department=department, text=note)


def remove_support(*, petition: Petition, by: User, department: Department, reason: str, now: datetime) -> Petition:
    """Take a support's part back while it still owes its answer; the part's row stays as history.

    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, AlreadyDone (it owes no answer any more)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=REMOVE_SUPPORT, now=now)
        petition, part = step.petition, _support_of(step, department)
        end_part(step, part, why=StopReason.REMOVED)
        return step.finish(EventKind.REMOVE_SUPPORT, department=part.department, text=reason, is_public=False)


def waive_support(*, petition: Petition, by: User, department: Department, reason: str, now: datetime) -> Petition:
    """Let the lead resolve without this support's answer. The support keeps its part and owes nothing any more.

    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, AlreadyDone (it owes no answer any more)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=WAIVE_SUPPORT, now=now)
        part = _support_of(step, department)
        waive_part(step, part, why=reason, reason=StopReason.WAIVED)
        return step.finish(EventKind.WAIVE_SUPPORT, department=part.department, text=reason, is_public=False)


def waive_part(act: Act, part: Assignment, *, why: str, reason: StopReason) -> None:
    """Waive the answer that a support owes, in the caller's transaction.

    why     the words that are kept with the part
    reason  why its clocks stop
    """
    part.waived_at, part.waived_by, part.waived_why = act.now, act.by, why
    part.save(update_fields=["waived_at", "waived_by", "waived_why"])
    _stop_part(act, part, why=reason)


def _support_of(step: Step, department: Department) -> Assignment:
    """Return the part of a department that is a support and owes its answer.

    Raises  InvalidInput when the department is no support of the petition; AlreadyDone when it owes nothing any more
    """
    part = next((part for part in _supports(step) if part.department_id == department.pk), None)
    if part is None:
        former = step.petition.assignments.filter(cycle=step.petition.cycle, part=Part.SUPPORT, department=department)
        if former.exists():
            raise AlreadyDone(_("该协办部门已经答复、免于答复或撤出。"))
        raise InvalidInput({"department": _("这个部门不是这件诉求的协办部门。")})
    return step.chosen(part)


def end_part(act: Act, part: Assignment, *, why: StopReason) -> None:
    """Take one department's part back, in the caller's transaction. The other departments go on."""
    part.ended_at = act.now
    part.save(update_fields=["ended_at"])
    _stop_part(act, part, why=why)


def _stop_part(act: Act, part: Assignment, *, why: StopReason) -> None:
    """Stop the department's clocks, close its orders and end its requests to send back: it owes nothing any more."""
    running = Clock.objects.running().filter(petition=act.petition, department=part.department_id)
    stop(running, now=act.now, reason=why)
    said = _("部门不再承办或已免于答复，督办单随之办结。")
    end_orders(act, why=said, reason=why, department=part.department)
    SendBack.objects.filter(assignment=part).lapse(by=act.by, now=act.now)
    cancel_appointments(act, [part])
