"""Supervision orders (督办单): opened by the ladder or by a supervisor, replied to by the department, accepted or not.

A department has at most one open order on a petition: a second level reached meanwhile adds to nothing. An order has
a clock of its own (kind `order`), which climbs the ladder like any other but opens no further order. A rejected
reply asks the same order again: the clock that stopped stays as it was, a new one starts.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from departments.calendars import calendars_of
from departments.models import Department
from petitions import clocks
from petitions.errors import FollowsParent
from petitions.groups import lock_children
from petitions.models import (
    Assignment,
    Clock,
    ClockKind,
    Escalation,
    EventKind,
    OrderState,
    Petition,
    StopReason,
    SupervisionOrder,
)
from petitions.models.number import next_order_numbers
from petitions.notices import tell
from petitions.steps import Step, begin, own_assignment
from record.models import Event
from record.writing import Said, event_of
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, InvalidInput


def open_orders(escalations: Sequence[int], *, now: datetime) -> int:
    """Open an order for each of these escalations whose department holds the petition and has none open on it.

    A level that was reached before the department left is raised; there is nobody to reply to an order any more.
    Inside the sweep's transaction; a handful of statements, however many escalations.
    Returns how many were opened
    """
    system = User.objects.system()
    held = Assignment.objects.live().filter(
        petition=OuterRef("petition"), cycle=OuterRef("petition__cycle"), department=OuterRef("department")
    )
    rows = Escalation.objects.filter(Exists(held), pk__in=escalations)
    reached = list(rows.prefetch_related("petition", "clock", "department"))
    numbers = next_order_numbers(now, len(reached)) if reached else []
    SupervisionOrder.objects.bulk_create(
        (
            SupervisionOrder(
                number=number,
                petition=row.petition,
                department=row.department,
                escalation=row,
                text=_automatic_text(row),
                issued_at=now,
                issued_by=system,
            )
            for number, row in zip(numbers, reached, strict=True)
        ),
        ignore_conflicts=True,
    )
    opened = list(
        SupervisionOrder.objects.filter(escalation__in=reached).select_related("petition__category", "department")
    )
    _start_clocks(opened, now)
    events = Event.objects.bulk_create(_issue_event(order, system, now) for order in opened)
    tell(events, now=now)
    return len(opened)


def _automatic_text(row: Escalation) -> str:
    # Kept as a text of record, so in the language of the house.
    with override("zh-hans"):
        return _("%(clock)s已于%(due)s到期仍未完成，请说明原因并立即办理。") % {
            "clock": row.clock.get_kind_display(),
            "due": f"{timezone.localtime(row.clock.due_at):%Y-%m-%d %H:%M}" if row.clock.due_at else "",
        }


def _start_clocks(opened: Sequence[SupervisionOrder], now: datetime) -> None:
    policy = clocks.Policy(now, {ClockKind.ORDER})
    calendars = calendars_of({order.department_id for order in opened})
    Clock.objects.bulk_create(
        policy.clock(order.petition, ClockKind.ORDER, now, calendars[order.department_id], order=order)
        for order in opened
    )


def _issue_event(order: SupervisionOrder, by: User, now: datetime) -> Event:
    petition = order.petition
    said = Said(
        department=order.department,
        is_public=False,
        text=order.text,
        data={"order": order.number},
        cycle=petition.cycle,
        from_state=petition.state,
        to_state=petition.state,
    )
    return event_of(petition, EventKind.ISSUE_ORDER, by=by, at=now, said=said)


def issue_order(*, petition: Petition, by: User, department: Department, text: str, now: datetime) -> SupervisionOrder:
    """Issue an order to a department that holds a live assignment of the petition; a supervisor at any time.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the department has an open order)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    try:
        with transaction.atomic():
            step = begin(petition=petition, by=by, verb="issue_order", now=now)
            petition = step.petition
            if not _holds(petition, department):
                raise InvalidInput({"department": _("这个部门没有承办这件诉求。")})
            lock_children(petition)  # before the day's numbers
            order = SupervisionOrder.objects.create(
                number=next_order_numbers(now, 1)[0],
                petition=petition,
                department=department,
                text=text,
                issued_at=now,
                issued_by=by,
            )
            _start_clocks([order], now)
            return _finish(step, order, EventKind.ISSUE_ORDER, text)
    except IntegrityError as conflict:
        if "order_one_open_per_department" not in str(conflict):
            raise
        raise AlreadyDone(_("这个部门还有未办结的督办单。")) from conflict


