"""Reopen an answered petition (重新办理): the answer did not solve the enterprise's problem, or the problem is back.

A reopened petition starts its next cycle with new assignments. Nothing of the old cycle is overwritten.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from petitions.clocks.starting import start_clocks
from petitions.clocks.stopping import stop_clocks
from petitions.dispatch import assign
from petitions.facts import close_cycle
from petitions.groups import leave_group
from petitions.models import EventKind, Petition, Promise, State
from petitions.ratings.rectification import lock_ratings
from petitions.returning import return_from_closed
from petitions.situations import Situation
from petitions.steps import begin
from petitions.verb import Verb
from scores.models import Ending
from verbs.inputs import checked_reason
from verbs.refusals import AlreadyDone

REOPENABLE_FOR = timedelta(days=30)  # calendar days after the answer; assumption


def check_can_reopen(it: Situation) -> None:
    """Check that the answer is not too old and that its rating does not wait for a supervisor's decision.

    Raises  AlreadyDone
    """
    assert it.petition.resolved_at is not None
    if it.now > it.petition.resolved_at + REOPENABLE_FOR:
        raise AlreadyDone(_("答复已超过%(days)d天，不能重新办理，请另行提交诉求。") % {"days": REOPENABLE_FOR.days})
    if it.is_referred:
        raise AlreadyDone(_("再次差评已转督查员处理，请等待处理意见。"))


REOPEN = Verb(
    name="reopen",
    label=gettext_lazy("重新办理"),
    icon="rotate-ccw",
    rule=lambda who: who.is_liaison or who.has(Role.SUPERVISOR),
    check=check_can_reopen,
)
VERBS = (REOPEN,)


def reopen_petition(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Start the next cycle with the same departments, except supports that were waived or are closed.

    If the department that led is closed, the petition waits for its desk in that cycle.
    Possible for REOPENABLE_FOR after the answer, also when it was rated or its rating window is over.
    Raises  InvalidInput, NotPermitted, WrongState,
            AlreadyDone (answered too long ago, or its second low rating waits for a supervisor)
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=REOPEN, now=now)
        petition = step.petition
        if petition.state == State.RATED:
            lock_ratings(petition, now=now)
        before = petition.current_assignments().filter(waived_at__isnull=True)
        parts = list(before.select_related("department"))
        leave_group(step)
        lead = next(row.department for row in parts if row.is_lead)
        stop_clocks(petition, now=now)
        close_cycle(petition, ending=Ending.REOPENED, now=now)
        petition.reopen(now=now)
        start_clocks(petition, now=now, promises=[Promise.RESOLVE_ENTERPRISE])
        supports = [row.department for row in parts if row.is_support and row.department.is_active]
        if lead.is_active:
            assign(petition, lead=lead, supports=supports, now=now)
        petition = step.finish(EventKind.REOPEN, text=reason)
        return petition if lead.is_active else return_from_closed(step.on(petition), department=lead)
