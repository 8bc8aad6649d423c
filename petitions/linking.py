"""Link (关联办理): several enterprises have one problem, which is handled once. How a group works: petitions/groups.py.

Groups have one level: a parent follows no other petition. An enterprise has one petition in a group; its duplicates
are merged instead.
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from petitions.clocks.starting import start_clocks
from petitions.clocks.stopping import DEPARTMENT_CLOCKS, stop_clocks
from petitions.group_queries import GROUP_MAX, possible_parents
from petitions.groups import align, lead_of, leave_group, live_parts
from petitions.models import OPEN_STATES, EventKind, Petition, SendBack, State, StopReason
from petitions.models.event import ENTERPRISE, FILER
from petitions.search.index import index
from petitions.situations import Situation
from petitions.steps import Step, begin, begin_pair
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_link(it: Situation) -> None:
    """Check that the petition is in no group, that no department has answered it, and that there is one to follow.

    One statement for each petition that is asked about.
    Raises  AlreadyDone
    """
    _check_alone(it)
    if not possible_parents(it.petition, it.by).exists():
        raise AlreadyDone(_("没有其他企业待派单或办理中的诉求可以关联。"))


def _check_alone(it: Situation) -> None:
    if it.petition.parent:
        values = {"number": it.petition.parent.number}
        raise AlreadyDone(_("这件诉求已关联到%(number)s，请先解除关联。") % values)
    if it.petition.pk in it.around.leading:
        raise AlreadyDone(_("这件诉求是一组诉求的牵头，请把另一件关联到它。"))
    if any(part.answered_at for part in it.parts):
        raise AlreadyDone(_("协办单位已经答复，不能再关联办理。"))


def check_can_unlink(it: Situation) -> None:
    """Check that the petition follows another one.

    Raises  AlreadyDone
    """
    if it.petition.parent_id is None:
        raise AlreadyDone(_("这件诉求没有关联到其他诉求。"))


LINK = Verb(
    name="link",
    label=gettext_lazy("关联办理"),
    icon="link",
    rule=lambda who: who.is_in_charge,
    states=OPEN_STATES,
    check=check_can_link,
)
UNLINK = Verb(
    name="unlink",
    label=gettext_lazy("解除关联"),
    icon="unlink",
    rule=lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    states=OPEN_STATES,
    check=check_can_unlink,
)
VERBS = (LINK, UNLINK)


def link_petition(*, petition: Petition, parent: Petition, by: User, now: datetime) -> Petition:
    """Let the petition follow another one: it gets the parent's departments, whose limits run on the parent.

    parent  an open petition that follows no other; it has to be dispatched if the petition is
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (it is in a group, or a department has answered it)
    """
    if petition.pk == parent.pk:
        raise InvalidInput({"parent": _("不能关联到这件诉求自己，请选择另一件。")})
    with transaction.atomic():
        step, parent = begin_pair(petition=petition, other=parent, by=by, verb=LINK, now=now)
        petition = step.petition
        LINK.check_begin(step)
        _check_alone(step)
        _check_parent(petition, parent)
        petition.parent = parent
        petition.save(update_fields=["parent"])
        _note_link(step, parent)
        _join_parent(step, parent)
        return petition


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
    """End the clocks, orders and send-backs of the petition's own departments, and align it with its parent."""
    petition, by, now = step.petition, step.by, step.now
    stop_clocks(petition, now=now, promises=DEPARTMENT_CLOCKS, reason=StopReason.LINKED)
    SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
    end_orders(step, why=_("诉求已随牵头诉求办理，督办单随之办结。"), reason=StopReason.LINKED)
    taken_back = align(petition, parent, now=now)
    index([petition])
    for part in taken_back:
        # One event per part: an event tells one department.
        act = step.on(petition)
        act.announce(act.note(EventKind.TAKE_BACK, department=part.department))
    lead = lead_of(petition)
    if lead and petition.state != step.from_state:
        told = step.note(EventKind.DISPATCH, department=lead.department, is_public=True, data={"other": parent.number})
        # The departments were told by GAIN_LINK on the parent.
        step.announce(told, only=(ENTERPRISE, FILER))


def unlink_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Let the petition go on alone with its state and its departments.

    The departments' limits start now; the enterprise's clock runs on.
    Raises  NotPermitted, WrongState, AlreadyDone (it follows no other petition)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=UNLINK, now=now)
        petition = step.petition
        leave_group(step)
        start_clocks(petition, now=now, assignments=live_parts(petition))
        return petition
