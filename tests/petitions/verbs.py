"""Every verb of permissions.RULES with valid input, as one call: `CALLS[verb](stage, petition, person)`.

Tests of permissions, states and races use these, so that only the person and the state decide.
Besides, what every test of a verb looks at afterwards: `stored`, `kinds`, `last_event`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import User
from departments.models import Department
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition, send_back_petition
from petitions.handling import record_contact, record_progress
from petitions.models import Petition, PetitionEvent
from petitions.rating import lapse_petition, rate_petition
from petitions.reporting import supplement_petition, urge_petition, withdraw_petition
from petitions.resolution import answer_support, reopen_petition, resolve_petition
from tests.cast import Stage

Call = Callable[[Stage, Petition, User, datetime], Petition]

REASON = "情况有变，见说明"


def stored(petition: Petition) -> Petition:
    """Return the petition as the database has it (a protected state cannot be refreshed)."""
    return Petition.objects.get(pk=petition.pk)


def kinds(petition: Petition) -> list[str]:
    """Return what happened to the petition, oldest first."""
    return list(petition.events.order_by("id").values_list("kind", flat=True))


def last_event(petition: Petition) -> PetitionEvent:
    """Return the newest event of the petition."""
    return petition.events.order_by("id").reverse()[0]


def _unit(stage: Stage, by: User, default: Department) -> Department | None:
    """Whom the person acts for: nobody asks a handler of one department, the system has to say it."""
    return default if by.has_role("system") else None


def _rate(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    return rate_petition(petition=petition, by=by, judgements=stage.judgements(petition), now=now)


CALLS: dict[str, Call] = {
    "supplement": lambda stage, petition, by, now: supplement_petition(
        petition=petition, by=by, text="补充合同第三页", now=now
    ),
    "urge": lambda stage, petition, by, now: urge_petition(petition=petition, by=by, text="请尽快", now=now),
    "withdraw": lambda stage, petition, by, now: withdraw_petition(petition=petition, by=by, reason=REASON, now=now),
    "dispatch": lambda stage, petition, by, now: dispatch_petition(
        petition=petition,
        by=by,
        placement=Placement(lead=stage.cast.lead, supports=[stage.cast.support]),
        now=now,
    ),
    "send_back": lambda stage, petition, by, now: send_back_petition(
        petition=petition,
        by=by,
        reason="not_responsible",
        note=REASON,
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "check_in": lambda stage, petition, by, now: check_in_department(
        petition=petition, by=by, department=_unit(stage, by, stage.cast.lead), now=now
    ),
    "contact": lambda stage, petition, by, now: record_contact(
        petition=petition,
        by=by,
        way="phone",
        text="已通电话",
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "progress": lambda stage, petition, by, now: record_progress(
        petition=petition,
        by=by,
        text="正在核对账目",
        is_public=True,
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "answer_support": lambda stage, petition, by, now: answer_support(
        petition=petition, by=by, answer=stage.answer(), department=_unit(stage, by, stage.cast.support), now=now
    ),
    "resolve": lambda stage, petition, by, now: resolve_petition(
        petition=petition, by=by, answer=stage.answer(), department=_unit(stage, by, stage.cast.lead), now=now
    ),
    "rate": _rate,
    "reopen": lambda stage, petition, by, now: reopen_petition(petition=petition, by=by, reason=REASON, now=now),
    "lapse": lambda stage, petition, by, now: lapse_petition(petition=petition, by=by, now=now),
}


def ready_for(verb: str, state: str, stage: Stage, **changes: Any) -> Petition:
    """Return a petition in the state with a lead and a support, everything done that the verb waits for.

    In `assigned` a department checks in before it works, and the support answers before the lead resolves.
    `closed` is withdrawn after dispatch, so that the departments still have their parts.
    """
    if state == "closed":
        petition = stage.assigned(with_support=True, **changes)
        return withdraw_petition(petition=petition, by=stage.cast.lin, reason=REASON, now=stage.tick())
    if state != "assigned":
        return stage.in_state(state, **changes, **({} if state == "reported" else {"with_support": True}))
    petition = stage.assigned(with_support=True, **changes)
    if verb in ("contact", "progress", "answer_support", "resolve"):
        check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
        check_in_department(petition=petition, by=stage.cast.zheng, now=stage.tick())
    if verb == "resolve":
        answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())
    return petition
