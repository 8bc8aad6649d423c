"""Limits as a table: how long each clock runs by kind, urgency and service level, and when it ends."""

from datetime import date, datetime

import pytest

from departments.models import Category
from departments.working_calendar import SPANS, DayRule, WorkingCalendar
from limits.clocks import Policy
from limits.due_times import due_time
from limits.models import LadderStep, LimitRule
from petitions.models import Clock, Kind, Petition, Promise
from petitions.models.clock import axes_of
from petitions.policy import LADDERS
from tests.cast import Stage
from tests.moments import FRIDAY_5PM, LAST_DAY_BEFORE_SPRING_FESTIVAL, SATURDAY_NOON, SHANGHAI, TUESDAY_10AM

# Spring Festival 2026: 15 to 23 February off, 14 and 28 February worked.
OFF, WORKED = DayRule(spans=()), DayRule(spans=SPANS)
SPRING = {date(2026, 2, day): OFF for day in range(15, 24)} | {date(2026, 2, day): WORKED for day in (14, 28)}
CALENDAR = WorkingCalendar(SPRING)

LIMITS = [
    # kind, service level, lead, support (working days)
    ("consult", "consult", 3, 2),
    ("consult", "ordinary", 3, 2),
    ("consult", "complex", 15, 14),
    ("consult", "", 3, 2),
    ("help", "consult", 3, 2),
    ("help", "ordinary", 5, 4),
    ("help", "complex", 15, 14),
    ("help", "", 5, 4),
    ("complaint", "ordinary", 5, 4),
    ("suggestion", "complex", 15, 14),
]
URGENCIES = [
    # clock, urgency, amount, unit
    ("check_in", "normal", 1, "working_days"),
    ("check_in", "urgent", 2, "working_hours"),
    ("contact", "pressing", 1, "working_days"),
    ("contact", "urgent", 2, "working_hours"),
    ("dispatch", "urgent", 4, "working_hours"),
    ("rate", "normal", 15, "calendar_days"),
    ("rectify", "normal", 5, "working_days"),
    ("order", "normal", 2, "working_days"),
]
ENDS = [
    # from, amount, unit, end
    (TUESDAY_10AM, 5, "working_days", "2026-09-15T17:30"),
    (TUESDAY_10AM, 4, "working_hours", "2026-09-08T15:30"),
    (TUESDAY_10AM, 15, "calendar_days", "2026-09-24T00:00"),
    (FRIDAY_5PM, 5, "working_days", "2026-09-18T17:30"),
    (SATURDAY_NOON, 5, "working_days", "2026-09-18T17:30"),
    (SATURDAY_NOON, 2, "working_hours", "2026-09-14T11:00"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, 5, "working_days", "2026-02-28T17:30"),
    (LAST_DAY_BEFORE_SPRING_FESTIVAL, 2, "working_days", "2026-02-25T17:30"),
]


def _petition(kind: str = "help", level: str = "", urgency: str = "normal") -> Petition:
    category = Category(service_level=level) if level else None
    return Petition(kind=kind, urgency=urgency, category=category)


@pytest.mark.parametrize(("kind", "level", "lead", "support"), LIMITS)
@pytest.mark.django_db
def test_answers_have_their_limit_by_kind_and_service_level(kind: str, level: str, lead: int, support: int) -> None:
    policy = Policy(TUESDAY_10AM, {"resolve_department", "resolve_enterprise", "support"})
    petition = axes_of(_petition(kind, level))
    assert policy.rule("resolve_department", petition).amount == lead
    assert policy.rule("resolve_enterprise", petition).amount == lead
    assert policy.rule("support", petition).amount == support


@pytest.mark.parametrize(("clock", "urgency", "amount", "unit"), URGENCIES)
@pytest.mark.django_db
def test_the_other_clocks_have_theirs_by_urgency(clock: str, urgency: str, amount: int, unit: str) -> None:
    rule = Policy(TUESDAY_10AM, {clock}).rule(clock, axes_of(_petition(urgency=urgency)))
    assert (rule.amount, rule.unit) == (amount, unit)


@pytest.mark.parametrize(("start", "amount", "unit", "end"), ENDS)
def test_limits_end(start: datetime, amount: int, unit: str, end: str) -> None:
    clock = Clock(started_at=start, amount=amount, unit=unit)
    assert due_time(CALENDAR, clock) == datetime.fromisoformat(end).replace(tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_every_clock_has_a_rule_with_its_basis_and_every_ladder_is_written() -> None:
    policy = Policy(TUESDAY_10AM, set(Promise.values))
    for kind in Promise.values:
        for petition_kind in Kind.values:
            assert policy.rule(kind, axes_of(_petition(petition_kind))).amount >= 1
    assert not LimitRule.objects.filter(basis="").exists()
    of_petitions = LadderStep.objects.filter(promise__in=LADDERS)
    assert of_petitions.count() == sum(len(steps) for steps in LADDERS.values())


@pytest.mark.django_db
def test_a_clock_without_a_rule_is_an_error_not_a_guess() -> None:
    LimitRule.objects.filter(promise="rate").update(valid_until=TUESDAY_10AM)
    with pytest.raises(LookupError):
        Policy(TUESDAY_10AM, {"rate"}).rule("rate", axes_of(_petition()))


def test_a_new_rule_changes_no_clock_that_was_computed(stage: Stage) -> None:
    before = stage.assigned().clocks.get(promise="resolve_department")
    LimitRule.objects.filter(promise="resolve_department").update(valid_until=stage.now)
    LimitRule.objects.create(
        promise="resolve_department", amount=9, unit="working_days", basis="test", valid_from=stage.now
    )
    later = stage.assigned().clocks.get(promise="resolve_department")
    assert (before.amount, later.amount) == (5, 9)
    assert Clock.objects.get(pk=before.pk).due_at == before.due_at
