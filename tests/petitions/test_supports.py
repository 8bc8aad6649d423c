"""Several departments at one petition: their thread, supports that join and leave, and the one that is let off."""

from datetime import timedelta

import pytest

from notices.models import Notice
from petitions import queries
from petitions.discussion import discuss
from petitions.dispatch import SUPPORTS_MAX
from petitions.errors import SupportsPending
from petitions.models import Assignment, Clock, Petition
from petitions.supervision.orders import issue_order
from petitions.supports import add_support, remove_support, waive_support
from petitions.timeline import timeline
from record.models import Event
from tests.cast import Stage
from tests.petitions.verbs import CALLS, REASON, kinds, last_event
from verbs.refusals import AlreadyDone, InvalidInput


def told(event: Event) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient__username", flat=True))


def end(stage: Stage, petition: Petition, verb: str = "remove_support") -> Petition:
    act = remove_support if verb == "remove_support" else waive_support
    return act(petition=petition, by=stage.cast.chen, department=stage.cast.support, reason=REASON, now=stage.tick())


def test_what_one_department_says_the_others_are_told_and_the_enterprise_never(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    words = {"text": "请先核对发票", "mention": stage.cast.support}
    discuss(petition=petition, by=stage.cast.zhou, now=stage.tick(), **words)
    event = last_event(petition)
    assert (event.kind, event.department, event.is_public) == ("discuss", stage.cast.lead, False)
    assert event.data == {"mention": "税务局"}
    assert told(event) == {"wu", "zheng"}
    assert event not in [entry.event for entry in timeline(petition, stage.cast.lin)]
    assert event in [entry.event for entry in timeline(petition, stage.cast.zheng)]


def test_an_office_speaks_without_a_department(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    discuss(petition=petition, by=stage.cast.sun, text="请两部门今天会商", now=stage.tick())
    event = last_event(petition)
    assert (event.department, told(event)) == (None, {"zhou", "wu", "zheng"})


def test_only_who_holds_the_petition_is_spoken_to(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        discuss(petition=petition, by=stage.cast.zhou, text="请看", mention=stage.cast.support, now=stage.tick())
    assert set(refusal.value.fields) == {"mention"}


def test_the_same_words_at_once_are_said_once(stage: Stage) -> None:
    petition = stage.assigned()
    for _click in range(2):
        discuss(petition=petition, by=stage.cast.zhou, text="已收到", now=stage.now)
    assert kinds(petition).count("discuss") == 1


def test_a_support_that_joins_later_has_its_own_limits_from_then_on(stage: Stage) -> None:
    petition = stage.checked_in()
    stage.tick(timedelta(days=1))
    unit = stage.cast.support
    add_support(petition=petition, by=stage.cast.sun, department=unit, note="请核对发票", now=stage.now)
    part = petition.assignments.get(department=unit)
    assert (part.part, part.cycle, part.dispatched_at) == ("support", 1, stage.now)
    clocks = petition.clocks.running().filter(assignment=part)
    assert set(clocks.values_list("promise", "started_at")) == {
        (kind, stage.now) for kind in ("check_in", "contact", "support")
    }
    assert told(last_event(petition)) == {"zhou", "wu", "zheng", "lin"}
    with pytest.raises(SupportsPending, match="税务局"):
        CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())


def test_nobody_is_added_twice_closed_or_without_room(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    for unit in (stage.cast.lead, stage.cast.support):
        with pytest.raises(AlreadyDone, match="已经在承办"):
            add_support(petition=petition, by=stage.cast.sun, department=unit, now=stage.tick())
    stage.cast.other_department.is_active = False
    with pytest.raises(InvalidInput, match="已停用"):
        add_support(petition=petition, by=stage.cast.sun, department=stage.cast.other_department, now=stage.tick())
    row = petition.assignments.get(department=stage.cast.support)
    for place in range(SUPPORTS_MAX - 1):
        unit = type(stage.cast.lead).objects.create(
            code=f"d{place}", short_name=f"局{place}", name=f"局{place}", level="city", region=stage.cast.city
        )
        Assignment.objects.create(
            petition=petition, department=unit, cycle=1, part="support", dispatched_at=row.dispatched_at
        )
    with pytest.raises(AlreadyDone, match="最多8个"):
        add_support(petition=petition, by=stage.cast.sun, department=stage.cast.fallback, now=stage.tick())


def test_a_support_that_is_removed_leaves_its_history_and_owes_nothing(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    order = issue_order(
        petition=petition, by=stage.cast.chen, department=stage.cast.support, text=REASON, now=stage.tick()
    )
    end(stage, petition)
    part = petition.assignments.get(department=stage.cast.support)
    assert part.ended_at == stage.now
    assert part.checked_in_at is not None
    own = Clock.objects.filter(petition=petition, department=stage.cast.support, stopped_at=stage.now)
    assert {(clock.promise, clock.stop_reason) for clock in own} == {
        (promise, "removed") for promise in ("contact", "support")
    }
    assert order.clocks.get().stop_reason == "removed"
    order.refresh_from_db()
    assert order.state == "closed"
    assert told(last_event(petition)) == {"zheng", "zhou", "wu"}
    assert petition not in Petition.objects.visible_to(stage.cast.zheng)
    assert petition.clocks.running().filter(department=stage.cast.lead).exists()
    CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())


@pytest.mark.parametrize("verb", ["remove_support", "waive_support"])
def test_ending_a_support_clears_no_breach_and_makes_none(verb: str, stage: Stage) -> None:
    early, late = stage.assigned(with_support=True), stage.assigned(with_support=True)
    end(stage, early, verb)
    stage.tick(timedelta(days=60))
    end(stage, late, verb)
    unit = stage.cast.support
    assert not any(clock.is_overdue(stage.now) for clock in early.clocks.filter(department=unit))
    assert [clock.is_overdue(stage.now) for clock in late.clocks.filter(department=unit)] == [True] * 3


def test_a_support_that_was_waived_is_not_waited_for(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    end(stage, petition, "waive_support")
    part = petition.assignments.get(department=stage.cast.support)
    assert (part.waived_at, part.waived_by, part.waived_why) == (stage.now, stage.cast.chen, REASON)
    assert (part.ended_at, part.is_open) == (None, False)
    assert part.clocks.get(promise="support").stop_reason == "waived"
    assert petition in Petition.objects.visible_to(stage.cast.zheng)
    assert not queries.queue(stage.cast.zheng).exists()
    with pytest.raises(AlreadyDone, match="免去"):
        CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    petition = CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    petition = CALLS["reopen"](stage, petition, stage.cast.lin, stage.tick())
    assert [row.part for row in petition.assignments.filter(cycle=2)] == ["lead"]


def test_who_still_owes_is_named_and_who_was_waived_is_not(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    add_support(petition=petition, by=stage.cast.sun, department=stage.cast.other_department, now=stage.tick())
    end(stage, petition, "waive_support")
    with pytest.raises(SupportsPending) as refusal:
        CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    assert refusal.value.departments == ["教体局"]


@pytest.mark.parametrize("verb", ["remove_support", "waive_support"])
def test_only_a_support_that_owes_its_answer_is_let_off(verb: str, stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    with pytest.raises(AlreadyDone, match="已经答复"):
        end(stage, petition, verb)
    again = stage.assigned(with_support=True)
    end(stage, again, verb)
    with pytest.raises(AlreadyDone):
        end(stage, again, verb)
    act = remove_support if verb == "remove_support" else waive_support
    with pytest.raises(InvalidInput, match="不是这件诉求的协办部门"):
        act(petition=again, by=stage.cast.chen, department=stage.cast.lead, reason=REASON, now=stage.tick())
    with pytest.raises(InvalidInput) as refusal:
        act(petition=again, by=stage.cast.chen, department=stage.cast.support, reason="短", now=stage.tick())
    assert set(refusal.value.fields) == {"reason"}
