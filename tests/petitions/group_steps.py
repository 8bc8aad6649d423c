"""A group of three enterprises with one problem: Lin's petition leads, Mallory's and Cui's follow."""

from typing import Any

from accounts.models import User
from departments.models import Department
from enterprises.models import Enterprise, Liaison
from petitions.linking import link_petition
from petitions.models import Petition
from petitions.reporting import report_petition
from tests.cast import Stage, person
from tests.petitions.verbs import CALLS, stored

THIRD_CREDIT_CODE = "91990102MA00000031"


def third_enterprise(stage: Stage) -> tuple[Enterprise, User]:
    """Return an enterprise and its liaison beside those of the cast."""
    known = Enterprise.objects.filter(credit_code=THIRD_CREDIT_CODE).first()
    if known:
        return known, User.objects.get(username="cui")
    enterprise = Enterprise.objects.create(
        credit_code=THIRD_CREDIT_CODE,
        name="澜川市松风食品有限公司",
        short_name="松风食品",
        size="small",
        ownership="private",
        region=stage.cast.city,
    )
    cui = person("cui", "崔联络", "liaison")
    Liaison.objects.create(user=cui, enterprise=enterprise)
    return enterprise, cui


def three_reported(stage: Stage, **changes: Any) -> tuple[Petition, Petition, Petition]:
    """Return a petition of Lin's, of Mallory's and of Cui's, filed in this order."""
    third, cui = third_enterprise(stage)
    filed_by = ((stage.cast.enterprise, stage.cast.lin), (stage.cast.other_enterprise, stage.cast.mallory))
    parent, second, last = (
        report_petition(report=stage.report_form(enterprise=enterprise, **changes), by=by, now=stage.tick())
        for enterprise, by in (*filed_by, (third, cui))
    )
    return parent, second, last


def linked(stage: Stage, **changes: Any) -> tuple[Petition, Petition, Petition]:
    """Return a parent and its two children, none of them dispatched."""
    parent, *children = three_reported(stage, **changes)
    for child in children:
        link_petition(petition=child, parent=parent, by=stage.cast.sun, now=stage.tick())
    second, last = (stored(child) for child in children)
    return parent, second, last


def dispatched(stage: Stage, *then: tuple[str, str], **changes: Any) -> tuple[Petition, Petition, Petition]:
    """Return a group that was dispatched to a lead and a support; then these verbs on the parent, by these people."""
    group = linked(stage, **changes)
    for verb, name in (("dispatch", "sun"), *then):
        CALLS[verb](stage, group[0], getattr(stage.cast, name), stage.tick())
    parent, second, last = (stored(petition) for petition in group)
    return parent, second, last


WORKED = (("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng"))


def parts(petition: Petition) -> list[tuple[Department, str, bool, str]]:
    """Return the departments that hold the petition: part, whether checked in, the answer."""
    rows = petition.assignments.live().filter(cycle=petition.cycle).order_by("part")
    return [(row.department, row.part, row.checked_in_at is not None, row.public_answer) for row in rows]


def running(petition: Petition) -> set[str]:
    """Return the kinds of the petition's running clocks."""
    return set(petition.clocks.filter(stopped_at__isnull=True).values_list("promise", flat=True))


def told(kind: str, petition: Petition) -> set[str]:
    """Return who got a notice of the petition's newest event of that kind."""
    event = petition.events.filter(kind=kind).order_by("id").last()
    return set(event.notices.values_list("recipient__username", flat=True)) if event else set()
