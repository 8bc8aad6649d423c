"""What the enterprise can do with its petition until the answer comes: supplement, urge, withdraw."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from files.models import StoredFile
from petitions import attachments
from petitions.clocks.stopping import stop_clocks
from petitions.facts import close_cycle
from petitions.groups import leave_group
from petitions.models import ANSWER_CLOCKS, EventKind, Petition, Promise, SendBack, State, StopReason
from petitions.situations import Situation
from petitions.steps import begin
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from scores.models import Ending
from verbs.inputs import NOTE_MAX, Problems, checked_reason
from verbs.refusals import AlreadyDone

URGE_INTERVAL = timedelta(hours=4)  # assumption: urging more often tells the department nothing new


def check_can_urge(it: Situation) -> None:
    """Check that nobody has urged within URGE_INTERVAL.

    Raises  AlreadyDone
    """
    last = it.around.urged_at.get(it.petition.pk)
    if last is not None and last > it.now - URGE_INTERVAL:
        hours = int(URGE_INTERVAL.total_seconds() // 3600)
        raise AlreadyDone(_("%(hours)d小时内已经催办过，承办部门已收到提醒。") % {"hours": hours})


def _a_limit_has_passed(it: Situation) -> int:
    answering = (Promise.RESOLVE_ENTERPRISE, *ANSWER_CLOCKS)
    return 5 if any(clock.is_overdue(it.now) for clock in it.running if clock.promise in answering) else 0


SUPPLEMENT = Verb(
    name="supplement",
    label=gettext_lazy("补充材料"),
    icon="file-plus",
    rule=lambda who: who.asks or who.is_in_charge,
    states=(State.REPORTED, State.ASSIGNED),
)
URGE = Verb(
    name="urge",
    label=gettext_lazy("催办"),
    icon="bell-ring",
    rule=lambda who: who.asks,
    states=(State.ASSIGNED,),
    check=check_can_urge,
    next_step=_a_limit_has_passed,
)
WITHDRAW = Verb(
    name="withdraw",
    label=gettext_lazy("撤回诉求"),
    icon="x",
    rule=lambda who: who.asks,
    is_dangerous=True,
)
VERBS = (SUPPLEMENT, URGE, WITHDRAW)


def supplement_petition(
    *, petition: Petition, by: User, text: str, now: datetime, files: Sequence[StoredFile] = ()
) -> Petition:
    """Add text and files to the petition; the original text stays as it was.

    Safe to repeat at once: the same text and files by the same person right after are not added again.
    Raises  InvalidInput, NotPermitted, WrongState
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=SUPPLEMENT, now=now)
        petition = step.petition
        data = {"files": len(files), "sha256": [file.sha256 for file in files]}
        if step.is_repeated(EventKind.SUPPLEMENT, text=text, data=data):
            return petition
        attachments.attach(files, petition=petition, by=by, now=now)
        return step.finish(EventKind.SUPPLEMENT, text=text, data=data)


def urge_petition(*, petition: Petition, by: User, text: str = "", now: datetime) -> Petition:
    """Ask the departments to hurry (催办); at most once in URGE_INTERVAL.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone
    """
    problems = Problems()
    text = problems.text("text", text, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=URGE, now=now)
        return step.finish(EventKind.URGE, text=text)


def withdraw_petition(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Withdraw the petition: it closes and cannot be reopened. Petitions that are handled together with it go on.

    Raises  InvalidInput, NotPermitted, WrongState
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=WITHDRAW, now=now)
        petition = step.petition
        leave_group(step)
        petition.withdraw(now=now)
        stop_clocks(petition, now=now, reason=StopReason.WITHDRAWN)
        close_cycle(petition, ending=Ending.WITHDRAWN, now=now)
        end_orders(step, why=_("诉求已撤回，督办单随之办结。"), reason=StopReason.WITHDRAWN)
        SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        return step.finish(EventKind.WITHDRAW, text=reason)
