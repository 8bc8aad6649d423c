"""What the departments say to each other at one petition (部门协商).

Lead, supports, dispatchers and supervisors share one thread. It is internal: the enterprise never reads it.
Source: domain, dispatch (主办、协办).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from petitions.models import EventKind, Petition, State
from petitions.steps import begin, own_part
from petitions.verb import Verb
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import InvalidInput

DISCUSS = Verb(
    name="discuss",
    label=gettext_lazy("部门协商"),
    icon="messages-square",
    rule=lambda who: who.holds() or who.is_in_charge or who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    is_for_group=True,
)
VERBS = (DISCUSS,)


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

    Safe to repeat at once: the same words right after are not written again.
    mention     the department that the words are for; it has to hold the petition
    department  needed only when the person works in several of the petition's departments
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=DISCUSS, now=now)
        petition = step.petition
        unit = own_part(step.own_parts, department).department if step.own_parts else None
        if mention and not petition.current_assignments().filter(department=mention).exists():
            raise InvalidInput({"mention": _("这个部门没有承办这件诉求。")})
        # Keep the name, not the key: readers see the name as it was then, also after the department is renamed.
        data = {"mention": mention.short_name} if mention else {}
        return step.finish_once(EventKind.DISCUSS, department=unit, text=text, data=data, is_public=False)
