"""What becomes of a department's petitions when it closes (departments/closing.py).

A petition that it leads waits for its desk again. The answer that it owes as a support is waived. Its open orders go to
the successor; without one, those that wait for a reply close. Petitions that it has answered stay as they are: if one
of them starts again, it goes to the desk (petitions/reopening.py, petitions/ratings/rectification.py).
Source: domain, closed departments.
"""

from django.db.models import F, Q, QuerySet
from django.utils.translation import ngettext_lazy

from departments.closing import Closing, Work, register_work
from departments.models import Department
from petitions.acts import Act
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
from petitions.returning import return_from_closed
from petitions.steps import finish
from petitions.supervision.orders import end_orders
from petitions.supports import waive_part


def _owed(department: Department) -> QuerySet[Assignment]:
    """The parts that the department still has to answer."""
    parts = Assignment.objects.live().filter(department=department, cycle=F("petition__cycle"))
    return parts.filter(petition__state=State.ASSIGNED, answered_at__isnull=True, waived_at__isnull=True)


def _orders(department: Department) -> QuerySet[SupervisionOrder]:
    return SupervisionOrder.objects.filter(department=department).exclude(state=OrderState.CLOSED)


def open_petitions(department: Department) -> int:
    """Return how many petitions wait for the department's answer or for the end of an order to it. One statement."""
    owed = _owed(department).order_by().values("petition")
    return owed.union(_orders(department).order_by().values("petition")).count()


def hand_over_petitions(closing: Closing) -> None:
    """Move what the department has to do, petition by petition. Inside the closing's transaction.

    A group's children follow their parent (petitions/groups.py). All petitions are locked first, in the order of their
    keys, and their children after them, as every verb does it.
    """
    owed = Q(pk__in=_owed(closing.department).values("petition"), parent__isnull=True)
    rows = Petition.objects.filter(owed | Q(pk__in=_orders(closing.department).values("petition")))
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("petitioner", "category", "region")
    for petition in list(locked.order_by("pk")):
        _hand_over(Act(petition=petition, by=closing.by, now=closing.now, from_state=petition.state), closing)


def _hand_over(act: Act, closing: Closing) -> None:
    petition, department = act.petition, closing.department
    part = _owed(department).filter(petition=petition, petition__parent__isnull=True).first()
    _hand_over_orders(act, closing)
    if part is None:
        finish(act, EventKind.CLOSE_DEPARTMENT, department=department, text=closing.sentence, is_public=False)
    elif part.is_lead:
        for other in petition.current_assignments().filter(answered_at__isnull=True).select_related("department"):
            _end_orders(act, closing, other.department)
        return_from_closed(act, department=department, why=closing.sentence)
    else:
        waive_part(act, part, why=closing.sentence, reason=StopReason.SUPERSEDED)
        finish(act, EventKind.CLOSE_DEPARTMENT, department=department, text=closing.sentence, is_public=False)


def _hand_over_orders(act: Act, closing: Closing) -> None:
    """Give the department's order on the petition to the successor, unless that has one of its own there."""
    order = _orders(closing.department).filter(petition=act.petition).first()
    successor = closing.successor
    if order and successor and not _orders(successor).filter(petition=act.petition).exists():
        order.department = successor
        order.save(update_fields=["department"])
        OrderClock.objects.running().filter(order=order).update(department=successor)
        data = {"order": order.number}
        act.announce(act.note(EventKind.MOVE_ORDER, department=successor, text=closing.sentence, data=data))
    elif order:
        _end_orders(act, closing, closing.department)


def _end_orders(act: Act, closing: Closing, department: Department) -> None:
    reason = StopReason.SUPERSEDED
    why = closing.sentence
    end_orders(act, why=why, reason=reason, department=department)


def register() -> None:
    """Register with the departments that their petitions move when they close."""
    label = ngettext_lazy("%(number)d件在办诉求或督办单", "%(number)d件在办诉求或督办单", "number")
    register_work(Work(hand_over_petitions, open_petitions, label))
