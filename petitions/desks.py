"""Hand a petition that waits for dispatch to another desk: up to the next one above, or down to a district's or park's.

Only the desk in charge changes. The dispatch clock and the enterprise's clock go on as they were started, and the desk
that gave the petition away still sees it: the petition is from its branch or concerns its region (`other_regions`).
Source: domain, dispatch (分级派单); docs/adr/0018.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from petitions.models import EventKind, Petition, State
from petitions.steps import Step, begin
from petitions.verb import Verb
from regions.desks import desk_for, desks_of
from regions.models import Region
from verbs.inputs import NOTE_MAX, Problems, checked_reason
from verbs.refusals import AlreadyDone, InvalidInput

ESCALATE_UP = Verb(
    name="escalate_up",
    label=gettext_lazy("提请上级派单"),
    icon="arrow-up-from-line",
    rule=lambda who: who.is_in_charge and who.has_desk_above,
    states=(State.REPORTED,),
    is_for_group=True,
)
DELEGATE_DOWN = Verb(
    name="delegate_down",
    label=gettext_lazy("下放派单"),
    icon="arrow-down-to-line",
    rule=lambda who: who.is_in_charge and who.has_desk_below,
    states=(State.REPORTED,),
    is_for_group=True,
)
VERBS = (ESCALATE_UP, DELEGATE_DOWN)


def escalate_up(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Give the petition to the nearest staffed desk above the one in charge; the topmost is the city's.

    Raises  InvalidInput, NotPermitted (also at the city's desk: nothing is above it), WrongState, FollowsParent
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ESCALATE_UP, now=now)
        petition = step.petition
        above = petition.desk.parent_id
        assert above is not None  # checked by the verb's rule
        desk = Region.objects.get(pk=desk_for(above))
        return _hand_over(step, desk, EventKind.ESCALATE_UP, reason)


def delegate_down(*, petition: Petition, by: User, desk: Region, note: str = "", now: datetime) -> Petition:
    """Give the petition to a staffed desk below the person's own.

    If the petition's region is neither the desk's nor below it, the desk's region is added to `other_regions`.
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, AlreadyDone (the desk already has the petition)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=DELEGATE_DOWN, now=now)
        petition = step.petition
        if desk.pk not in desks_of(by).below:
            raise InvalidInput({"desk": _("请选择一个有受理员的下级派单台。")})
        if petition.desk_id == desk.pk:
            raise AlreadyDone(_("这件诉求已经在这个派单台。"))
        if not petition.region.is_within(desk):
            petition.other_regions.add(desk)
        return _hand_over(step, desk, EventKind.DELEGATE_DOWN, note)


def _hand_over(step: Step, desk: Region, kind: str, text: str) -> Petition:
    petition, before = step.petition, step.petition.desk
    petition.desk = desk
    petition.save(update_fields=["desk"])
    return step.finish(kind, text=text, data={"from_desk": before.code, "to_desk": desk.code}, is_public=False)
