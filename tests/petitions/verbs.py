"""Every verb of permissions.RULES with valid input, as one call: `CALLS[verb](stage, petition, person)`.

Tests of permissions, states and races use these, so that only the person and the state decide.
Besides, what every test of a verb looks at afterwards: `stored`, `kinds`, `last_event`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from departments.models import Department
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition, send_back_petition
from petitions.handling import record_contact, record_progress
from petitions.ledgers import ask_extension, ask_hold, decide_extension, decide_hold, resume_hold
from petitions.models import Extension, Hold, Petition, PetitionEvent, SupervisionOrder
from petitions.orders import accept_order, issue_order, reply_order
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


def _order(petition: Petition) -> SupervisionOrder:
    return petition.orders.get()


def _extension(petition: Petition) -> Extension:
    return Extension.objects.get(assignment__petition=petition)


def _hold(petition: Petition) -> Hold:
    return Hold.objects.get(assignment__petition=petition)


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
    "issue_order": lambda stage, petition, by, now: (
        issue_order(petition=petition, by=by, department=stage.cast.lead, text="请说明原因并立即办理", now=now).petition
    ),
    "reply_order": lambda stage, petition, by, now: (
        reply_order(order=_order(petition), by=by, text="已安排专人办理", now=now).petition
    ),
    "judge_order": lambda stage, petition, by, now: accept_order(order=_order(petition), by=by, now=now).petition,
    "ask_extension": lambda stage, petition, by, now: ask_extension(
        petition=petition, by=by, days=3, reason=REASON, department=_unit(stage, by, stage.cast.lead), now=now
    ),
    "decide_extension": lambda stage, petition, by, now: decide_extension(
        extension=_extension(petition), by=by, decision="approved", now=now
    ),
    "ask_hold": lambda stage, petition, by, now: ask_hold(
        petition=petition,
        by=by,
        reason=REASON,
        review_date=(now + timedelta(days=30)).date(),
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "decide_hold": lambda stage, petition, by, now: decide_hold(
        hold=_hold(petition), by=by, decision="approved", now=now
    ),
    "resume": lambda stage, petition, by, now: resume_hold(hold=_hold(petition), by=by, now=now),
    "lapse": lambda stage, petition, by, now: lapse_petition(petition=petition, by=by, now=now),
}


# What has to happen to a dispatched petition before the verb has something to be about: done by whom, how.
BEFORE: dict[str, list[tuple[str, str]]] = {
    "reply_order": [("issue_order", "chen")],
    "judge_order": [("issue_order", "chen"), ("reply_order", "zhou")],
    "decide_extension": [("ask_extension", "wu")],
    "decide_hold": [("ask_hold", "wu")],
    "resume": [("ask_hold", "wu"), ("decide_hold", "chen")],
}


def ready_for(verb: str, state: str, stage: Stage, **changes: Any) -> Petition:
    """Return a petition in the state with a lead and a support, everything done that the verb waits for.

    In `assigned` a department checks in before it works, and the support answers before the lead resolves.
    `closed` is withdrawn after dispatch, so that the departments still have their parts.
    """
    if verb in BEFORE:
        return _after_dispatch(verb, state, stage, **changes)
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


# How a dispatched petition gets to a state.
ONWARD: dict[str, list[tuple[str, str]]] = {
    "reported": [("send_back", "wu")],
    "assigned": [],
    "resolved": [("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng"), ("resolve", "zhou")],
}
ONWARD["rated"] = [*ONWARD["resolved"], ("rate", "lin")]
ONWARD["closed"] = [*ONWARD["resolved"], ("lapse", "system")]


def _after_dispatch(verb: str, state: str, stage: Stage, **changes: Any) -> Petition:
    petition = stage.assigned(with_support=True, **changes)
    for step, name in [*BEFORE[verb], *ONWARD[state]]:
        petition = CALLS[step](stage, petition, getattr(stage.cast, name), stage.tick())
    return petition
