"""Inside a department: who does the work on its part (经办人). Everybody of the department may say so, also of others.

The department answers for the petition whoever has it; the person is for its own order and is told. Whoever checks in
what nobody has becomes its handler (petitions/check_in.py).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department, people_of
from petitions.models import EventKind, Petition
from petitions.steps import begin, own_assignment
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import AlreadyDone, InvalidInput


def hand_over(
    *,
    petition: Petition,
    by: User,
    to: User,
    note: str = "",
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Hand the department's part to one of its people; the enterprise does not learn who.

    Safe to repeat: who has it already keeps it, without a second event.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the department has answered)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="hand_over", now=now)
        petition, relation = step.petition, step.relation
        assignment = own_assignment(relation, department)
        if assignment.answered_at:
            raise AlreadyDone(_("本部门已经答复。"))
        if not people_of([assignment.department]).filter(pk=to.pk).exists():
            raise InvalidInput({"to": _("请选择本部门在岗的人员。")})
        if assignment.handler_id == to.pk:
            return petition
        assignment.handler = to
        assignment.save(update_fields=["handler"])
        return step.finish(
            EventKind.HAND_OVER,
            department=assignment.department,
            text=note,
            data={"handler": to.pk, "handler_name": str(to)},
            is_public=False,
        )
