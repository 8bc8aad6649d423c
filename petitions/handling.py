"""What a department notes while it works: contact with the enterprise, progress."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department
from petitions.clocks import stop_clocks
from petitions.errors import NotCheckedIn
from petitions.models import ClockKind, EventKind, Petition
from petitions.steps import begin, own_assignment
from verbs.inputs import NOTE_MAX, Problems


class ContactWay(models.TextChoices):
    PHONE = "phone", _("电话")
    VISIT = "visit", _("上门")
    OFFICE = "office", _("来访")
    MESSAGE = "message", _("短信或即时通讯")


def record_contact(
    *, petition: Petition, by: User, way: str, text: str, department: Department | None = None, now: datetime
) -> Petition:
    """Note that the department spoke with the enterprise; the first contact stops nothing but is dated.

    Safe to repeat at once: the same note right after is the same contact.
    way   one of ContactWay
    Raises  InvalidInput, NotPermitted, WrongState, NotCheckedIn
    """
    problems = Problems()
    problems.choice("way", way, ContactWay.values)
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="contact", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        if not assignment.checked_in_at:
            raise NotCheckedIn()
        if not assignment.contacted_at:
            assignment.contacted_at = now
            assignment.save(update_fields=["contacted_at"])
            stop_clocks(petition, now=now, kinds=[ClockKind.CONTACT], assignment=assignment)
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
    """Note how far the work is; public notes are read by the enterprise, internal ones are not.

    Safe to repeat at once: the same note right after is the same progress.
    Raises  InvalidInput, NotPermitted, WrongState, NotCheckedIn
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="progress", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        if not assignment.checked_in_at:
            raise NotCheckedIn()
        return step.finish_once(EventKind.PROGRESS, department=assignment.department, text=text, is_public=is_public)
