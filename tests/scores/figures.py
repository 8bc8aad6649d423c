"""A September of three departments, sixty cycles, that is as different as figures need it.

The lead satisfies all 20; the support 12 of 20, and answers these 12 late; the third department 12 of 20.
"""

from datetime import datetime, timedelta
from typing import Any

from departments.models import Department
from scores.freezing import freeze_month
from scores.models import CycleFact, FrozenMonth
from tests.cast import Cast
from tests.moments import SHANGHAI
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, facts, unsaved

DUE = datetime(2026, 9, 9, 18, tzinfo=SHANGHAI)
LOW: dict[str, Any] = {"level": 1, "is_solved": "no"}


def a_september(cast: Cast, number: str = "") -> None:
    """Write the facts; those of the lead and the late ones are about the petition with that number, if given."""
    _write(20, cast.lead, number, category=cast.category, enterprise_size="large", enterprise_ownership="state")
    for hours in range(1, 13):  # the latest is written last
        late = {"is_answer_on_time": False, "answer_due_at": DUE, "answered_at": DUE + timedelta(hours=hours)}
        _write(1, cast.support, number, enterprise_size="small", category=cast.category, **late)
    facts(8, cast.support, **LOW)
    facts(12, cast.other_department, enterprise_size="small")
    facts(8, cast.other_department, enterprise_size="small", **LOW)


def _write(times: int, department: Department, number: str, **changes: Any) -> None:
    rows = [unsaved(department, SEPTEMBER, **changes) for _ in range(times)]
    for row in rows:
        row.number = number or row.number
    CycleFact.objects.bulk_create(rows)


def frozen_september(cast: Cast, number: str = "") -> FrozenMonth:
    a_september(cast, number)
    return freeze_month(month=SEPTEMBER, by=cast.system, now=AFTER_SEPTEMBER)
