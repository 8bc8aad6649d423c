"""Link (关联办理): several enterprises have one problem, which is handled once. What that means: petitions/groups.py.

One level: a parent is nobody's child. Of one enterprise there is one petition in a group; its others are merged.
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.clocks import DEPARTMENT_CLOCKS, start_clocks, stop_clocks
from petitions.groups import OPEN_STATES, align, lead_of, live_parts
from petitions.leaving import leave_group
from petitions.models import EventKind, Petition, SendBack, State, StopReason
from petitions.notices import ENTERPRISE, FILER
from petitions.orders import end_orders
from petitions.permissions import check_now
from petitions.search.index import index
from petitions.steps import Step, begin, begin_pair
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput

GROUP_MAX = 50  # assumption: what is done on the parent is done for all in one transaction


def link_petition(*, petition: Petition, parent: Petition, by: User, now: datetime) -> Petition:
    """Let the petition follow another one: its departments become the parent's, its limit for them the parent's.

    parent  open, nobody's child; dispatched if the petition is
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (it follows one already)
    """
    if petition.pk == parent.pk:
        raise InvalidInput({"parent": _("不能关联到这件诉求自己，请选择另一件。")})
    with transaction.atomic():
        step, parent = begin_pair(petition=petition, other=parent, by=by, verb="link", now=now)
        petition = step.petition
        check_now(petition, step.relation, "link")
        _check_alone(petition)
        _check_parent(petition, parent)
        petition.parent = parent
        petition.save(update_fields=["parent"])
        _note_link(step, parent)
        _join_parent(step, parent)
        return petition


def _check_alone(petition: Petition) -> None:
    if petition.parent:
        values = {"number": petition.parent.number}
        raise AlreadyDone(_("这件诉求已关联到%(number)s，请先解除关联。") % values)
    if petition.children.exists():
        raise AlreadyDone(_("这件诉求是一组诉求的牵头，请把另一件关联到它。"))
    if any(part.answered_at for part in live_parts(petition)):
        raise AlreadyDone(_("协办单位已经答复，不能再关联办理。"))


def _check_parent(petition: Petition, parent: Petition) -> None:
    problems = Problems()
    problems.need("parent", parent.state in OPEN_STATES, _("牵头诉求须是待派单或办理中的诉求。"))
    if parent.parent:
        sentence = _("%(number)s自己也是关联诉求，请关联到它的牵头诉求%(parent)s。")
        problems.add("parent", sentence % {"number": parent.number, "parent": parent.parent.number})
    is_behind = petition.state == State.REPORTED or parent.state != State.REPORTED
    problems.need("parent", is_behind, _("这件诉求已经派单，牵头诉求还没有，请把那一件关联到这件。"))
    group = Petition.objects.filter(parent=parent)
    problems.need("parent", group.count() + 2 <= GROUP_MAX, _("一组最多%(most)d件诉求。") % {"most": GROUP_MAX})
    enterprise = petition.petitioner.enterprise_id
    of_group = {parent.petitioner.enterprise_id, *group.values_list("petitioner__enterprise", flat=True)}
    is_new = enterprise is None or enterprise not in of_group
    problems.need("parent", is_new, _("这家企业在这一组里已有诉求；同一企业的重复诉求请合并。"))
    problems.raise_if_any()


def _note_link(step: Step, parent: Petition) -> None:
    other = step.on(parent)
    other.announce(other.note(EventKind.GAIN_LINK, data={"other": step.petition.number}))
    step.finish(EventKind.LINK, data={"other": parent.number})


def _join_parent(step: Step, parent: Petition) -> None:
    """End what the petition's own departments had to do, and bring it to where its parent is."""
    petition, by, now = step.petition, step.by, step.now
    stop_clocks(petition, now=now, kinds=DEPARTMENT_CLOCKS, reason=StopReason.LINKED)
    SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
    end_orders(petition, by=by, now=now, why=_("诉求已随牵头诉求办理，督办单随之办结。"))
    taken_back = align(petition, parent, now=now)
    index([petition])
    for part in taken_back:
        # One by one: each has its own department to tell.
        act = step.on(petition)
        act.announce(act.note(EventKind.TAKE_BACK, department=part.department))
    lead = lead_of(petition)
    if lead and petition.state != step.from_state:
        told = step.note(EventKind.DISPATCH, department=lead.department, is_public=True, data={"other": parent.number})
        # The departments were told that the parent has one more.
        step.announce(told, only=(ENTERPRISE, FILER))


def unlink_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Let the petition go on alone: state and departments stay, their limits start now; the enterprise's runs on.

    Raises  NotPermitted, WrongState, AlreadyDone (it follows none)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="unlink", now=now)
        petition = step.petition
        if petition.parent is None:
            raise AlreadyDone(_("这件诉求没有关联到其他诉求。"))
        leave_group(step)
        start_clocks(petition, now=now, assignments=live_parts(petition))
        return petition
