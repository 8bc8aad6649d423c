"""What petitions register with limits/: two tables of clocks, the axes of the rules, and the effect of a red card."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Category
from limits.promises import Axis, ClockTable, Effect, register_effect, register_promises
from petitions.acts import Act
from petitions.clocks.reading import known_clocks
from petitions.clocks.stopping import DEPARTMENT_CLOCKS
from petitions.models import SUBJECT, Clock, EventKind, Kind, OrderClock, Petition, Promise, Urgency
from petitions.policy import OPEN_ORDER
from petitions.steps import finish
from petitions.supervision.known import known_order_clocks
from petitions.supervision.opening import open_orders

# A rule for an urgency counts before one for a kind, and that before one for a service level.
AXES = (
    Axis("urgency", _("紧急程度"), Urgency.choices),
    Axis("kind", _("诉求类型"), Kind.choices),
    Axis("service_level", _("服务等级"), Category.ServiceLevel.choices),
)


def record_recomputed(petition: Petition, data: Mapping[str, Any], now: datetime) -> None:
    """Write an event on the petition: a new calendar or rule has moved due times of its clocks.

    data  what moved, as limits/recomputing.py has it
    """
    act = Act(petition=petition, by=User.objects.system(), now=now, from_state=petition.state)
    finish(act, EventKind.RECOMPUTE, data=data, is_public=False)


CLOCKS = ClockTable(
    model=Clock,
    path="petition",
    subject_type=SUBJECT,
    readable=known_clocks,
    cycle="clock.cycle",
    state="subject.state",
    recomputed=record_recomputed,
)
ORDER_CLOCKS = replace(CLOCKS, model=OrderClock, path="order__petition", readable=known_order_clocks)
# Only late clocks of departments may open an order; the clock of an order opens no further one.
OPENS_ORDER = Effect(_("开具督办单"), open_orders, frozenset(DEPARTMENT_CLOCKS))


def register() -> None:
    """Register the promises, their clocks and axes, and the effect of the red card."""
    labels = dict(Promise.choices)
    of_orders = {Promise.ORDER.value: labels.pop(Promise.ORDER)}
    register_promises(labels, table=CLOCKS, axes=AXES)
    register_promises(of_orders, table=ORDER_CLOCKS, axes=AXES)
    register_effect(OPEN_ORDER, OPENS_ORDER)
