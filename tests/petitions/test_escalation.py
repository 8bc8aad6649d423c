"""The ladder: who is told at which level of which limit, when, and that it happens once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.calendars import calendar_of
from limits.clocks import Policy
from limits.models import Escalation
from limits.queries import clocks_of
from limits.sweeping import preview, sweep, sweep_batch
from notices.models import Notice
from petitions.clocks.starting import clock_of
from petitions.following_up import withdraw_petition
from petitions.models import Clock, Petition, SupervisionOrder
from petitions.policy import LADDERS
from petitions.resolution import resolve_petition
from petitions.supervision.orders import issue_order
from petitions.supervision.registering import CLOCKS
from record.models import Event
from tests.cast import Stage, person
from tests.limits.raised import raised_about, raised_by
from tests.moments import SHANGHAI
from tests.petitions.request_steps import DUE, limit

LONG_AFTER = DUE + timedelta(days=60)
A_MINUTE = timedelta(minutes=1)

LEAD = {1: "zhou wu", 2: "wu chen", 3: "wu chen", 4: "luo wei", 5: "wei chen"}
SUPPORT = {1: "zheng xu", 2: "xu chen", 3: "xu chen", 4: "luo wei", 5: "wei chen"}
# Who is told at which level of which limit, by the part of the department that has it.
TOLD = {
    ("dispatch", ""): {1: "sun", 2: "sun chen", 3: "chen"},
    ("resolve_enterprise", ""): {2: "chen", 4: "wei"},
    ("check_in", "lead"): LEAD,
    ("check_in", "support"): SUPPORT,
    ("contact", "lead"): LEAD,
    ("contact", "support"): SUPPORT,
    ("resolve_department", "lead"): LEAD,
    ("support", "support"): SUPPORT,
    ("rectify", "lead"): LEAD,
    ("order", "lead"): LEAD,
}
# Dispatched on Tuesday 8 September; Sunday the 20th is worked.
MOMENTS = [
    ("check_in", 2, "2026-09-09T17:30"),
    ("check_in", 3, "2026-09-10T17:30"),
    ("check_in", 4, "2026-09-14T17:30"),
    ("check_in", 5, "2026-09-16T17:30"),
    ("resolve_department", 2, "2026-09-15T17:30"),
    ("resolve_department", 3, "2026-09-16T17:30"),
    ("resolve_department", 4, "2026-09-18T17:30"),
    ("resolve_department", 5, "2026-09-21T17:30"),
    ("resolve_enterprise", 2, "2026-09-15T17:30"),
    ("resolve_enterprise", 4, "2026-09-18T17:30"),
]


def levels(clock: Clock) -> list[int]:
    return list(raised_by(clock).order_by("level").values_list("level", flat=True))


def told(escalation: Escalation) -> set[str]:
    """Return who has it in the inbox; a second notice of the same would be a second name."""
    event = Event.objects.get(
        kind="escalate",
        data__promise=escalation.promise,
        data__clock=escalation.clock_key,
        data__level=escalation.level,
    )
    names = list(event.notices.filter(channel="inbox").values_list("recipient__username", flat=True))
    assert len(names) == len(set(names))
    return set(names)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Escalation, Event, Notice, SupervisionOrder))


@pytest.fixture
def climbing(stage: Stage) -> Iterable[Petition]:
    """Petitions whose limits of every kind run out; both departments have a head, and one above."""
    cast = stage.cast
    cast.lead.parent = cast.support.parent = cast.fallback
    cast.lead.save()
    cast.support.save()
    person("luo", "罗区长", "head", department=cast.fallback)
    person("hua", "上级经办", "handler", department=cast.fallback)
    person("xu", "徐协办", "head", department=cast.support)
    petition = stage.assigned(with_support=True)
    issue_order(petition=petition, by=cast.chen, department=cast.lead, text="请立即办理", now=stage.now)
    # A rectification would be a cycle of its own.
    lead = petition.assignments.get(part="lead")
    policy = Policy(stage.now, {"rectify"})
    clock = clock_of(petition, "rectify", stage.now, assignment=lead)
    policy.started(clock, calendar_of(cast.lead.pk)).save()
    return petition, stage.reported()


def test_everybody_who_is_told_and_nobody_else(climbing: Iterable[Petition]) -> None:
    sweep(now=LONG_AFTER)
    found: dict[tuple[str, str], dict[int, set[str]]] = {}
    reached = list(Escalation.objects.all())
    clocks = clocks_of(reached)
    for escalation in reached:
        clock = clocks[escalation.promise, escalation.clock_key]
        if escalation.promise == "order" and clock.order.escalation:
            continue  # of an order that the ladder opened: told like any other
        part = {"经信局": "lead", "税务局": "support"}[clock.department.short_name] if clock.department else ""
        found.setdefault((clock.promise, part), {})[escalation.level] = told(escalation)
    by_level = {key: {level: set(names.split()) for level, names in row.items()} for key, row in TOLD.items()}
    # The second petition waits to be dispatched; the first was dispatched in time.
    assert found == by_level
    # Who rates is asked again by the ladder too: tests/petitions/test_rating_links.py.
    assert {kind for kind, _part in TOLD} == set(LADDERS) - {"rate"}


@pytest.mark.parametrize(("kind", "level", "at"), MOMENTS)
def test_levels_are_dated_when_they_were_reached(kind: str, level: int, at: str, stage: Stage) -> None:
    stage.assigned()
    sweep(now=LONG_AFTER)
    escalation = Escalation.objects.get(promise=kind, level=level)
    assert escalation.at == datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert escalation.raised_at == LONG_AFTER


def test_a_level_is_raised_when_it_is_reached_and_not_before(stage: Stage) -> None:
    clock = limit(stage.checked_in())
    sweep(now=DUE - A_MINUTE)
    assert levels(clock) == [1]
    sweep(now=DUE)
    assert levels(clock) == [1, 2]
    assert not clock.petition.events.filter(kind="escalate", is_public=True).exists()


def test_a_second_sweep_and_small_batches_add_nothing(stage: Stage) -> None:
    stage.assigned(with_support=True)
    stage.assigned()
    raised = sweep(now=LONG_AFTER, batch=3)
    once = written()
    assert Escalation.objects.count() == raised > 30
    assert sweep(now=LONG_AFTER) == 0
    assert written() == once
    assert sweep_batch(CLOCKS, now=LONG_AFTER).alarms == 0


def test_a_late_answer_between_two_sweeps_is_overdue_and_told_once_dated_when_it_was_due(stage: Stage) -> None:
    petition = stage.checked_in()
    sweep(now=DUE - A_MINUTE)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=DUE + A_MINUTE)
    clock = limit(petition)
    assert (levels(clock), clock.is_overdue(clock.stopped_at or DUE)) == ([1], True)
    for minutes in (2, 3):
        sweep(now=DUE + minutes * A_MINUTE)
        card = raised_by(clock).get(level=2)
        assert (card.card, card.at, card.raised_at) == ("yellow", DUE, DUE + 2 * A_MINUTE)
        assert told(card) == {"wu", "chen"}
    sweep(now=LONG_AFTER)
    assert levels(limit(petition)) == [1, 2]


def test_an_answer_in_time_is_not_told_of_later(stage: Stage) -> None:
    petition = stage.checked_in()
    sweep(now=DUE - 2 * A_MINUTE)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=DUE - A_MINUTE)
    before = levels(limit(petition))
    sweep(now=LONG_AFTER)
    assert levels(limit(petition)) == before == [1]
    assert not limit(petition).is_overdue(LONG_AFTER)


def test_a_withdrawn_petition_stops_climbing(stage: Stage) -> None:
    petition = stage.assigned()
    withdraw_petition(petition=petition, by=stage.cast.lin, reason="问题已经自行解决", now=stage.tick())
    assert sweep(now=LONG_AFTER) == 0


def test_a_stop_that_a_sweep_came_before_is_not_dated_before_it(stage: Stage) -> None:
    """The department's moment was read just before it was due, the sweep went first."""
    petition = stage.checked_in()
    sweep(now=DUE + A_MINUTE)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=DUE - A_MINUTE)
    clock = limit(petition)
    assert (levels(clock), clock.stopped_at) == ([1, 2], DUE)


