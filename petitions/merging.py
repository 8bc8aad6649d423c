"""Merge (合并): the same enterprise asked twice. One petition closes and is read with the other; it can be undone.

Both keep the history. Left out: several enterprises with one problem, which are linked (petitions/linking.py).
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.clocks import restart, stop_clocks
from petitions.groups import OPEN_STATES
from petitions.leaving import leave_group
from petitions.models import EventKind, Petition, StopReason
from petitions.orders import end_orders
from petitions.permissions import check_now
from petitions.steps import Step, begin, begin_pair
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput


def merge_petition(*, petition: Petition, into: Petition, by: User, now: datetime) -> Petition:
    """Close the petition as a duplicate of another one of the same enterprise, which is handled for both.

    into  open, and not merged itself
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (merged so before, or both in one group)
    """
    _check_is_another(petition, into)
    with transaction.atomic():
        step, into = begin_pair(petition=petition, other=into, by=by, verb="merge", now=now)
        petition = step.petition
        if petition.merged_into_id == into.pk:
            raise AlreadyDone(_("这件诉求已经并入%(number)s。") % {"number": into.number})
        check_now(petition, step.relation, "merge")
        _check_duplicate(petition, into)
        leave_group(step)
        petition.merge(into=into, now=now)
        stop_clocks(petition, now=now, reason=StopReason.MERGED)
        end_orders(petition, by=by, now=now, why=_("诉求已并入其他诉求，督办单随之办结。"))
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
    # The text of the one is read by whoever handles the other, and tells them who asked.
    is_alike = petition.is_confidential == into.is_confidential
    problems.need("into", is_alike, _("一件要求对部门保密身份，另一件没有，不能合并。"))
    has_merged = petition.merged.exists()
    problems.need("into", not has_merged, _("已有诉求并入这件诉求，请把另一件并入这件，或先撤销合并。"))
    problems.raise_if_any()


def _note_on(other: Petition, kind: str, step: Step) -> None:
    act = step.on(other)
    act.announce(act.note(kind, is_public=True, data={"other": step.petition.number}))


def unmerge_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Take a merge back: the petition waits for a dispatcher again, its clocks go on as if they had never stopped.

    Raises  NotPermitted, WrongState (it is not merged)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="unmerge", now=now)
        petition = step.petition
        into = petition.merged_into
        assert into is not None  # petition_merged_paired
        petition.unmerge()
        restart(petition.clocks.filter(cycle=petition.cycle, stop_reason=StopReason.MERGED))
        _note_on(into, EventKind.RELEASE, step)
        return step.finish(EventKind.UNMERGE, data={"other": into.number})
