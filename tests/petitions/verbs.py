"""Every verb of petitions/offered.py with valid input, as one call: `CALLS[verb](stage, petition, person)`.

Tests of permissions, states and races use these, so that only the person and the state decide.
Besides, what every test of a verb looks at afterwards: `stored`, `kinds`, `last_event`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from departments.models import Department
from petitions.appointments import confirm_appointment, move_appointment, propose_appointment
from petitions.arbitration import decide_send_back
from petitions.check_in import check_in_department
from petitions.desks import delegate_down, escalate_up
from petitions.discussion import discuss
from petitions.dispatch import Placement, dispatch_petition
from petitions.following_up import supplement_petition, urge_petition, withdraw_petition
from petitions.handling import record_contact, record_progress
from petitions.linking import link_petition, unlink_petition
from petitions.merging import merge_petition, unmerge_petition
from petitions.models import Extension, Hold, Petition, Rating, SendBack, SupervisionOrder
from petitions.office.handover import hand_over
from petitions.ratings.rating import rate_petition
from petitions.ratings.rectification import judge_rating
from petitions.ratings.window import lapse_petition
from petitions.reopening import reopen_petition
from petitions.reporting import report_petition
from petitions.resolution import answer_support, resolve_petition
from petitions.send_back import ask_send_back, dispute_send_back
from petitions.supervision.extensions import ask_extension, decide_extension
from petitions.supervision.holds import ask_hold, decide_hold, resume_hold, review_hold
from petitions.supervision.orders import accept_order, issue_order, reply_order
from petitions.supports import add_support, remove_support, waive_support
from petitions.undo import undo_dispatch
from record.models import Event
from tests.cast import HOUR, Stage
from tests.petitions.ratings import LOW, change, put_right, rate, rated_low

Call = Callable[[Stage, Petition, User, datetime], Petition]

REASON = "情况有变，见说明"


def stored(petition: Petition) -> Petition:
    """Return the petition as the database has it (a protected state cannot be refreshed)."""
    return Petition.objects.get(pk=petition.pk)


def kinds(petition: Petition) -> list[str]:
    """Return what happened to the petition, oldest first."""
    return list(petition.events.order_by("id").values_list("kind", flat=True))


def last_event(petition: Petition) -> Event:
    """Return the newest event of the petition."""
    return petition.events.order_by("id").reverse()[0]


def _unit(stage: Stage, by: User, default: Department) -> Department | None:
    """Whom the person acts for: nobody asks a handler of one department, the system has to say it."""
    return default if by.has_role("system") else None


def _colleague(stage: Stage, by: User) -> User:
    """Somebody of the same department: the lead's head, the support's only handler."""
    return stage.cast.zheng if by.memberships.filter(department=stage.cast.support).exists() else stage.cast.wu


def _order(petition: Petition) -> SupervisionOrder:
    return petition.orders.get()


def _appointed_at(petition: Petition) -> datetime | None:
    named = petition.current_assignments().filter(appointment_at__isnull=False)
    return named.values_list("appointment_at", flat=True).first()


def _extension(petition: Petition) -> Extension:
    return Extension.objects.get(assignment__petition=petition)


def _hold(petition: Petition) -> Hold:
    return Hold.objects.get(assignment__petition=petition)


def _send_back(petition: Petition) -> SendBack:
    return SendBack.objects.get(assignment__petition=petition, disputes=None)


def _refuse(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    """What goes before a dispute."""
    return decide_send_back(send_back=_send_back(petition), by=by, decision="refused", note=REASON, now=now)


def _take_back(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    """Bring the petition back to the dispatcher, whatever was asked before."""
    asked = SendBack.objects.filter(assignment__petition=petition).last()
    if asked is None:
        CALLS["ask_send_back"](stage, petition, stage.cast.wu, now)
    elif asked.decision == "refused":
        CALLS["dispute_send_back"](stage, petition, stage.cast.wu, now)
    asked = SendBack.objects.open().get(assignment__petition=petition)
    by = stage.cast.chen if asked.is_final else by
    return decide_send_back(send_back=asked, by=by, decision="approved", now=now)


def another(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    """Return another petition, of the liaison's enterprise, filed for this call and as far as this one."""
    enterprise = stage.cast.enterprise if by == stage.cast.lin else stage.cast.other_enterprise
    form = stage.report_form(enterprise=enterprise, is_confidential=petition.is_confidential)
    other = report_petition(report=form, by=by, now=now)
    return CALLS["dispatch"](stage, other, stage.cast.sun, now) if petition.state == "assigned" else other