def test_an_imported_petition_climbs_nothing(stage: Stage) -> None:
    petition = stage.assigned(with_support=True, channel="import")
    assert not petition.clocks.filter(next_alarm_at__isnull=False).exists()
    assert sweep(now=LONG_AFTER) == 0


def test_red_cards_of_one_department_are_one_order_and_of_two_are_two(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    sweep(now=LONG_AFTER)
    assert raised_about(petition).filter(card="red", department=stage.cast.lead).exclude(promise="order").count() == 3
    orders = petition.orders.order_by("department")
    assert {order.department for order in orders} == {stage.cast.lead, stage.cast.support}
    assert petition.events.filter(kind="issue_order").count() == len(orders) == 2
    assert {order.escalation.level for order in orders if order.escalation} == {3}


def test_a_preview_says_what_the_sweep_then_does_and_writes_nothing(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    sweep(now=stage.now + timedelta(days=2))
    before, clocks = written(), list(Clock.objects.values().order_by("pk"))
    shown = preview(now=LONG_AFTER)
    out = StringIO()
    call_command("sweep", "--at", LONG_AFTER.isoformat(), "--dry-run", stdout=out)
    assert out.getvalue().endswith(f"{len(shown)} would be raised\n")
    assert f"2026-09-15 17:30 {petition.number} resolve_department level 2 yellow" in out.getvalue()
    assert (written(), list(Clock.objects.values().order_by("pk"))) == (before, clocks)
    known = set(Escalation.objects.values_list("pk", flat=True))
    sweep(now=LONG_AFTER)
    new = Escalation.objects.exclude(pk__in=known).exclude(promise="order")
    said = [(petition.number, *row) for row in new.values_list("promise", "level", "card", "at")]
    assert sorted(said) == sorted(shown)


def test_a_moment_is_only_looked_at_and_has_to_be_one(stage: Stage) -> None:
    stage.assigned()
    for arguments in (["--at", "2026-09-30T10:00"], ["--at", "tomorrow", "--dry-run"]):
        with pytest.raises(CommandError, match="--at"):
            call_command("sweep", *arguments)
    assert not Escalation.objects.exists()
