"""Take a dispatch back before anybody has worked on it (撤回派单): the petition waits for a dispatcher again.

What was dispatched by itself can be taken back until a department has answered: no person chose that department, and
its check-in does not make the choice right. What a person dispatched, until somebody has checked in: after that the
department has the word (退单). It is no return of a department and is not counted as one; its clocks end without cards,
the enterprise's goes on.
Source: docs/adr/0018.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.clocks import DEPARTMENT_CLOCKS, start_clocks, stop_clocks
from petitions.models import Assignment, Clock, ClockKind, EventKind, Part, Petition, SendBack, StopReason
from petitions.orders import end_orders
from petitions.steps import begin
from verbs.inputs import checked_reason
from verbs.refusals import AlreadyDone


def undo_dispatch(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Take the petition back from all its departments.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (answered, checked in, or no dispatch began this cycle)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="undo_dispatch", now=now)
        petition = step.petition
        live = petition.current_assignments()
        parts = list(live.select_related("department"))
        _check_can_be_undone(petition, parts)
        petition.undo_dispatch()
        live.update(ended_at=now)
        _end_clocks(petition, now)
        end_orders(petition, by=by, now=now, why=_("派单已撤回，督办单随之办结。"))
        SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        start_clocks(petition, now=now, kinds=[ClockKind.DISPATCH])
        return step.finish(
            EventKind.UNDO_DISPATCH,
            department=next(part.department for part in parts if part.part == Part.LEAD),
            text=reason,
            is_public=False,
        )


def _check_can_be_undone(petition: Petition, parts: list[Assignment]) -> None:
    if not petition.events.filter(kind=EventKind.DISPATCH, cycle=petition.cycle).exists():
        raise AlreadyDone(_("本轮是重新办理，没有可以撤回的派单。"))
    if any(part.answered_at for part in parts):
        raise AlreadyDone(_("部门已经答复，不能撤回派单。"))
    if any(part.checked_in_at for part in parts) and petition.automatic_dispatch is None:
        raise AlreadyDone(_("部门已经报到，不能撤回人工派单；不属于该部门的由其退单。"))


def _end_clocks(petition: Petition, now: datetime) -> None:
    """Stop the departments' clocks, and drop alarms that they passed but no sweep has raised."""
    stop_clocks(petition, now=now, kinds=DEPARTMENT_CLOCKS, reason=StopReason.UNDONE)
    ended = Clock.objects.filter(petition=petition, stop_reason=StopReason.UNDONE)
    ended.filter(next_alarm_at__isnull=False).update(next_alarm_at=None)
