"""A department signs for a petition (报到). The limit ran since dispatch, not since somebody opened it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Role, User
from departments.models import Department
from petitions.clocks import stop_clocks
from petitions.models import ClockKind, EventKind, Petition
from petitions.steps import begin, own_assignment


def check_in_department(
    *, petition: Petition, by: User, department: Department | None = None, now: datetime
) -> Petition:
    """Check a department in, once; the first signature counts. Whoever signs for what nobody has becomes its handler.

    Safe to repeat: a department that has checked in stays as it was, without a second event.
    department  needed only when the person works in several of the petition's departments
    Raises  InvalidInput, NotPermitted, WrongState
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="check_in", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        if assignment.checked_in_at:
            return petition
        assignment.checked_in_at = now
        if assignment.handler_id is None and not by.has_role(Role.SYSTEM):
            assignment.handler = by
        assignment.save(update_fields=["checked_in_at", "handler"])
        stop_clocks(petition, now=now, kinds=[ClockKind.CHECK_IN], assignment=assignment)
        return step.finish(EventKind.CHECK_IN, department=assignment.department)
