"""Several departments at one petition: what they say to each other, who joins, who leaves, who need not answer.

Lead and supports, dispatcher and supervisor share one thread (部门协商); it is internal, the enterprise never reads it.
A support that joins later has its own limits from that moment. What ends a part stops its clocks and clears no breach.
Source: domain, dispatch (主办、协办).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from petitions.acts import Act
from petitions.clocks import start_clocks, stop
from petitions.dispatch import SUPPORTS_MAX
from petitions.models import Assignment, Clock, EventKind, Part, Petition, SendBack, StopReason
from petitions.orders import end_orders
from petitions.steps import begin, finish, own_assignment
from verbs.inputs import NOTE_MAX, Problems, checked_reason
from verbs.refusals import AlreadyDone, InvalidInput


def discuss(
    *,
    petition: Petition,
    by: User,
    text: str,
    mention: Department | None = None,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Say something in the departments' thread; the departments that hold the petition are told.

    Safe to repeat at once: the same words right after are the same.
    mention     the department they are for, one that holds the petition
    department  needed only when the person works in several of the petition's departments
    Raises  InvalidInput, NotPermitted, WrongState
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="discuss", now=now)
        petition, relation = step.petition, step.relation
        unit = own_assignment(relation, department).department if relation.assignments else None
        if mention and not petition.current_assignments().filter(department=mention).exists():
            raise InvalidInput({"mention": _("这个部门没有承办这件诉求。")})
        # The name, not the key: a reader may see it, and a renamed department was called so then.
        data = {"mention": mention.short_name} if mention else {}
        return step.finish_once(EventKind.DISCUSS, department=unit, text=text, data=data, is_public=False)


def add_support(*, petition: Petition, by: User, department: Department, note: str = "", now: datetime) -> Petition:
    """Let another department support; its limits run from now on, and the enterprise is told.

    note  what it is asked for; the departments and the enterprise read it
    Raises  InvalidInput (it is closed, or there are too many), NotPermitted, WrongState,
            AlreadyDone (it holds the petition)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="add_support", now=now)
        return place_support(step, department=department, note=note)


def place_support(act: Act, *, department: Department, note: str) -> Petition:
    """Write the support's part, its clocks and the event, in the caller's transaction, the petition's row locked.

    Raises  InvalidInput, AlreadyDone
    """
    petition, now = act.petition, act.now
    held = list(petition.current_assignments().values_list("department", "part"))
    supports = [part for _unit, part in held if part == Part.SUPPORT]
    problems = Problems()
    problems.need("department", department.is_active, _("这个部门已停用，请重新选择。"))
    is_room = len(supports) < SUPPORTS_MAX
    problems.need("department", is_room, _("协办部门最多%(most)d个。") % {"most": SUPPORTS_MAX})
    problems.raise_if_any()
    if department.pk in {unit for unit, _part in held}:
        raise AlreadyDone(_("这个部门已经在承办这件诉求。"))
    part = Assignment.objects.create(
        petition=petition, department=department, cycle=petition.cycle, part=Part.SUPPORT, dispatched_at=now
    )
    start_clocks(petition, now=now, assignments=[part])
    return finish(act, EventKind.ADD_SUPPORT, department=department, text=note)


def remove_support(*, petition: Petition, by: User, department: Department, reason: str, now: datetime) -> Petition:
    """Take a support's part back while it has not answered; the row stays as history.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (it owes no answer any more)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="remove_support", now=now)
        petition = step.petition
        part = _owing(petition, department)
        end_part(petition, part, by=by, now=now, why=StopReason.REMOVED)
        return step.finish(EventKind.REMOVE_SUPPORT, department=part.department, text=reason, is_public=False)


def waive_support(*, petition: Petition, by: User, department: Department, reason: str, now: datetime) -> Petition:
    """Let the lead resolve without this support's answer. The support keeps its part and owes nothing any more.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (it owes no answer any more)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="waive_support", now=now)
        petition = step.petition
        part = _owing(petition, department)
        part.waived_at, part.waived_by, part.waived_why = now, by, reason
        part.save(update_fields=["waived_at", "waived_by", "waived_why"])
        _stop_part(petition, part, by=by, now=now, why=StopReason.WAIVED)
        return step.finish(EventKind.WAIVE_SUPPORT, department=part.department, text=reason, is_public=False)


def _owing(petition: Petition, department: Department) -> Assignment:
    """Return the department's part as a support that owes its answer.

    Raises  InvalidInput when it is no support here; AlreadyDone when it owes nothing any more
    """
    supports = petition.assignments.filter(cycle=petition.cycle, part=Part.SUPPORT, department=department)
    part = supports.select_related("department").order_by("-pk").first()
    if part is None:
        raise InvalidInput({"department": _("这个部门不是这件诉求的协办部门。")})
    if not part.is_open:
        raise AlreadyDone(_("该协办部门已经答复、免于答复或撤出。"))
    return part


def end_part(petition: Petition, part: Assignment, *, by: User, now: datetime, why: StopReason) -> None:
    """Take one department's part back, in the caller's transaction: the others go on."""
    part.ended_at = now
    part.save(update_fields=["ended_at"])
    _stop_part(petition, part, by=by, now=now, why=why)


def _stop_part(petition: Petition, part: Assignment, *, by: User, now: datetime, why: StopReason) -> None:
    """Stop the department's limits, an order's too: nothing is waited for from it any more."""
    running = Clock.objects.running().filter(petition=petition, department=part.department_id)
    stop(running, now=now, reason=why)
    end_orders(
        petition, by=by, now=now, why=_("部门不再承办或已免于答复，督办单随之办结。"), department=part.department
    )
    SendBack.objects.filter(assignment=part).lapse(by=by, now=now)
