"""Limits of a group: one handling, one set of cards; each enterprise's own clock; new calendars and new rules."""

from datetime import timedelta

from limits.changing import change_limit, leave_rules
from limits.models import Escalation, LimitRule
from limits.reading import ClockReading
from limits.recomputing import recompute_stale
from limits.sweeping import sweep
from petitions.clocks.nearest import RunningLimits
from petitions.clocks.reading import clock_readings
from petitions.models import Clock, SupervisionOrder
from petitions.queries import listed, parts
from tests.cast import Stage
from tests.limits.raised import raised_about
from tests.petitions.group_steps import dispatched
from tests.petitions.verbs import kinds


def test_the_departments_get_cards_for_the_parent_alone(stage: Stage) -> None:
    parent, second, last = dispatched(stage)
    sweep(now=stage.now + timedelta(days=30))
    raised = Escalation.objects.filter(department__isnull=False)
    assert set(raised.values_list("subject_id", flat=True)) == {parent.pk}
    assert set(SupervisionOrder.objects.values_list("petition", flat=True)) == {parent.pk}
    # Each enterprise has waited too long for itself.
    for petition in (parent, second, last):
        own = raised_about(petition).filter(promise="resolve_enterprise")
        assert own.filter(level=2).count() == 1


def test_an_enterprise_reads_the_limit_that_runs_on_the_parent(stage: Stage) -> None:
    parent, second, _last = dispatched(stage)
    due = parent.clocks.get(promise="resolve_department").due_at
    assert parts(second)[0].due_at == parts(parent)[0].due_at == due  # type: ignore[attr-defined]
    row = listed(stage.cast.mallory).get()
    nearest = RunningLimits(stage.cast.mallory).nearest([row])[second.pk]
    soonest = parent.clocks.get(promise="support")
    assert (nearest, row.group_size) == (soonest, 3)
    assert soonest.due_at < due
    readings: list[ClockReading] = clock_readings(second, stage.cast.mallory, stage.now)
    # Its own limit, and those for the answers to its parent; no check-in, no contact.
    promises = [one.clock.promise for one in readings]
    assert promises == ["support", "resolve_enterprise", "resolve_department"]


def test_a_new_rule_moves_the_parents_limit_and_starts_none_on_a_child(stage: Stage) -> None:
    parent, second, _last = dispatched(stage)
    rule = LimitRule(promise="resolve_department", amount=9, unit="working_days", basis="市府办2026年9号文")
    change_limit(rule, now=stage.tick())
    leave_rules(LimitRule.objects.filter(promise="resolve_department"), now=stage.tick())
    before = Clock.objects.filter(petition=second).count()
    assert recompute_stale(now=stage.tick()) == 1
    assert parent.clocks.get(promise="resolve_department").amount == 9
    assert (Clock.objects.filter(petition=second).count(), kinds(second)[-1]) == (before, "dispatch")
