"""Hand over (指定经办人): who in a department does the work on its part. Everybody in it may name anybody in it.

The department answers for the petition, whoever does the work. The handler of a part matters only inside the
department, and is notified. Whoever checks in a part that has no handler becomes its handler (petitions/check_in.py).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from departments.models import Department, people_of
from petitions.models import Assignment, EventKind, Petition, State
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_hand_over(_it: Situation, part: Assignment) -> None:
    """Check that the department still owes its answer.

    Raises  AlreadyDone
    """
    if not part.is_open:
        raise AlreadyDone(_("本部门已经答复或免于答复，不需要再指定经办人。"))


HAND_OVER = Verb(
    name="hand_over",
    label=gettext_lazy("指定经办人"),
    icon="user-round-check",
    rule=lambda who: who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_can_hand_over,
)
VERBS = (HAND_OVER,)


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

    Safe to repeat: if the person is the part's handler already, nothing is written.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the department owes no answer)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=HAND_OVER, now=now)
        assignment = step.own_part(department)
        if not people_of([assignment.department]).filter(pk=to.pk).exists():
            raise InvalidInput({"to": _("请选择本部门在岗的人员。")})
        if assignment.handler_id == to.pk:
            return step.petition
        assignment.handler = to
        assignment.save(update_fields=["handler"])
        return step.finish(
            EventKind.HAND_OVER,
            department=assignment.department,
            text=note,
            data={"handler": to.pk, "handler_name": str(to)},
            is_public=False,
        )
