"""Send a petition to the departments that are responsible (派单).

Each department gets one Assignment row in the cycle, with limits of its own from the moment of dispatch. A petition
that was sent back (petitions/send_back.py) is dispatched again in the same cycle; the answer that a support has given
stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Category, Department
from petitions.clocks.starting import reclassify_clocks, start_clocks
from petitions.clocks.stopping import stop_clocks
from petitions.models import Assignment, Channel, EventKind, Kind, Part, Petition, Promise, Urgency
from petitions.steps import begin
from petitions.verb import FormPlace, Verb
from regions.desks import desks_of
from regions.models import Region
from verbs.inputs import NOTE_MAX, Problems

SUPPORTS_MAX = 8  # assumption: what needs more departments than this needs a meeting first


DISPATCH = Verb(
    name="dispatch",
    label=gettext_lazy("派单"),
    icon="send",
    rule=lambda who: who.is_in_charge or who.has(Role.SYSTEM),
    is_for_group=True,
    form=FormPlace.PAGE,
    next_step=lambda it: 5 if it.relation.is_at_own_desk else 0,
)
VERBS = (DISPATCH,)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a petition goes: the lead, the supports, and how the dispatcher classifies it.

    A category, kind or urgency that is empty leaves the petition's own as it is.
    """

    lead: Department
    supports: Sequence[Department] = ()
    category: Category | None = None
    kind: str = ""
    urgency: str = ""
    note: str = ""
    other_regions: Sequence[Region] | None = None  # that it concerns besides its own; None leaves them as they are
    # Set by an automatic dispatch (petitions/proposals/auto_dispatch.py): the confidence, and the reasons for the lead.
    confidence: float | None = None
    because: Sequence[str] = ()


def dispatch_petition(*, petition: Petition, by: User, placement: Placement, now: datetime) -> Petition:
    """Dispatch the petition: write one assignment per department and start its clocks.

    A district's or park's desk dispatches to a lead of its own branch, and to supports anywhere.
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent
    Source  domain: dispatch (按责转办)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=DISPATCH, now=now)
        petition = step.petition
        note = _check_placement(placement, petition, by)
        changed = _classify(petition, placement)
        if placement.other_regions is not None:
            petition.other_regions.set(region for region in placement.other_regions if region != petition.region)
        petition.dispatch(now=now)
        stop_clocks(petition, now=now, promises=[Promise.DISPATCH])
        assign(petition, lead=placement.lead, supports=_still_to_ask(petition, placement, now), now=now)
        return step.finish(
            EventKind.DISPATCH,
            department=placement.lead,
            text=note,
            data={"supports": [department.pk for department in placement.supports], **changed, **_why(placement)},
        )


def _why(placement: Placement) -> dict[str, object]:
    if placement.confidence is None:
        return {}
    return {"auto": True, "confidence": placement.confidence, "because": list(placement.because)}


def _check_placement(placement: Placement, petition: Petition, by: User) -> str:
    problems = Problems()
    category = placement.category or petition.category
    needs_category = petition.channel != Channel.IMPORT
    problems.need("category", category is not None or not needs_category, _("派单前请先选定类别。"))
    problems.need("category", category is None or category.is_choosable, _("这个类别已停用，请重新选择。"))
    problems.need("lead", placement.lead.is_active, _("这个部门已停用，请重新选择。"))
    is_own = by.has_role(Role.SYSTEM) or desks_of(by).covers(placement.lead.region_id)
    problems.need("lead", is_own, _("本派单台只能派给本区域的部门主办，由其他部门主办的请提请上级派单。"))
    supports = list(placement.supports)
    problems.need("supports", placement.lead not in supports, _("主办部门不能同时是协办部门。"))
    problems.need("supports", len(set(supports)) == len(supports), _("协办部门有重复。"))
    problems.need("supports", all(unit.is_active for unit in supports), _("协办部门中有已停用的部门。"))
    problems.need("supports", len(supports) <= SUPPORTS_MAX, _("协办部门最多%(most)d个。") % {"most": SUPPORTS_MAX})
    problems.choice("kind", placement.kind or petition.kind, Kind.values)
    problems.choice("urgency", placement.urgency or petition.urgency, Urgency.values)
    note = problems.text("note", placement.note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    return note


def _classify(petition: Petition, placement: Placement) -> dict[str, object]:
    """Set category, kind and urgency; return for the event what became of a kind or urgency that somebody chose before.

    Whoever chose it reads the change in the record: limits depend on both.
    """
    before = {name: getattr(petition, name) for name in ("kind", "urgency")}
    petition.category = placement.category or petition.category
    petition.kind = placement.kind or petition.kind
    petition.urgency = placement.urgency or petition.urgency
    if placement.category or placement.kind or placement.urgency:
        petition.save(update_fields=["category", "kind", "urgency"])
        reclassify_clocks(petition)
    changed = {name: [old, getattr(petition, name)] for name, old in before.items() if old != getattr(petition, name)}
    return {"changed": changed} if changed else {}


def _still_to_ask(petition: Petition, placement: Placement, now: datetime) -> list[Department]:
    """Return the supports that need a new part, and end the old part of a support that becomes the lead.

    A support that answered before the lead sent the petition back needs none: its part and its answer stand.
    """
    standing = petition.current_assignments()
    standing.filter(department=placement.lead).update(ended_at=now)
    done = set(standing.values_list("department", flat=True))
    return [unit for unit in placement.supports if unit.pk not in done]


def assign(petition: Petition, *, lead: Department, supports: Sequence[Department], now: datetime) -> None:
    """Write the assignments of the petition's current cycle and start their clocks, in the caller's transaction."""
    parts = [(lead, Part.LEAD), *((department, Part.SUPPORT) for department in supports)]
    assignments = Assignment.objects.bulk_create(
        Assignment(petition=petition, department=department, cycle=petition.cycle, part=part, dispatched_at=now)
        for department, part in parts
    )
    start_clocks(petition, now=now, assignments=assignments)
