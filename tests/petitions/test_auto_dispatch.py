"""Dispatching by itself: off by default, once for a petition, the plain case only, marked."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from departments.models import CategoryLead, Department, Responsibility
from petitions import queries
from petitions.following_up import supplement_petition, withdraw_petition
from petitions.models import DEFAULT_CONFIDENCE, AutoDecision, AutoDispatch, Petition
from petitions.proposals.auto_dispatch import UNTOUCHED, auto_dispatch
from petitions.proposals.learning import refresh_routing_model
from petitions.proposals.proposing import propose
from tests.cast import Stage
from tests.petitions.automatic import dispatched, switch_on
from tests.petitions.send_backs import sent_back
from tests.petitions.test_proposals import JOINT
from tests.petitions.verbs import CALLS, kinds, last_event, stored


def test_a_sure_petition_goes_to_the_categorys_lead_and_says_why(stage: Stage) -> None:
    switch_on(stage)
    petition = dispatched(stage)
    assert petition.state == "assigned"
    assert petition.assignments.get().department == stage.cast.lead
    event, decision = last_event(petition), petition.automatic
    assert (event.kind, event.by, event.at) == ("dispatch", stage.cast.system, stage.now)
    assert event.data["auto"] is True
    assert event.data["confidence"] == decision.confidence == propose(petition).confidence >= DEFAULT_CONFIDENCE
    assert event.data["because"] == decision.because
    assert decision.because[0] == "职责：拖欠货款"
    assert petition.automatic_dispatch == decision
    assert list(Petition.objects.dispatched_automatically()) == [petition]
    assert {clock.promise for clock in petition.clocks.filter(stopped_at__isnull=True)} >= {"check_in", "contact"}


def test_nothing_is_dispatched_where_nobody_switched_it_on(stage: Stage) -> None:
    switch = switch_on(stage, is_on=False)
    stage.reported()
    assert auto_dispatch(now=stage.tick()) == 0
    assert not AutoDecision.objects.exists()
    switch.delete()
    assert auto_dispatch(now=stage.tick()) == 0
    assert not AutoDispatch._meta.get_field("is_on").default


def test_a_switch_says_who_set_it_and_when(stage: Stage) -> None:
    switch = switch_on(stage)
    assert (switch.switched_by, switch.switched_at) == (stage.cast.sysadmin, stage.now)


def _another_lead(stage: Stage) -> None:
    CategoryLead.objects.update(department=stage.cast.other_department)


def _no_model(stage: Stage) -> None:
    Department.objects.filter(short_name__in=["经信局", "税务局", "教体局"]).update(is_active=False)


def _two_departments(stage: Stage) -> None:
    Responsibility.objects.filter(matter="拖欠货款").update(partners=["税务局"])
    Responsibility.objects.filter(matter="出口退税").update(partners=["经信局"])
    refresh_routing_model(now=stage.tick())


REFUSED: dict[str, tuple[dict[str, Any], Callable[[Stage], object]]] = {
    "urgent": ({"urgency": "urgent"}, lambda stage: None),
    "other_lead": ({}, _another_lead),
    "no_proposal": ({}, _no_model),
    "joint": (JOINT, _two_departments),
    "not_sure": ({}, lambda stage: AutoDispatch.objects.update(minimum_confidence=1.0)),
}


@pytest.mark.parametrize("outcome", REFUSED)
def test_what_is_not_plain_waits_for_a_person_and_is_decided_once(outcome: str, stage: Stage) -> None:
    changes, prepare = REFUSED[outcome]
    switch_on(stage)
    prepare(stage)
    petition = stage.reported(**changes)
    assert auto_dispatch(now=stage.tick()) == 0
    decision = AutoDecision.objects.get()
    assert (decision.petition, decision.outcome) == (petition, outcome)
    assert stored(petition).state == "reported"
    assert stored(petition).automatic_dispatch is None
    assert kinds(petition) == ["report"]
    AutoDispatch.objects.update(minimum_confidence=0)
    CategoryLead.objects.update(department=stage.cast.lead)
    assert auto_dispatch(now=stage.tick()) == 0


def test_a_district_gets_its_branch(stage: Stage) -> None:
    switch_on(stage)
    Responsibility.objects.update(level="district")
    refresh_routing_model(now=stage.tick())
    petition = dispatched(stage, region=stage.cast.district)
    assert petition.assignments.get().department == stage.cast.branch


@pytest.mark.parametrize("touch", ["supplement", "sent_back", "delegate_down", "withdraw"])
def test_what_a_person_has_touched_is_left_alone(touch: str, stage: Stage) -> None:
    if touch == "sent_back":
        sent_back(stage, stage.assigned())
    else:
        by = stage.cast.sun if touch == "delegate_down" else stage.cast.lin
        CALLS[touch](stage, stage.reported(), by, stage.tick())
    switch_on(stage)
    assert auto_dispatch(now=stage.tick()) == 0
    assert not AutoDecision.objects.exists()
    assert set(UNTOUCHED) == {"report", "escalate"}


def test_imports_and_petitions_without_a_category_are_left_alone(stage: Stage) -> None:
    switch_on(stage)
    stage.reported(by=stage.cast.system, channel="import", source="letters", source_id="1")
    stage.reported(category=None)
    assert auto_dispatch(now=stage.tick()) == 0


def test_after_an_undo_it_stays_for_a_person(stage: Stage) -> None:
    switch_on(stage)
    petition = dispatched(stage)
    CALLS["undo_dispatch"](stage, petition, stage.cast.sun, stage.tick())
    assert auto_dispatch(now=stage.tick()) == 0
    assert stored(petition).state == "reported"
    assert stored(petition).automatic_dispatch is None
    CALLS["dispatch"](stage, petition, stage.cast.sun, stage.tick())
    assert stored(petition).automatic_dispatch is None
    assert list(Petition.objects.dispatched_automatically()) == []


def test_oldest_first_and_no_more_than_asked(stage: Stage) -> None:
    switch_on(stage)
    first, second, third = stage.reported(), stage.reported(), stage.reported()
    assert auto_dispatch(now=stage.tick(), most=2) == 2
    assert [stored(each).state for each in (first, second, third)] == ["assigned", "assigned", "reported"]
    assert auto_dispatch(now=stage.tick()) == 1
    assert auto_dispatch(now=stage.tick()) == 0


@pytest.mark.usefixtures("within_a_request")
def test_todays_are_reviewed_by_the_branch_also_what_was_taken_back(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    switch_on(stage)
    first = dispatched(stage)
    day = stage.now.date()
    CALLS["undo_dispatch"](stage, first, stage.cast.sun, stage.tick())
    withdraw_petition(petition=first, by=stage.cast.lin, reason="问题已经自行解决", now=stage.tick())
    second = dispatched(stage)
    supplement_petition(petition=second, by=stage.cast.lin, text="补充", now=stage.tick())
    assert list(queries.auto_dispatched(stage.cast.sun, None)) == [second, first]
    with django_assert_num_queries(1):
        rows = list(queries.auto_dispatched(stage.cast.sun, day))
        assert [row.automatic.is_standing for row in rows] == [True, False]
    assert list(queries.auto_dispatched(stage.cast.tang, None)) == []
    assert list(queries.auto_dispatched(stage.cast.sun, day.replace(day=day.day + 3))) == []
