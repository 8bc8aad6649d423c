"""Take a dispatch back before anybody has worked on it (撤回派单): the petition waits for a dispatcher again.

An automatic dispatch can be taken back until a department has answered: no person chose the department, and its
check-in does not make the choice right. A person's dispatch can be taken back until a department has checked in. After
that, only the department can ask to send the petition back (退单). An undo is not counted as a department's send-back.
The departments' clocks end without further cards; the enterprise's clock goes on.
Source: docs/adr/0018.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from petitions.appointments import cancel_appointments
from petitions.clocks.starting import start_clocks
from petitions.clocks.stopping import DEPARTMENT_CLOCKS, stop_clocks
from petitions.models import (
    EventKind,
    Petition,
    Promise,
    SendBack,
    StopReason,
)
from petitions.situations import Situation
from petitions.steps import begin
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from verbs.inputs import checked_reason
from verbs.refusals import AlreadyDone


def check_can_undo_dispatch(it: Situation) -> None:
    """Check that there was a dispatch in this cycle and that no department has answered.

    If a person dispatched the petition, no department may have checked in either.
    Raises  AlreadyDone
    """
    if it.petition.cycle not in it.around.dispatched_cycles[it.petition.pk]:
        raise AlreadyDone(_("本轮是重新办理，没有可以撤回的派单。"))
    if any(part.answered_at for part in it.parts):
        raise AlreadyDone(_("部门已经答复，不能撤回派单。"))
    if any(part.checked_in_at for part in it.parts) and it.petition.automatic_dispatch is None:
        raise AlreadyDone(_("部门已经报到，不能撤回人工派单；不属于该部门的由其退单。"))


UNDO_DISPATCH = Verb(
    name="undo_dispatch",
    label=gettext_lazy("撤回派单"),
    icon="undo-2",
    rule=lambda who: who.is_in_charge,
    check=check_can_undo_dispatch,
    is_for_group=True,
    is_dangerous=True,
)
VERBS = (UNDO_DISPATCH,)


def undo_dispatch(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Take the petition back from all its departments.

    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent,
            AlreadyDone (answered, checked in after a person's dispatch, or no dispatch in this cycle)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=UNDO_DISPATCH, now=now)
        petition = step.petition
        petition.undo_dispatch()
        cancel_appointments(step, step.parts)
        petition.current_assignments().update(ended_at=now)
        stop_clocks(petition, now=now, promises=DEPARTMENT_CLOCKS, reason=StopReason.UNDONE, is_void=True)
        end_orders(step, why=_("派单已撤回，督办单随之办结。"), reason=StopReason.UNDONE)
        SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        start_clocks(petition, now=now, promises=[Promise.DISPATCH])
        return step.finish(
            EventKind.UNDO_DISPATCH,
            department=next(part.department for part in step.parts if part.is_lead),
            text=reason,
            is_public=False,
        )
