"""A department signs for a petition (报到). The limits run from the dispatch, not from the check-in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from petitions.clocks.stopping import stop_clocks
from petitions.models import Assignment, EventKind, Petition, Promise, State
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import FormPlace, Verb, own_parts
from verbs.refusals import AlreadyDone


def check_can_check_in(_it: Situation, part: Assignment) -> None:
    """Check that the department has not signed yet and still has something to do.

    Raises  AlreadyDone
    """
    if part.checked_in_at:
        raise AlreadyDone(_("本部门已经报到。"))
    if not part.is_open:
        raise AlreadyDone(_("本部门已免于答复，不用再报到。"))


CHECK_IN = Verb(
    name="check_in",
    label=gettext_lazy("报到"),
    icon="hand",
    rule=lambda who: who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_can_check_in,
    form=FormPlace.NONE,
    next_step=lambda _it: 9,
)
VERBS = (CHECK_IN,)


def check_in_department(
    *, petition: Petition, by: User, department: Department | None = None, now: datetime
) -> Petition:
    """Check a department in, once, and stop its limit for checking in.

    If the department's part has no handler, whoever checks in becomes its handler, except the system.
    department  needed only when the person works in several of the petition's departments
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the department has checked in), FollowsParent
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=CHECK_IN, now=now)
        petition, assignment = step.petition, step.own_part(department)
        assignment.checked_in_at = now
        if assignment.handler_id is None and not by.has_role(Role.SYSTEM):
            assignment.handler = by
        assignment.save(update_fields=["checked_in_at", "handler"])
        stop_clocks(petition, now=now, promises=[Promise.CHECK_IN], assignment=assignment)
        return step.finish(EventKind.CHECK_IN, department=assignment.department)
