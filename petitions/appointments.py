"""Appointments (预约): a department says when it calls or visits; the enterprise confirms that or names another time.

An appointment stops no limit. It ends with the department's part, and the enterprise is told so. Source: domain, §10.3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from departments.models import Department
from petitions.acts import Act
from petitions.check_in import check_in_department
from petitions.errors import FollowsParent
from petitions.models import Assignment, EventKind, Petition, State
from petitions.models.assignment import Appointment, AppointmentMethod
from petitions.permissions import Relation
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import AlreadyDone

APPOINTED_AHEAD = timedelta(days=30)  # assumption: an appointment later than that comes too late to help
NOTHING_APPOINTED = gettext_lazy("部门还没有预约时间。")


def check_can_propose_appointment(it: Situation, part: Assignment) -> None:
    """Check that the department still owes its answer, may know who asked, and has checked in or can do so now.

    Raises  AlreadyDone (it owes no answer, or the petition is confidential),
            FollowsParent (it has to check in on the parent first)
    """
    _check_is_open(part)
    if it.petition.is_confidential:
        raise AlreadyDone(_("企业要求对承办部门保密身份，不能直接预约，请通过受理员联系。"))
    if part.checked_in_at is None and it.petition.parent:
        raise FollowsParent(it.petition.parent.number)


def check_can_confirm_appointment(it: Situation, part: Assignment) -> None:
    """Check that the department still owes its answer and that its appointment is neither over nor confirmed.

    Raises  AlreadyDone
    """
    _check_is_open(part)
    assert part.appointment is not None
    if part.appointment.confirmed_at:
        raise AlreadyDone(_("这次预约已经确认过。"))
    if part.appointment.at <= it.now:
        raise AlreadyDone(_("预约的时间已过，请另约时间。"))


def check_can_move_appointment(_it: Situation, part: Assignment) -> None:
    """Check that the department still owes its answer. An appointment that was missed can be moved too.

    Raises  AlreadyDone
    """
    _check_is_open(part)


def _check_is_open(part: Assignment) -> None:
    if not part.is_open:
        raise AlreadyDone(_("部门的办理已经结束，不用再预约。"))


def _answers_for_enterprise(who: Relation) -> bool:
    """Whoever filed on its behalf does too: an enterprise that phones has nobody else here."""
    return who.asks or who.has_filed_on_behalf


def _appointed(it: Situation) -> Sequence[Assignment]:
    return [part for part in it.parts if part.appointment]


CONFIRM_APPOINTMENT = Verb(
    name="confirm_appointment",
    label=gettext_lazy("确认预约"),
    icon="calendar-check-2",
    rule=_answers_for_enterprise,
    states=(State.ASSIGNED,),
    about=_appointed,
    check=check_can_confirm_appointment,
    nothing=NOTHING_APPOINTED,
    next_step=lambda _it: 8,
)
PROPOSE_APPOINTMENT = Verb(
    name="propose_appointment",
    label=gettext_lazy("预约时间"),
    icon="calendar-clock",
    rule=lambda who: who.holds(),
    states=(State.ASSIGNED,),
    about=own_parts,
    check=check_can_propose_appointment,
)
MOVE_APPOINTMENT = Verb(
    name="move_appointment",
    label=gettext_lazy("另约时间"),
    icon="calendar-sync",
    rule=_answers_for_enterprise,
    states=(State.ASSIGNED,),
    about=_appointed,
    check=check_can_move_appointment,
    nothing=NOTHING_APPOINTED,
)
VERBS = (CONFIRM_APPOINTMENT, PROPOSE_APPOINTMENT, MOVE_APPOINTMENT)


def propose_appointment(
    *,
    petition: Petition,
    by: User,
    method: str,
    at: datetime,
    text: str = "",
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Propose when the department calls or visits the enterprise. An earlier appointment no longer stands.

    A department that has not checked in yet is checked in by this.
    method  one of AppointmentMethod
    at      aware datetime in the future, at most APPOINTED_AHEAD from now
    text    for the enterprise: who comes, what should be at hand
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent (not checked in, and the petition is a child),
            AlreadyDone (it owes no answer, the petition is confidential, or the appointment is the same as before)
    """
    problems = Problems()
    problems.choice("method", method, AppointmentMethod.values)
    text = _checked(problems, at, text, now)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=PROPOSE_APPOINTMENT, now=now)
        part = step.own_part(department)
        if part.checked_in_at is None:
            check_in_department(petition=petition, by=by, department=part.department, now=now)
            part.refresh_from_db()
        _check_is_another(part, method, at)
        proposed = Appointment(method=method, at=at)
        part.save_appointment(proposed)
        said = proposed.data
        return step.finish(EventKind.PROPOSE_APPOINTMENT, department=part.department, text=text, data=said)


def confirm_appointment(
    *, petition: Petition, by: User, at: datetime, department: Department | None = None, now: datetime
) -> Petition:
    """Agree to the time that a department has named.

    at          the time that is agreed to; one that the department has changed meanwhile is not
    department  whose appointment is meant; needed only where there are several
    Raises  InvalidInput, NotPermitted, WrongState,
            AlreadyDone (confirmed before, another time was named, its time has passed, answered)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=CONFIRM_APPOINTMENT, now=now)
        part = step.own_part(department)
        assert part.appointment is not None
        if part.appointment.at != at:
            raise AlreadyDone(_("部门改了预约的时间，请看过新的时间再确认。"))
        agreed = replace(part.appointment, confirmed_at=now)
        part.save_appointment(agreed)
        return step.finish(EventKind.CONFIRM_APPOINTMENT, department=part.department, data=agreed.data)


def move_appointment(
    *,
    petition: Petition,
    by: User,
    at: datetime,
    text: str = "",
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Name another time for a department's appointment, as the enterprise. It counts as confirmed at once.

    The department may propose yet another time.
    at          aware datetime in the future, at most APPOINTED_AHEAD from now
    department  whose appointment is meant; needed only where there are several
    Raises  InvalidInput, NotPermitted, WrongState,
            AlreadyDone (there is no appointment, the department owes no answer, or the time is the same)
    """
    text = _checked(Problems(), at, text, now)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=MOVE_APPOINTMENT, now=now)
        part = step.own_part(department)
        _check_is_another(part, part.appointment_method, at)
        moved = Appointment(method=part.appointment_method, at=at, confirmed_at=now)
        part.save_appointment(moved)
        return step.finish(EventKind.MOVE_APPOINTMENT, department=part.department, text=text, data=moved.data)


def cancel_appointments(act: Act, parts: Iterable[Assignment]) -> None:
    """Tell the enterprise of each appointment that lies ahead and will not be kept: the department's part has ended.

    Inside the caller's transaction. Two statements for each such appointment.
    """
    for part in parts:
        appointment = part.appointment
        if appointment and part.answered_at is None and appointment.at > act.now:
            data = appointment.data
            act.announce(act.note(EventKind.CANCEL_APPOINTMENT, department=part.department, data=data, is_public=True))


def _checked(problems: Problems, at: datetime, text: str, now: datetime) -> str:
    problems.need("at", at > now, _("请填写今后的时间。"))
    days = {"days": APPOINTED_AHEAD.days}
    problems.need("at", at <= now + APPOINTED_AHEAD, _("请预约%(days)d天以内的时间。") % days)
    text = problems.text("text", text, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    return text


def _check_is_another(part: Assignment, method: str, at: datetime) -> None:
    if (part.appointment_method, part.appointment_at) == (method, at):
        raise AlreadyDone(_("预约的就是这个时间。"))
