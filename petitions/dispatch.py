"""Send a petition to the departments that are responsible, and take it back when one returns it (派单, 退单).

One Assignment row per department and cycle, each with its own limit from the moment of dispatch.
A return: once per department, by the lead's head, with a reason from the list, its basis and a proposed department.
The enterprise is not asked again and loses nothing: the petition waits for the dispatcher as on its first day.
Left out: the window of two working days for a return, arbitration, merging.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from departments.models import Category, Department
from petitions.clocks import DEPARTMENT_CLOCKS, reclassify_clocks, start_clocks, stop_clocks
from petitions.errors import AlreadyDone
from petitions.inputs import NOTE_MAX, REASON_MIN, Problems
from petitions.models import (
    Assignment,
    Channel,
    ClockKind,
    EventKind,
    Kind,
    Part,
    Petition,
    PetitionEvent,
    StopReason,
    Urgency,
)
from petitions.orders import end_orders
from petitions.steps import begin, finish, own_assignment

SUPPORTS_MAX = 8  # assumption: more departments than this is a meeting, not a dispatch


class SendBackReason(models.TextChoices):
    NOT_RESPONSIBLE = "not_responsible", gettext_lazy("不属于本部门职责")
    OTHER_LEVEL = "other_level", gettext_lazy("应由其他层级办理")
    NEEDS_MORE = "needs_more", gettext_lazy("需要先明确主办部门")
    DUPLICATE = "duplicate", gettext_lazy("与正在办理的诉求重复")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a petition goes: the lead, the supports, and what the dispatcher made of it."""

    lead: Department
    supports: Sequence[Department] = ()
    category: Category | None = None
    kind: str = ""
    urgency: str = ""
    note: str = ""


def dispatch_petition(*, petition: Petition, by: User, placement: Placement, now: datetime) -> Petition:
    """Dispatch the petition: one assignment per department, due by the category's service level.

    Raises  InvalidInput, NotPermitted, WrongState
    Source  domain: dispatch (按责转办)
    """
    with transaction.atomic():
        petition, _relation = begin(petition=petition, by=by, verb="dispatch")
        note = _check_placement(placement, petition)
        _classify(petition, placement)
        from_state = petition.state
        petition.dispatch(now=now)
        stop_clocks(petition, now=now, kinds=[ClockKind.DISPATCH])
        assign(petition, lead=placement.lead, supports=placement.supports, now=now)
        return finish(
            petition=petition,
            kind=EventKind.DISPATCH,
            by=by,
            now=now,
            from_state=from_state,
            department=placement.lead,
            text=note,
            data={"supports": [department.pk for department in placement.supports]},
        )


def _check_placement(placement: Placement, petition: Petition) -> str:
    problems = Problems()
    category = placement.category or petition.category
    needs_category = petition.channel != Channel.IMPORT
    problems.need("category", category is not None or not needs_category, _("派单前请先选定类别。"))
    problems.need("category", category is None or category.is_choosable, _("这个类别已停用，请重新选择。"))
    problems.need("lead", placement.lead.is_active, _("这个部门已停用，请重新选择。"))
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


def assign(petition: Petition, *, lead: Department, supports: Sequence[Department], now: datetime) -> None:
    """Write the assignments of the petition's current cycle and start their clocks, in the caller's transaction."""
    parts = [(lead, Part.LEAD), *((department, Part.SUPPORT) for department in supports)]
    assignments = Assignment.objects.bulk_create(
        Assignment(petition=petition, department=department, cycle=petition.cycle, part=part, dispatched_at=now)
        for department, part in parts
    )
    start_clocks(petition, now=now, assignments=assignments)


def send_back_petition(
    *,
    petition: Petition,
    by: User,
    reason: str,
    note: str,
    proposed: Department | None = None,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Return the petition to the dispatcher: the lead is not responsible for it. Once per department.

    note      the legal or local basis
    proposed  the department that should have it, if known
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (sent back before, or already answered in part)
    Source  domain: dispatch (首接负责, 退单)
    """
    problems = Problems()
    problems.choice("reason", reason, SendBackReason.values)
    note = problems.text("note", note, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        petition, relation = begin(petition=petition, by=by, verb="send_back")
        assignment = own_assignment(relation, department, Part.LEAD)
        _check_first_return(petition, assignment)
        from_state = petition.state
        petition.send_back()
        Assignment.objects.live().filter(petition=petition, cycle=petition.cycle).update(ended_at=now)
        stop_clocks(petition, now=now, kinds=DEPARTMENT_CLOCKS, reason=StopReason.SENT_BACK)
        end_orders(petition, by=by, now=now, why=_("诉求已退单，督办单随之办结。"))
        start_clocks(petition, now=now, kinds=[ClockKind.DISPATCH])
        return finish(
            petition=petition,
            kind=EventKind.SEND_BACK,
            by=by,
            now=now,
            from_state=from_state,
            department=assignment.department,
            text=note,
            data={"reason": reason, "proposed": proposed and proposed.pk},
            is_public=False,
        )


def _check_first_return(petition: Petition, assignment: Assignment) -> None:
    before = PetitionEvent.objects.filter(
        petition=petition, kind=EventKind.SEND_BACK, department=assignment.department_id
    )
    if before.exists():
        raise AlreadyDone(_("本部门已退过一次这件诉求，不能再退；有争议请联系督查员。"))
    live = Assignment.objects.live().filter(petition=petition, cycle=petition.cycle)
    if live.filter(answered_at__isnull=False).exists():
        raise AlreadyDone(_("协办单位已经答复，不能再退单。"))
