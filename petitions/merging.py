"""Merge (合并): the same enterprise asked twice. One petition closes and is read with the other; a merge can be undone.

Both petitions keep their history. If several enterprises have one problem, their petitions are linked instead
(petitions/linking.py).
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from limits.clocks import restart
from petitions.clocks.stopping import stop_clocks
from petitions.group_queries import merge_candidates
from petitions.groups import leave_group
from petitions.models import OPEN_STATES, EventKind, Petition, StopReason
from petitions.situations import Situation
from petitions.steps import Step, begin, begin_pair
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_merge(it: Situation) -> None:
    """Check that nothing was merged into the petition, and that its enterprise has another open one to merge it into.

    One statement for each petition that is asked about.
    Raises  AlreadyDone
    """
    _check_has_absorbed_none(it)
    alike = merge_candidates(it.petition, it.by).filter(is_confidential=it.petition.is_confidential)
    if not alike.exists():
        raise AlreadyDone(_("这家企业没有其他待派单或办理中的诉求可以并入。"))


def _check_has_absorbed_none(it: Situation) -> None:
    if it.petition.pk in it.around.absorbing:
        raise AlreadyDone(_("已有诉求并入这件诉求，请把另一件并入这件，或先撤销合并。"))


MERGE = Verb(
    name="merge",
    label=gettext_lazy("合并诉求"),
    icon="merge",
    rule=lambda who: who.is_in_charge,
    check=check_can_merge,
)
UNMERGE = Verb(
    name="unmerge",
    label=gettext_lazy("撤销合并"),
    icon="split",
    rule=lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
)
VERBS = (MERGE, UNMERGE)


def merge_petition(*, petition: Petition, into: Petition, by: User, now: datetime) -> Petition:
    """Close the petition as a duplicate of another one of the same enterprise, which is handled for both.

    into  an open petition of that enterprise; both are confidential or neither is
    Raises  InvalidInput, NotPermitted, WrongState,
            AlreadyDone (merged into it before, one follows the other, or others were merged into the petition)
    """
    _check_is_another(petition, into)
    with transaction.atomic():
        step, into = begin_pair(petition=petition, other=into, by=by, verb=MERGE, now=now)
        petition = step.petition
        if petition.merged_into_id == into.pk:
            raise AlreadyDone(_("这件诉求已经并入%(number)s。") % {"number": into.number})
        MERGE.check_begin(step)
        _check_has_absorbed_none(step)
        _check_duplicate(petition, into)
        leave_group(step)
        petition.merge(into=into, now=now)
        stop_clocks(petition, now=now, reason=StopReason.MERGED)
        end_orders(step, why=_("诉求已并入其他诉求，督办单随之办结。"), reason=StopReason.MERGED)
        _note_on(into, EventKind.ABSORB, step)
        return step.finish(EventKind.MERGE, data={"other": into.number})


def _check_is_another(petition: Petition, into: Petition) -> None:
    if petition.pk == into.pk:
        raise InvalidInput({"into": _("不能并入这件诉求自己，请选择另一件。")})


def _check_duplicate(petition: Petition, into: Petition) -> None:
    problems = Problems()
    enterprise = petition.petitioner.enterprise_id
    is_same = enterprise is not None and enterprise == into.petitioner.enterprise_id
    problems.need("into", is_same, _("只能并入同一企业的诉求；不同企业的同类诉求请用“关联办理”。"))
    problems.need("into", into.state in OPEN_STATES, _("只能并入待派单或办理中的诉求。"))
    # A department reads the texts of both: the one that is not confidential would tell who asked in the other.
    is_alike = petition.is_confidential == into.is_confidential
    problems.need("into", is_alike, _("一件要求对部门保密身份，另一件没有，不能合并。"))
    problems.raise_if_any()


def _note_on(other: Petition, kind: str, step: Step) -> None:
    act = step.on(other)
    act.announce(act.note(kind, is_public=True, data={"other": step.petition.number}))


def unmerge_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Undo a merge: the petition waits for a dispatcher again, and its clocks go on as if they had never stopped.

    Raises  NotPermitted, WrongState (it is not merged)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=UNMERGE, now=now)
        petition = step.petition
        into = petition.merged_into
        assert into is not None  # constraint petition_merged_paired
        petition.unmerge()
        restart(petition.clocks.filter(cycle=petition.cycle, stop_reason=StopReason.MERGED))
        _note_on(into, EventKind.RELEASE, step)
        return step.finish(EventKind.UNMERGE, data={"other": into.number})
