"""Send a petition to the departments that are responsible (派单).

One Assignment row per department and cycle, each with its own limit from the moment of dispatch. A petition that was
sent back (petitions/send_back.py) is dispatched again in the same cycle; a support's answer that was given stands.
Left out: merging.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Category, Department
from petitions.clocks import reclassify_clocks, start_clocks, stop_clocks
from petitions.models import (
    Assignment,
    Channel,
    ClockKind,
    EventKind,
    Kind,
    Part,
    Petition,
    Urgency,
)
from petitions.steps import begin
from regions.desks import desks_of
from regions.models import Region
from verbs.inputs import NOTE_MAX, Problems

SUPPORTS_MAX = 8  # assumption: more departments than this is a meeting, not a dispatch


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a petition goes: the lead, the supports, and what the dispatcher made of it."""

    lead: Department
    supports: Sequence[Department] = ()
    category: Category | None = None
    kind: str = ""
    urgency: str = ""
    note: str = ""
    other_regions: Sequence[Region] | None = None  # that it concerns besides its own; None leaves them as they are
    # Of a dispatch by itself (petitions/proposals/auto_dispatch.py): how sure, and what spoke for it.
    confidence: float | None = None
    because: Sequence[str] = ()


def dispatch_petition(*, petition: Petition, by: User, placement: Placement, now: datetime) -> Petition:
    """Dispatch the petition: one assignment per department, due by the category's service level.

    A district's or park's desk dispatches to a lead of its own branch, and to supports anywhere.
    Raises  InvalidInput, NotPermitted, WrongState
    Source  domain: dispatch (按责转办)
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="dispatch", now=now)
        petition = step.petition
        note = _check_placement(placement, petition, by)
        _classify(petition, placement)
        if placement.other_regions is not None:
            petition.other_regions.set(region for region in placement.other_regions if region != petition.region)
        petition.dispatch(now=now)
        stop_clocks(petition, now=now, kinds=[ClockKind.DISPATCH])
        assign(petition, lead=placement.lead, supports=_still_to_ask(petition, placement, now), now=now)
        return step.finish(
            EventKind.DISPATCH,
            department=placement.lead,
            text=note,
            data={"supports": [department.pk for department in placement.supports], **_why(placement)},
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


def _classify(petition: Petition, placement: Placement) -> None:
    petition.category = placement.category or petition.category
    petition.kind = placement.kind or petition.kind
    petition.urgency = placement.urgency or petition.urgency
    if placement.category or placement.kind or placement.urgency:
        petition.save(update_fields=["category", "kind", "urgency"])
        reclassify_clocks(petition)


def _still_to_ask(petition: Petition, placement: Placement, now: datetime) -> list[Department]:
    """The supports but those that answered before the lead sent the petition back: their parts stand.

    One of them that leads now begins anew.
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
