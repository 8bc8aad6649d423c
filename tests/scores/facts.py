"""Facts as verbs write them, with an appeal where a test wants one; and the counts once more, fact by fact."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from accounts.models import User
from departments.models import Department
from scores.models import OF_THE_RATING, Appeal, AppealDecision, AppealReason, CycleFact, Ending
from scores.scoring import Counts, pooled
from tests.cast import Cast
from tests.moments import SHANGHAI

SEPTEMBER = date(2026, 9, 1)
OCTOBER = date(2026, 10, 1)
# From here on September may be frozen: off 1 to 7 October, Saturday the 10th is worked, and so the working days after
# it are 8, 9, 10, 12 and 13 October.
AFTER_SEPTEMBER = datetime(2026, 10, 13, 17, 30, tzinfo=SHANGHAI)

_keys = count(500_000_000)  # far from the keys of what verbs write


def unsaved(department: Department, month: date = SEPTEMBER, **changes: Any) -> CycleFact:
    """Return a lead's part that did everything in time and was rated 5; without a level it is not rated at all."""
    key = next(_keys)
    noon = datetime.combine(month, time(12), SHANGHAI) + timedelta(days=9)
    ending = changes.pop("ending", Ending.RATED)
    values: dict[str, Any] = {"level": 5, "is_solved": "yes", "rated_at": noon} if ending == Ending.RATED else {}
    values |= {f"is_{limit}_on_time": True for limit in ("check_in", "contact", "answer")}
    values |= {"ending": ending, "outcome": "solved", "answered_at": noon, "kind": "help", "urgency": "normal"}
    return CycleFact(
        assignment_key=key,
        petition_key=key,
        number=f"{month:%Y%m}{key:09}",
        cycle=1,
        part="lead",
        department=department,
        region=department.region,
        dispatched_at=noon - timedelta(days=5),
        closed_at=noon,
        month=month,
        recorded_at=noon,
        **(values | changes),
    )


def fact(department: Department, month: date = SEPTEMBER, **changes: Any) -> CycleFact:
    """Write one."""
    row = unsaved(department, month, **changes)
    row.save(force_insert=True)
    return row


def facts(number: int, department: Department, month: date = SEPTEMBER, **changes: Any) -> list[CycleFact]:
    """Write so many of one kind."""
    return CycleFact.objects.bulk_create(unsaved(department, month, **changes) for _ in range(number))


def accepted(row: CycleFact, reason: str, by: User, text: str = "见附件说明") -> Appeal:
    """Write the exclusion of a fact, or of its rating."""
    return Appeal.objects.create(
        fact=row,
        month=row.month,
        reason=reason,
        text=text,
        asked_by=by,
        asked_at=row.closed_at,
        decision=AppealDecision.ACCEPTED,
        decided_by=by,
        decided_at=row.closed_at,
        decided_why=text,
    )


def scored(cast: Cast, month: date = SEPTEMBER, text: str = "企业来电说明点错了") -> Appeal:
    """Write a month of the lead's with something of everything; an appeal waits in it, and is returned."""
    facts(6, cast.lead, month)
    fact(cast.lead, month, is_answer_on_time=False, level=2, is_solved="no")
    accepted(fact(cast.lead, month, ending="lapsed"), AppealReason.BEYOND_CONTROL, cast.chen, text)
    low = fact(cast.lead, month, level=1, is_solved="no")
    reason = AppealReason.MISTAKEN
    asked = {"asked_by": cast.wu, "asked_at": low.closed_at}
    return Appeal.objects.create(fact=low, month=low.month, reason=reason, text=text, **asked)


def counted_one_by_one(rows: Iterable[tuple[CycleFact, str]]) -> dict[int, Counts]:
    """Count facts, each with the reason of its accepted appeal or "", in the plainest way there is.

    Returns the counts by department
    """
    total: dict[int, Counts] = {}
    for row, reason in rows:
        total[row.department_id] = pooled([total.get(row.department_id, Counts()), _counts_of(row, reason)])
    return total


def _counts_of(row: CycleFact, reason: str) -> Counts:
    if reason and reason not in OF_THE_RATING:
        return Counts(excluded=1)
    values = {"cycles": 1, str(row.ending): 1}
    asked = [kept for kept in (row.is_check_in_on_time, row.is_contact_on_time) if kept is not None]
    if asked:
        values |= {"response_of": 1, "response_met": int(all(asked))}
    for limit in ("check_in", "contact", "answer"):
        kept = getattr(row, f"is_{limit}_on_time")
        if kept is not None:
            values |= {f"{limit}_of": 1, f"{limit}_met": int(kept)}
    if row.level is not None and reason:
        values["excluded_ratings"] = 1
    elif row.level is not None:
        values |= {f"level_{row.level}": 1, "solved": int(row.is_solved == "yes")}
        values |= {"partly": int(row.is_solved == "partly"), "anonymous": int(row.is_anonymous)}
    return Counts(**values)
