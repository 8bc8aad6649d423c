"""Supervision orders (督办单): a supervisor issues them, the department replies, the supervisor accepts or rejects.

The ladder opens them too (petitions/supervision/opening.py). A department has at most one open order on a petition:
another red card meanwhile opens no second one. An order has a clock of its own (models/order.py), which climbs the
ladder like any other but opens no further order. After a rejected reply the same order waits for another reply: the
stopped clock stays as it was, and a new one starts.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from limits.clocks import stop
from petitions.acts import Act
from petitions.errors import FollowsParent
from petitions.groups import lock_children
from petitions.models import (
    Assignment,
    EventKind,
    OrderClock,
    OrderState,
    Petition,
    State,
    StopReason,
    SupervisionOrder,
)
from petitions.models.number import next_order_numbers
from petitions.situations import Situation
from petitions.steps import Step, begin
from petitions.supervision.opening import start_order_clocks
from petitions.verb import FormPlace, Verb
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, InvalidInput


def check_can_issue_order(it: Situation, part: Assignment) -> None:
    """Check that the department has no open order on the petition.

    Raises  AlreadyDone
    """
    if any(order.department_id == part.department_id and order.state != OrderState.CLOSED for order in it.orders):
        raise AlreadyDone(_("这个部门还有未办结的督办单。"))


def check_can_reply_order(_it: Situation, order: SupervisionOrder) -> None:
    """Check that the order waits for a reply.

    Raises  AlreadyDone
    """
    _check_is(order, OrderState.ISSUED)


def check_can_judge_order(_it: Situation, order: SupervisionOrder) -> None:
    """Check that the order's reply waits to be judged.

    Raises  AlreadyDone
    """
    _check_is(order, OrderState.REPLIED)


def _check_is(order: SupervisionOrder, state: str) -> None:
    if order.state != state:
        raise AlreadyDone(_("督办单当前为“%(state)s”，不能办理这一步。") % {"state": order.get_state_display()})


def _own_orders(it: Situation) -> Sequence[SupervisionOrder]:
    own = it.relation.ordered.union(part.department_id for part in it.own_parts)
    return [order for order in it.orders if order.department_id in own]


def _a_department_is_late(it: Situation) -> int:
    limits = [it.limit_of(part) for part in ISSUE_ORDER.choosable(it)]
    return 4 if any(limit is not None and limit.is_overdue(it.now) for limit in limits) else 0


ISSUE_ORDER = Verb(
    name="issue_order",
    label=gettext_lazy("开具督办单"),
    icon="siren",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=lambda it: it.parts,
    check=check_can_issue_order,
    next_step=_a_department_is_late,
)
REPLY_ORDER = Verb(
    name="reply_order",
    label=gettext_lazy("回复督办单"),
    icon="reply",
    rule=lambda who: who.holds() or bool(who.ordered),
    states=tuple(State),  # also while it waits for the desk: an order may have come from a department that closed
    about=_own_orders,
    check=check_can_reply_order,
    nothing=gettext_lazy("本部门没有待回复的督办单。"),
    form=FormPlace.PAGE,
    next_step=lambda _it: 8,
)
# In every state: a reply is still judged after the petition has moved on, even back to the dispatcher.
JUDGE_ORDER = Verb(
    name="judge_order",
    label=gettext_lazy("审核督办单"),
    icon="stamp",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=tuple(State),
    about=lambda it: it.orders,
    check=check_can_judge_order,
    nothing=gettext_lazy("没有待审核的督办单。"),
    form=FormPlace.PAGE,
    next_step=lambda _it: 7,
)
VERBS = (ISSUE_ORDER, REPLY_ORDER, JUDGE_ORDER)


def issue_order(*, petition: Petition, by: User, department: Department, text: str, now: datetime) -> SupervisionOrder:
    """Issue an order, as a supervisor, to a department with a live part. No limit needs to be missed.

    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, AlreadyDone (the department has an open order)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    try:
        with transaction.atomic():
            step = begin(petition=petition, by=by, verb=ISSUE_ORDER, now=now)
            petition = step.petition
            held = {part.department_id: part for part in step.parts}
            if department.pk not in held:
                raise InvalidInput({"department": _("这个部门没有承办这件诉求。")})
            step.chosen(held[department.pk])
            lock_children(petition)  # before next_order_numbers locks the day's counter
            order = SupervisionOrder.objects.create(
                number=next_order_numbers(now, 1)[0],
                petition=petition,
                department=department,
                text=text,
                issued_at=now,
                issued_by=by,
            )
            start_order_clocks([order], now)
            return _finish(step, order, EventKind.ISSUE_ORDER, text)
    except IntegrityError as conflict:
        if "order_one_open_per_department" not in str(conflict):
            raise
        raise AlreadyDone(_("这个部门还有未办结的督办单。")) from conflict


