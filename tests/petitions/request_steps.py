"""Steps of extension and hold that several tests take."""

from datetime import datetime, timedelta
from typing import Any

from petitions.models import Clock, Extension, Hold, Petition
from petitions.supervision.extensions import ask_extension
from petitions.supervision.holds import ask_hold, decide_hold
from tests.cast import Stage
from tests.moments import SHANGHAI

REASON = "需要等待评估机构的报告"
# Dispatched on Tuesday 8 September 2026: five working days end on Tuesday the 15th.
DUE = datetime(2026, 9, 15, 17, 30, tzinfo=SHANGHAI)
FRIDAY_10AM = datetime(2026, 9, 11, 10, 0, tzinfo=SHANGHAI)
NEXT_FRIDAY_10AM = datetime(2026, 9, 18, 10, 0, tzinfo=SHANGHAI)


def limit(petition: Petition) -> Clock:
    """Return the lead's limit for its answer in the petition's newest cycle."""
    return petition.clocks.filter(promise="resolve_department").latest("started_at")


def asked_for(stage: Stage, petition: Petition, days: int = 3, **changes: Any) -> Extension:
    values: dict[str, Any] = {"by": stage.cast.wu, "days": days, "reason": REASON, "now": stage.now} | changes
    ask_extension(petition=petition, **values)
    return Extension.objects.latest("pk")


def hold_asked(stage: Stage, petition: Petition, days: int = 30, **changes: Any) -> Hold:
    day = (stage.now + timedelta(days=days)).date()
    values: dict[str, Any] = {"by": stage.cast.wu, "reason": REASON, "review_date": day, "now": stage.now} | changes
    ask_hold(petition=petition, **values)
    return Hold.objects.latest("pk")


def running_hold(stage: Stage, petition: Petition) -> Hold:
    hold = hold_asked(stage, petition)
    decide_hold(hold=hold, by=stage.cast.chen, decision="approved", now=stage.now)
    return Hold.objects.get(pk=hold.pk)