def _rate(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    return rate_petition(petition=petition, by=by, judgements=stage.judgements(petition), now=now)


def _change_rating(stage: Stage, petition: Petition, by: User, now: datetime) -> Petition:
    """As low as it was, or as good, and in time: what follows a low rating is not this verb's."""
    said = {**LOW, "level": 1} if petition.state == "assigned" else {"level": 4}
    given = Rating.objects.filter(assignment__petition=petition).order_by("rated_at").last()
    in_time = min(now, given.rated_at + HOUR) if given else now
    return change(stage, petition, by=by, now=in_time, **said)


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
    "undo_dispatch": lambda stage, petition, by, now: undo_dispatch(petition=petition, by=by, reason=REASON, now=now),
    "escalate_up": lambda stage, petition, by, now: escalate_up(petition=petition, by=by, reason=REASON, now=now),
    "delegate_down": lambda stage, petition, by, now: delegate_down(
        petition=petition, by=by, desk=stage.cast.district, now=now
    ),
    "check_in": lambda stage, petition, by, now: check_in_department(
        petition=petition, by=by, department=_unit(stage, by, stage.cast.lead), now=now
    ),
    "hand_over": lambda stage, petition, by, now: hand_over(
        petition=petition,
        by=by,
        to=_colleague(stage, by),
        department=_unit(stage, by, stage.cast.lead),
        now=now,
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
    "propose_appointment": lambda stage, petition, by, now: propose_appointment(
        petition=petition,
        by=by,
        method="visit",
        at=now + timedelta(days=20),
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "confirm_appointment": lambda stage, petition, by, now: confirm_appointment(
        petition=petition, by=by, at=_appointed_at(petition) or now, now=now
    ),
    "move_appointment": lambda stage, petition, by, now: move_appointment(
        petition=petition, by=by, at=now + timedelta(days=25), now=now
    ),
    "rate": _rate,
    "change_rating": _change_rating,
    "judge_rating": lambda stage, petition, by, now: judge_rating(
        petition=petition, by=by, is_again=False, why=REASON, now=now
    ),
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
    "review_hold": lambda stage, petition, by, now: review_hold(
        hold=_hold(petition), by=by, text="评估机构已进场", review_date=now.date() + timedelta(days=30), now=now
    ),
    "resume": lambda stage, petition, by, now: resume_hold(hold=_hold(petition), by=by, now=now),
    "merge": lambda stage, petition, by, now: merge_petition(
        petition=petition, into=another(stage, petition, stage.cast.lin, now), by=by, now=now
    ),
    "unmerge": lambda stage, petition, by, now: unmerge_petition(petition=petition, by=by, now=now),
    "link": lambda stage, petition, by, now: link_petition(
        petition=petition, parent=another(stage, petition, stage.cast.mallory, now), by=by, now=now
    ),
    "unlink": lambda stage, petition, by, now: unlink_petition(petition=petition, by=by, now=now),
    "lapse": lambda stage, petition, by, now: lapse_petition(petition=petition, by=by, now=now),
    "discuss": lambda stage, petition, by, now: discuss(
        petition=petition, by=by, text="请税务局先核对发票", department=_unit(stage, by, stage.cast.lead), now=now
    ),
    "add_support": lambda stage, petition, by, now: add_support(
        petition=petition, by=by, department=stage.cast.other_department, now=now
    ),
    "remove_support": lambda stage, petition, by, now: remove_support(
        petition=petition, by=by, department=stage.cast.support, reason=REASON, now=now
    ),
    "waive_support": lambda stage, petition, by, now: waive_support(
        petition=petition, by=by, department=stage.cast.support, reason=REASON, now=now
    ),
    "ask_send_back": lambda stage, petition, by, now: ask_send_back(
        petition=petition,
        by=by,
        reason="not_responsible",
        basis=REASON,
        proposed=stage.cast.other_department,
        department=_unit(stage, by, stage.cast.lead),
        now=now,
    ),
    "decide_send_back": lambda stage, petition, by, now: decide_send_back(
        send_back=_send_back(petition), by=by, decision="approved", now=now
    ),
    "dispute_send_back": lambda stage, petition, by, now: dispute_send_back(
        send_back=_send_back(petition), by=by, text=REASON, now=now
    ),
}


# What has to happen to a dispatched petition before the verb has something to be about: done by whom, how.
BEFORE: dict[str, list[tuple[str, str]]] = {
    "reply_order": [("issue_order", "chen")],
    "judge_order": [("issue_order", "chen"), ("reply_order", "zhou")],
    "decide_extension": [("ask_extension", "wu")],
    "decide_hold": [("ask_hold", "wu")],
    "review_hold": [("ask_hold", "wu"), ("decide_hold", "chen")],
    "resume": [("ask_hold", "wu"), ("decide_hold", "chen")],
    "decide_send_back": [("ask_send_back", "wu")],
    "dispute_send_back": [("ask_send_back", "wu"), ("refuse", "sun")],
}
# What has to be undone, before the verb that undoes it has something to be about.
UNDONE = {"unmerge": ("merge", "closed"), "unlink": ("link", "reported assigned")}


def ready_for(verb: str, state: str, stage: Stage, **changes: Any) -> Petition:
    """Return a petition in the state with a lead and a support, everything done that the verb waits for.

    In `assigned` a department checks in before it works, and the support answers before the lead resolves.
    `closed` is withdrawn after dispatch, so that the departments still have their parts.
    """
    if (verb, state) in RATED_LOW:
        return RATED_LOW[verb, state](stage, with_support=True, **changes)
    done, states = UNDONE.get(verb, ("", ""))
    if state in states.split():
        petition = stage.reported(**changes) if state != "assigned" else stage.assigned(with_support=True, **changes)
        return CALLS[done](stage, petition, stage.cast.sun, stage.tick())
    if verb == "escalate_up":
        changes.setdefault("region", stage.cast.district)
    if verb in BEFORE:
        return _after_dispatch(verb, state, stage, **changes)
    if state == "closed":
        petition = stage.assigned(with_support=True, **changes)
        return withdraw_petition(petition=petition, by=stage.cast.lin, reason=REASON, now=stage.tick())
    if state == "assigned":
        return _at_work(verb, stage, **changes)
    return stage.in_state(state, **changes, **({} if state == "reported" else {"with_support": True}))


def _at_work(verb: str, stage: Stage, **changes: Any) -> Petition:
    petition = stage.assigned(with_support=True, **changes)
    if verb in ("contact", "progress", "answer_support", "resolve", "propose_appointment"):
        check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
        check_in_department(petition=petition, by=stage.cast.zheng, now=stage.tick())
    if verb in ("confirm_appointment", "move_appointment"):
        CALLS["propose_appointment"](stage, petition, stage.cast.zhou, stage.tick())
    if verb == "resolve":
        answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())
    return petition


# What is about a low rating.
RATED_LOW: dict[tuple[str, str], Callable[..., Petition]] = {
    ("change_rating", "assigned"): rated_low,
    ("judge_rating", "rated"): lambda stage, **changes: rate(
        stage, put_right(stage, rated_low(stage, **changes)), **LOW
    ),
}
# How a dispatched petition gets to a state.
ONWARD: dict[str, list[tuple[str, str]]] = {
    "reported": [("take_back", "sun")],
    "assigned": [],
    "resolved": [("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng"), ("resolve", "zhou")],
}
ONWARD["rated"] = [*ONWARD["resolved"], ("rate", "lin")]
ONWARD["closed"] = [*ONWARD["resolved"], ("lapse", "system")]


# Steps that are no verb as it stands in CALLS.
STEPS = CALLS | {"refuse": _refuse, "take_back": _take_back}


def _after_dispatch(verb: str, state: str, stage: Stage, **changes: Any) -> Petition:
    petition = stage.assigned(with_support=True, **changes)
    for step, name in [*BEFORE[verb], *ONWARD[state]]:
        petition = STEPS[step](stage, petition, getattr(stage.cast, name), stage.tick())
    return petition