def end_orders(
    act: Act,
    *,
    why: str,
    reason: StopReason,
    department: Department | None = None,
    since: datetime | None = None,
) -> int:
    """Close the petition's orders that still wait for a reply, because nobody can give it any more.

    The petition was, for example, sent back or withdrawn, the department left, or what the orders were about was
    undone. Inside the caller's transaction; one statement, two or three more when orders are found. The orders' clocks
    stop. Cards that were raised stay, and a reply that was given is still judged. An order that ends by what the
    enterprise did was closed by nobody of the office: departments read the order.
    why         the sentence kept as the order's judgement
    reason      why the clocks stop
    department  whose orders are closed; None for those of every department
    since       only orders issued since then are closed, and none of them gets another card, even if it was replied to
    Returns how many were closed
    """
    now = act.now
    orders = SupervisionOrder.objects.filter(petition=act.petition)
    if department is not None:
        orders = orders.filter(department=department)
    orders = orders.filter(state=OrderState.ISSUED) if since is None else orders.filter(issued_at__gte=since)
    found = list(orders)
    ended = [order for order in found if order.state == OrderState.ISSUED]
    if since is not None and found:  # what they were about was undone: no more cards, not even for a late reply
        OrderClock.objects.filter(order__in=found, next_alarm_at__isnull=False).update(next_alarm_at=None)
    if ended:
        for order in ended:
            order.state, order.judgement, order.closed_at = OrderState.CLOSED, why, now
            order.closed_by = act.by_office
        SupervisionOrder.objects.bulk_update(ended, ["state", "judgement", "closed_at", "closed_by"])
        running = OrderClock.objects.running().filter(order__in=ended)
        stop(running, now=now, reason=reason, is_void=reason == StopReason.UNDONE)
    return len(ended)


def reply_order(*, order: SupervisionOrder, by: User, text: str, now: datetime) -> SupervisionOrder:
    """Reply to the order for the department, which stops the order's clock. The reply stands until it is judged.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the order does not wait for a reply)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb=REPLY_ORDER, now=now)
        order.reply, order.replied_at, order.replied_by = text, now, by
        order.state = OrderState.REPLIED
        order.save(update_fields=["reply", "replied_at", "replied_by", "state"])
        _stop_clock(order, now)
        return _finish(step, order, EventKind.REPLY_ORDER, text)


def accept_order(*, order: SupervisionOrder, by: User, note: str = "", now: datetime) -> SupervisionOrder:
    """Accept the reply and close the order.

    Raises  InvalidInput, NotPermitted, AlreadyDone (no reply waits to be judged)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb=JUDGE_ORDER, now=now)
        order.judgement, order.closed_at, order.closed_by = note, now, by
        order.state = OrderState.CLOSED
        order.save(update_fields=["judgement", "closed_at", "closed_by", "state"])
        return _finish(step, order, EventKind.ACCEPT_ORDER, note)


def reject_order(*, order: SupervisionOrder, by: User, note: str, now: datetime) -> SupervisionOrder:
    """Reject the reply: the order waits for another one with a new clock. The rejected reply stays in the events.

    Raises  InvalidInput, NotPermitted, FollowsParent,
            AlreadyDone (no reply waits to be judged, or the department does not hold the petition any more)
    """
    problems = Problems()
    note = problems.text("note", note, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb=JUDGE_ORDER, now=now)
        if step.petition.parent:
            raise FollowsParent(step.petition.parent.number)
        if order.department_id not in {part.department_id for part in step.parts}:
            raise AlreadyDone(_("这个部门已不再承办这件诉求，不能要求它重新回复，请办结督办单。"))
        order.judgement, order.state = note, OrderState.ISSUED
        order.save(update_fields=["judgement", "state"])
        start_order_clocks([order], now)
        return _finish(step, order, EventKind.REJECT_ORDER, note)


def _begin(order: SupervisionOrder, *, by: User, verb: Verb, now: datetime) -> tuple[Step, SupervisionOrder]:
    """Lock the petition's row, then the order's, and return the step and the order as it is now."""
    step = begin(petition=order.petition, by=by, verb=verb, now=now)
    SupervisionOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    order = step.chosen(order)
    order.petition = step.petition
    return step, order


def _stop_clock(order: SupervisionOrder, now: datetime) -> None:
    stop(OrderClock.objects.running().filter(order=order), now=now, reason=StopReason.DONE)


def _finish(step: Step, order: SupervisionOrder, kind: str, text: str) -> SupervisionOrder:
    step.finish(kind, department=order.department, text=text, data={"order": order.number}, is_public=False)
    return order
