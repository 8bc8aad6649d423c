"""A low rating is put right in the next cycle; the second time a supervisor decides. Source: domain §7."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from limits.models import Escalation
from limits.sweeping import sweep
from notices.models import Notice
from petitions.errors import WrongState
from petitions.linking import link_petition
from petitions.models import Clock, Petition, Rating, RatingReferral, SupervisionOrder
from petitions.ratings.rating import rate_petition
from petitions.ratings.rectification import judge_rating
from petitions.reopening import reopen_petition
from petitions.resolution import resolve_petition
from petitions.supervision.orders import issue_order, reply_order
from scores.models import CycleFact
from tests.cast import Stage
from tests.petitions.ratings import LOW, change, lock, put_right, rate, rated_low
from tests.petitions.verbs import kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

WHY = "部门已两次上门，付款方拒不履行"


def judge(stage: Stage, petition: Petition, *, is_again: bool | None, why: str = WHY, **changes: Any) -> Petition:
    by = changes.get("by", stage.cast.chen)
    return judge_rating(petition=petition, by=by, is_again=is_again, why=why, now=stage.tick())


def told(petition: Petition, kind: str) -> set[str]:
    notices = Notice.objects.filter(event__in=petition.events, event__kind=kind, channel="inbox")
    return set(notices.values_list("recipient__username", flat=True))


def rated_low_twice(stage: Stage) -> Petition:
    return rate(stage, put_right(stage, rated_low(stage)), **LOW)


def test_a_low_rating_starts_a_cycle_with_a_limit_of_five_working_days(stage: Stage) -> None:
    petition = stored(rated_low(stage))
    assert (petition.state, petition.cycle, petition.rated_at, petition.resolved_at) == ("assigned", 2, None, None)
    assert kinds(petition)[-2:] == ["rate", "rectify"]
    event = last_event(petition)
    assert (event.text, event.from_state, event.to_state, event.cycle) == (
        "办理太慢 · 拖了太久",
        "rated",
        "assigned",
        2,
    )
    clocks = {clock.promise: clock for clock in Clock.objects.running().filter(petition=petition)}
    assert set(clocks) == {"check_in", "contact", "rectify"}
    # Rated on Tuesday 15:00; Wednesday is the first day, the next Tuesday the fifth.
    assert f"{clocks['rectify'].due_at:%Y-%m-%d %H:%M %Z}" == "2026-09-15 09:30 UTC"


def test_the_departments_and_supervisors_are_told(stage: Stage) -> None:
    petition = rated_low(stage)
    assert told(petition, "rectify") == {"zhou", "wu", "chen"}


def test_the_lead_and_only_the_blamed_supports_put_it_right(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = stage.judgements(petition)
    for blamed, parts in ((lead, ["lead"]), (support, ["lead", "support"])):
        with transaction.atomic():
            good = stage.judgements(petition)
            low = {key: stage.judgements(petition, **LOW)[key] if key == blamed else good[key] for key in good}
            after = rate_petition(petition=petition, by=stage.cast.lin, judgements=low, now=stage.now)
            assert list(after.assignments.filter(cycle=2).values_list("part", flat=True)) == parts
            kinds_of_support = Clock.objects.filter(petition=petition, cycle=2, assignment__part="support")
            assert set(kinds_of_support.values_list("promise", flat=True)) <= {"check_in", "contact", "rectify"}
            transaction.set_rollback(True)


def test_both_ratings_stay(stage: Stage) -> None:
    petition = rate(stage, put_right(stage, rated_low(stage)), level=4)
    assert stored(petition).state == "rated"
    ratings = Rating.objects.filter(assignment__petition=petition).order_by("assignment__cycle")
    assert [(one.assignment.cycle, one.level) for one in ratings] == [(1, 2), (2, 4)]
    lock(stage)
    facts = CycleFact.objects.filter(petition_key=petition.pk).order_by("cycle")
    assert list(facts.values_list("cycle", "level", "ending")) == [(1, 2, "rated"), (2, 4, "rated")]


def test_a_group_goes_on_without_the_one_that_is_put_right(stage: Stage) -> None:
    parent = stage.checked_in()
    child = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    link_petition(petition=child, parent=parent, by=stage.cast.sun, now=stage.tick())
    resolve_petition(petition=parent, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, stored(child), by=stage.cast.mallory, **LOW)
    child, parent = stored(child), stored(parent)
    assert (child.state, child.cycle, child.parent) == ("assigned", 2, None)
    assert (parent.state, parent.cycle) == ("resolved", 1)
    assert set(Clock.objects.running().filter(petition=child).values_list("promise", flat=True)) == {
        *("check_in", "contact", "rectify")
    }


def test_a_second_low_rating_goes_to_a_supervisor(stage: Stage) -> None:
    petition = rated_low_twice(stage)
    assert (stored(petition).state, petition.cycle, kinds(petition)[-1]) == ("rated", 2, "refer_rating")
    assert told(petition, "refer_rating") == {"chen"}
    assert RatingReferral.objects.get().decision == "pending"
    with pytest.raises(AlreadyDone, match="转督查员"):
        reopen_petition(petition=petition, by=stage.cast.lin, reason="还是没有解决", now=stage.tick())


def test_the_supervisor_asks_for_another_rectification(stage: Stage) -> None:
    petition = judge(stage, rated_low_twice(stage), is_again=True)
    assert (petition.state, petition.cycle, kinds(petition)[-2:]) == ("assigned", 3, ["judge_rating", "rectify"])
    assert last_event(petition).text == WHY
    assert "rectify" in Clock.objects.running().filter(petition=petition).values_list("promise", flat=True)
    # A third low one goes to the supervisor again.
    assert kinds(rate(stage, put_right(stage, petition), **LOW))[-1] == "refer_rating"
    assert RatingReferral.objects.count() == 2


def test_or_leaves_it_at_that_with_a_reason_everybody_reads(stage: Stage) -> None:
    petition = judge(stage, rated_low_twice(stage), is_again=False)
    assert (petition.state, petition.cycle) == ("rated", 2)
    event = last_event(petition)
    assert (event.kind, event.text, event.is_public) == ("judge_rating", WHY, True)
    assert told(petition, "judge_rating") == {"zhou", "wu", "lin"}
    assert CycleFact.objects.get(petition_key=petition.pk, cycle=2).level == 2
    with pytest.raises(AlreadyDone, match="没有待处理"):
        judge(stage, petition, is_again=True)


def test_what_the_supervisor_decided_on_is_no_longer_changed(stage: Stage) -> None:
    petition = judge(stage, rated_low_twice(stage), is_again=False)
    with pytest.raises(AlreadyDone, match="锁定"):
        change(stage, petition)


@pytest.mark.parametrize(
    ("is_again", "why", "fields"),
    [
        (None, WHY, {"is_again": "请选择一项。"}),
        (True, " ", {"why": "请填写这一项。"}),
        (False, "好的", {"why": "请至少写4个字，现在是2个。"}),
    ],
)
def test_a_decision_needs_a_choice_and_a_reason(stage: Stage, is_again: bool | None, why: str, fields: Any) -> None:
    petition = rated_low_twice(stage)
    with pytest.raises(InvalidInput) as refusal:
        judge(stage, petition, is_again=is_again, why=why)
    assert refusal.value.fields == fields


def test_only_a_supervisor_decides_and_only_on_what_is_referred(stage: Stage) -> None:
    petition = rated_low_twice(stage)
    for name in ("lin", "zhou", "wu", "sun", "wei"):
        with pytest.raises(NotPermitted):
            judge(stage, petition, is_again=False, by=getattr(stage.cast, name))
    with pytest.raises(AlreadyDone):
        judge(stage, stage.rated(), is_again=False)
    with pytest.raises(WrongState):
        judge(stage, stage.resolved(), is_again=False)


def test_a_rating_changed_for_the_better_takes_the_rectification_back(stage: Stage) -> None:
    petition = rated_low(stage)
    before = stored(petition).assignments.get(cycle=1)
    petition = stored(change(stage, petition))
    rating = Rating.objects.get()
    assert (petition.state, petition.cycle, rating.level) == ("rated", 1, 5)
    assert (petition.assigned_at, petition.resolved_at, petition.rated_at) == (
        before.dispatched_at,
        before.answered_at,
        rating.rated_at,
    )
    assert kinds(petition)[-2:] == ["change_rating", "cancel_rectify"]
    assert not Clock.objects.running().filter(petition=petition).exists()
    assert petition.assignments.live().count() == 1
    lock(stage)
    assert list(CycleFact.objects.values_list("cycle", "level", "ending")) == [(1, 5, "rated")]


def test_it_may_be_rated_low_again_after_that(stage: Stage) -> None:
    petition = change(stage, change(stage, rated_low(stage)), **LOW)
    assert (stored(petition).state, petition.cycle) == ("assigned", 2)
    assert petition.assignments.live().filter(cycle=2).count() == 1


def test_a_referral_ends_when_the_rating_is_changed_for_the_better(stage: Stage) -> None:
    petition = change(stage, rated_low_twice(stage))
    referral = RatingReferral.objects.get()
    assert (petition.state, referral.decision, referral.decided_by) == ("rated", "dropped", stage.cast.lin)


def test_what_the_departments_have_answered_is_not_taken_back(stage: Stage) -> None:
    petition = put_right(stage, rated_low(stage))
    with pytest.raises(WrongState):
        change(stage, petition)
    assert Rating.objects.get().level == 2


def test_the_database_refuses_the_edge_in_the_first_cycle(stage: Stage) -> None:
    petition = stage.checked_in()
    with pytest.raises(DatabaseError, match="no edge"), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(
            state="rated", rated_at=stage.now, resolved_at=stage.now + timedelta(hours=1)
        )


def ordered(stage: Stage, petition: Petition) -> SupervisionOrder:
    lead, by = stage.cast.lead, stage.cast.chen
    return issue_order(petition=petition, by=by, department=lead, text="请说明原因", now=stage.tick())


def test_an_order_about_it_ends_with_it_and_climbs_no_further(stage: Stage) -> None:
    petition = rated_low(stage)
    order = ordered(stage, petition)
    petition = change(stage, petition)
    order.refresh_from_db()
    assert (order.state, petition.state) == ("closed", "rated")
    assert not Clock.objects.running().filter(petition=petition).exists()
    before = Escalation.objects.count()
    sweep(now=stage.tick(timedelta(days=60)))
    assert Escalation.objects.count() == before


def test_an_order_that_was_replied_to_late_gets_no_card_for_what_was_taken_back(stage: Stage) -> None:
    petition = rated_low(stage)
    order = ordered(stage, petition)
    order.clocks.update(alarm_times=[stage.now], alarm_levels=[2], next_alarm_at=stage.now)
    reply_order(order=order, by=stage.cast.zhou, text="已安排专人办理", now=stage.tick())
    change(stage, petition)
    assert order.clocks.get().next_alarm_at is None
    sweep(now=stage.now)
    assert not Escalation.objects.filter(promise="order").exists()


def test_an_order_of_the_cycle_before_is_still_replied_to(stage: Stage) -> None:
    petition = stage.checked_in()
    order = ordered(stage, petition)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    change(stage, rate(stage, petition, **LOW))
    order.refresh_from_db()
    assert order.state == "issued"
    assert order.clocks.running().get()
