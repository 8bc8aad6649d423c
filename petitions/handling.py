"""What a department notes while it works: contacts with the enterprise, and progress."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department
from petitions.clocks.stopping import stop_clocks
from petitions.errors import NotCheckedIn
from petitions.models import Assignment, EventKind, Petition, Promise, State
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, Problems


class ContactWay(models.TextChoices):
    PHONE = "phone", _("电话")
    VISIT = "visit", _("上门")
    OFFICE = "office", _("来访")
    MESSAGE = "message", _("短信或即时通讯")


def check_has_checked_in(_it: Situation, part: Assignment) -> None:
    """Check that the department has checked in: before that it cannot work on the petition.

    Raises  NotCheckedIn
    """
    if not part.checked_in_at:
        raise NotCheckedIn()


def _contact_is_due(it: Situation) -> int:
    return 6 if any(part.is_open and part.checked_in_at and not part.contacted_at for part in it.own_parts) else 0


CONTACT = Verb(
    name="contact",
    label=_("记录联系"),
    icon="phone",
    rule=lambda who: who.holds(),
    states=(State.ASSIGNED,),
    about=own_parts,
    check=check_has_checked_in,
    next_step=_contact_is_due,
)
PROGRESS = Verb(
    name="progress",
    label=_("记录进展"),
    icon="notebook-pen",
    rule=lambda who: who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_has_checked_in,
)
VERBS = (CONTACT, PROGRESS)


def record_contact(
    *, petition: Petition, by: User, way: str, text: str, department: Department | None = None, now: datetime
) -> Petition:
    """Note that the department spoke with the enterprise. The first contact of a part stops its clock for contact.

    Safe to repeat at once: the same note right after is not written again.
    way   one of ContactWay
    Raises  InvalidInput, NotPermitted, WrongState, NotCheckedIn
    """
    problems = Problems()
    problems.choice("way", way, ContactWay.values)
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=CONTACT, now=now)
        assignment = step.own_part(department)
        if not assignment.contacted_at:
            assignment.contacted_at = now
            assignment.save(update_fields=["contacted_at"])
            stop_clocks(step.petition, now=now, promises=[Promise.CONTACT], assignment=assignment)
        return step.finish_once(EventKind.CONTACT, department=assignment.department, text=text, data={"way": way})


def record_progress(
    *,
    petition: Petition,
    by: User,
    text: str,
    is_public: bool,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Note how far the work is. The enterprise reads public notes, not internal ones.

    Safe to repeat at once: the same note right after is not written again.
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, NotCheckedIn
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=PROGRESS, now=now)
        unit = step.own_part(department).department
        return step.finish_once(EventKind.PROGRESS, department=unit, text=text, is_public=is_public)
