"""Open supervision orders for red cards: one for the department that missed its limit, with a clock for its reply.

Many are opened at once, inside the sweep's transaction. What people do with an order: petitions/supervision/orders.py.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from departments.calendars import calendars_of
from limits.clocks import Policy
from limits.models import Clock, Escalation
from limits.queries import clocks_of
from notices.telling import tell
from petitions.models import SUBJECT, Assignment, EventKind, OrderClock, Promise, SupervisionOrder
from petitions.models.number import next_order_numbers
from record.models import Event
from record.writing import Said, event_of


def open_orders(escalations: Sequence[int], now: datetime) -> int:
    """Open an order for each of these escalations whose department holds the petition and has none open on it.

    A department that left the petition after the level was reached gets its card but no order: nobody could reply.
    Inside the sweep's transaction; the number of statements does not grow with the escalations.
    escalations  their keys
    Returns how many orders were opened
    """
    system = User.objects.system()
    held = Assignment.objects.live().filter(
        petition=OuterRef("subject_id"), cycle=F("petition__cycle"), department=OuterRef("department")
    )
    rows = Escalation.objects.filter(Exists(held), subject_type=SUBJECT, pk__in=escalations)
    reached = list(rows.prefetch_related("department"))
    clocks = clocks_of(reached)
    numbers = next_order_numbers(now, len(reached)) if reached else []
    SupervisionOrder.objects.bulk_create(
        (
            SupervisionOrder(
                number=number,
                petition_id=row.subject_id,
                department=row.department,
                escalation=row,
                text=_automatic_text(clocks[row.promise, row.clock_key]),
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
    start_order_clocks(opened, now)
    events = Event.objects.bulk_create(_issue_event(order, system, now) for order in opened)
    tell(events, now=now)
    return len(opened)


def _automatic_text(clock: Clock) -> str:
    # The text is stored for all readers, so it is always in Chinese.
    with override("zh-hans"):
        return _("%(clock)s已于%(due)s到期仍未完成，请说明原因并立即办理。") % {
            "clock": clock.get_promise_display(),
            "due": f"{timezone.localtime(clock.due_at):%Y-%m-%d %H:%M}" if clock.due_at else "",
        }


def start_order_clocks(opened: Sequence[SupervisionOrder], now: datetime) -> None:
    """Start a clock for the reply to each order. Four statements, however many."""
    policy = Policy(now, {Promise.ORDER})
    calendars = calendars_of({order.department_id for order in opened})
    clocks = (
        OrderClock(
            order=order,
            promise=Promise.ORDER,
            cycle=order.petition.cycle,
            department_id=order.department_id,
            started_at=now,
        )
        for order in opened
    )
    OrderClock.objects.bulk_create(policy.started(clock, calendars[clock.department_id]) for clock in clocks)


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