def _holds(petition: Petition, department: Department) -> bool:
    return petition.current_assignments().filter(department=department).exists()


def end_orders(
    petition: Petition,
    *,
    by: User,
    now: datetime,
    why: str,
    department: Department | None = None,
    since: datetime | None = None,
) -> int:
    """Close the petition's orders that wait for a reply nobody can give any more: it was sent back or withdrawn, or
    the department (every one when None) left, or what they were issued for `since` then did not come about.

    Inside the caller's transaction; a statement, and one for each. The cards stay, and a reply that was given is
    still judged. Returns how many were closed
    """
    waiting = SupervisionOrder.objects.filter(petition=petition, state=OrderState.ISSUED)
    if department is not None:
        waiting = waiting.filter(department=department)
    if since is not None:
        waiting = waiting.filter(issued_at__gte=since)
    ended = list(waiting)
    for order in ended:
        order.state, order.judgement, order.closed_at, order.closed_by = OrderState.CLOSED, why, now, by
        order.save(update_fields=["state", "judgement", "closed_at", "closed_by"])
    return len(ended)


def reply_order(*, order: SupervisionOrder, by: User, text: str, now: datetime) -> SupervisionOrder:
    """Reply for the department; its clock stops. A reply stands until a supervisor judges it.

    Raises  InvalidInput, NotPermitted, AlreadyDone (no reply is waited for)
    """
    problems = Problems()
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb="reply_order", now=now)
        own_assignment(step.relation, order.department)
        _check_is(order, OrderState.ISSUED)
        order.reply, order.replied_at, order.replied_by = text, now, by
        order.state = OrderState.REPLIED
        order.save(update_fields=["reply", "replied_at", "replied_by", "state"])
        _stop_clock(order, now)
        return _finish(step, order, EventKind.REPLY_ORDER, text)


def accept_order(*, order: SupervisionOrder, by: User, note: str = "", now: datetime) -> SupervisionOrder:
    """Accept the reply and close the order.

    Raises  InvalidInput, NotPermitted, AlreadyDone (no reply waits)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb="judge_order", now=now)
        _check_is(order, OrderState.REPLIED)
        order.judgement, order.closed_at, order.closed_by = note, now, by
        order.state = OrderState.CLOSED
        order.save(update_fields=["judgement", "closed_at", "closed_by", "state"])
        return _finish(step, order, EventKind.ACCEPT_ORDER, note)


def reject_order(*, order: SupervisionOrder, by: User, note: str, now: datetime) -> SupervisionOrder:
    """Reject the reply: the order is open again with a new clock; the rejected reply stays in the events.

    Raises  InvalidInput, NotPermitted, FollowsParent, AlreadyDone (no reply waits, or the department is out of it)
    """
    problems = Problems()
    note = problems.text("note", note, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step, order = _begin(order, by=by, verb="judge_order", now=now)
        _check_is(order, OrderState.REPLIED)
        if step.petition.parent:
            raise FollowsParent(step.petition.parent.number)
        if not _holds(step.petition, order.department):
            raise AlreadyDone(_("这个部门已不再承办这件诉求，不能要求它重新回复，请办结督办单。"))
        order.judgement, order.state = note, OrderState.ISSUED
        order.save(update_fields=["judgement", "state"])
        _start_clocks([order], now)
        return _finish(step, order, EventKind.REJECT_ORDER, note)


def _begin(order: SupervisionOrder, *, by: User, verb: str, now: datetime) -> tuple[Step, SupervisionOrder]:
    """Begin a step about the order: the petition's row is locked first, then the order's. Returns it as it is now."""
    step = begin(petition=order.petition, by=by, verb=verb, now=now)
    locked = SupervisionOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    locked.petition = step.petition
    return step, locked


def _check_is(order: SupervisionOrder, state: str) -> None:
    if order.state != state:
        raise AlreadyDone(_("督办单当前为“%(state)s”，不能办理这一步。") % {"state": order.get_state_display()})


def _stop_clock(order: SupervisionOrder, now: datetime) -> None:
    clocks.stop(Clock.objects.running().filter(order=order), now=now, reason=StopReason.DONE)


def _finish(step: Step, order: SupervisionOrder, kind: str, text: str) -> SupervisionOrder:
    step.finish(kind, department=order.department, text=text, data={"order": order.number}, is_public=False)
    return order
