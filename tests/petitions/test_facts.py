"""One fact for each department's part in a closed cycle, with everything as it was then; and nothing else ever."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.following_up import withdraw_petition
from petitions.handling import record_contact
from petitions.linking import link_petition
from petitions.models import Petition
from petitions.ratings.rating import rate_petition
from petitions.reopening import reopen_petition
from petitions.resolution import answer_support, resolve_petition
from petitions.supports import waive_support
from scores.models import CycleFact, FrozenMonth, ScoreFormula
from scores.policy import write_formula
from tests.cast import HOUR, Stage
from tests.moments import moment
from tests.petitions.ratings import LOW, lock, rate
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import stored

DAYS = timedelta(days=1)


def fact(petition: Petition, department: Any, **where: Any) -> CycleFact:
    return CycleFact.objects.get(petition_key=petition.pk, department=department, **where)


def in_time(one: CycleFact) -> tuple[bool | None, bool | None, bool | None]:
    return one.is_check_in_on_time, one.is_contact_on_time, one.is_answer_on_time


def contact(stage: Stage, petition: Petition) -> None:
    record_contact(petition=petition, by=stage.cast.zhou, way="phone", text="已通电话", now=stage.tick())


def test_a_rated_cycle_is_written_when_its_rating_is_locked_and_not_before(stage: Stage) -> None:
    petition = stage.checked_in()
    contact(stage, petition)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, petition, level=4, is_solved="partly")
    assert not CycleFact.objects.exists()
    lock(stage)
    one, part = fact(petition, stage.cast.lead), petition.assignments.get()
    assert (one.assignment_key, one.number, one.cycle, one.part) == (part.pk, petition.number, 1, "lead")
    assert (one.person, one.category, one.region) == (stage.cast.zhou, stage.cast.category, stage.cast.city)
    assert (one.kind, one.urgency, one.outcome, one.ending) == ("help", "normal", "solved", "rated")
    part.refresh_from_db()
    for name in ("dispatched_at", "checked_in_at", "contacted_at", "answered_at"):
        assert getattr(one, name) == getattr(part, name), name
    due = {clock.promise: clock.due_at for clock in petition.clocks.filter(assignment=part)}
    assert one.check_in_due_at == due["check_in"]
    assert one.contact_due_at == due["contact"]
    assert one.answer_due_at == due["resolve_department"]
    assert in_time(one) == (True, True, True)
    assert (one.level, one.is_solved, one.rated_at) == (4, "partly", part.rating.rated_at)
    assert (one.closed_at, one.month) == (part.rating.rated_at, date(2026, 9, 1))
    enterprise = stage.cast.enterprise
    assert (one.enterprise_size, one.enterprise_ownership) == (enterprise.size, enterprise.ownership)
    assert (one.enterprise_region, one.enterprise_founded_date) == (enterprise.region, enterprise.founded_date)


def test_what_changes_later_does_not_change_the_fact(stage: Stage) -> None:
    petition = stage.rated()
    lock(stage)
    before = CycleFact.objects.values().get()
    stage.cast.enterprise.size = "large" if stage.cast.enterprise.size != "large" else "micro"
    stage.cast.enterprise.save()
    Petition.objects.filter(pk=petition.pk).update(category=None, urgency="urgent")
    lock(stage)
    assert CycleFact.objects.values().get() == before


def test_a_lapsed_one_has_no_rating(stage: Stage) -> None:
    petition = stage.lapsed()
    one = fact(petition, stage.cast.lead)
    assert (one.ending, one.level, one.is_solved, one.closed_at) == ("lapsed", None, "", stage.now)


def test_one_that_starts_again_unrated_and_then_both(stage: Stage) -> None:
    petition = reopen_petition(petition=stage.resolved(), by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    assert (fact(petition, stage.cast.lead).ending, fact(petition, stage.cast.lead).closed_at) == (
        "reopened",
        stage.now,
    )
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, petition)
    lock(stage)
    facts = CycleFact.objects.filter(petition_key=petition.pk).order_by("cycle")
    assert list(facts.values_list("cycle", "ending")) == [(1, "reopened"), (2, "rated")]


def test_a_lapsed_one_that_starts_again_keeps_its_fact(stage: Stage) -> None:
    petition = reopen_petition(petition=stage.lapsed(), by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    assert (petition.state, petition.cycle, petition.closed_reason) == ("assigned", 2, "")
    assert fact(petition, stage.cast.lead).ending == "lapsed"


def test_each_department_has_its_own(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = stage.judgements(petition)
    low, good = stage.judgements(petition, **LOW), stage.judgements(petition)
    judgements = {lead: low[lead], support: good[support]}
    rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    lock(stage)
    assert fact(petition, stage.cast.lead).level == 2
    assert (fact(petition, stage.cast.support).level, fact(petition, stage.cast.support).part) == (5, "support")


def test_a_limit_that_was_broken_stays_broken_whenever_the_work_was_done(stage: Stage) -> None:
    petition = stage.assigned()
    stage.tick(10 * DAYS)
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, petition)
    lock(stage)
    assert in_time(fact(petition, stage.cast.lead)) == (False, False, False)


def test_an_answer_is_a_contact_where_there_was_none_before(stage: Stage) -> None:
    petition = stage.rated()
    lock(stage)
    one = fact(petition, stage.cast.lead)
    assert (one.contacted_at, one.is_contact_on_time) == (None, True)


@pytest.mark.parametrize(("waiting", "kept"), [(HOUR, (None, None, None)), (10 * DAYS, (False, False, False))])
def test_a_withdrawal_ends_limits_that_ran_but_none_that_were_over(
    stage: Stage, waiting: timedelta, kept: tuple[bool | None, ...]
) -> None:
    petition = stage.assigned()
    withdraw_petition(petition=petition, by=stage.cast.lin, reason="已自行解决", now=stage.tick(waiting))
    one = fact(petition, stage.cast.lead)
    assert (one.ending, one.outcome, in_time(one)) == ("withdrawn", "", kept)


def test_a_petition_that_no_department_had_is_nobodys_fact(stage: Stage) -> None:
    stage.withdrawn()
    assert not CycleFact.objects.exists()


def test_a_support_that_was_excused_owes_nothing_but_what_was_over(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    support, chen = stage.cast.support, stage.cast.chen
    waive_support(petition=petition, by=chen, department=support, reason="主办已一并答复", now=stage.tick())
    excused_at = stage.now
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, petition)
    lock(stage)
    one = fact(petition, support)
    assert (one.ending, one.level, one.closed_at, in_time(one)) == ("taken_back", None, excused_at, (True, None, None))


def test_the_limits_of_a_group_count_once_its_ratings_each(stage: Stage) -> None:
    parent = stage.checked_in()
    child = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    link_petition(petition=child, parent=parent, by=stage.cast.sun, now=stage.tick())
    resolve_petition(petition=parent, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, parent)
    rate(stage, stored(child), by=stage.cast.mallory, level=3)
    lock(stage)
    assert (in_time(fact(parent, stage.cast.lead)), fact(parent, stage.cast.lead).level) == ((True, True, True), 5)
    assert (in_time(fact(child, stage.cast.lead)), fact(child, stage.cast.lead).level) == ((None, None, None), 3)


@pytest.mark.parametrize(
    ("rated_at", "month"), [("2026-09-30 23:59:59", date(2026, 9, 1)), ("2026-10-01 00:00:00", date(2026, 10, 1))]
)
def test_a_fact_is_of_the_month_in_which_its_cycle_closed_here(stage: Stage, rated_at: str, month: date) -> None:
    stage.now = moment("2026-09-28 08:00:00")
    petition = stage.resolved()
    stage.now = moment(rated_at) - HOUR
    rate(stage, petition)
    lock(stage)
    assert CycleFact.objects.get().month == month


def test_what_comes_after_its_month_was_frozen_is_the_next_ones(stage: Stage) -> None:
    write_formula(ScoreFormula)
    petition = stage.rated()
    FrozenMonth.objects.create(
        month=date(2026, 9, 1),
        frozen_at=datetime.fromisoformat("2026-10-15T17:30:00+08:00"),
        frozen_by=stage.cast.system,
        formula=ScoreFormula.objects.get(),
        last_fact=0,
    )
    lock(stage)
    assert fact(petition, stage.cast.lead).month == date(2026, 10, 1)


def test_dispatching_again_in_the_same_cycle(stage: Stage) -> None:
    petition = sent_back(stage, stage.assigned())
    placement = Placement(lead=stage.cast.other_department)
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    check_in_department(petition=petition, by=stage.cast.feng, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.feng, answer=stage.answer(), now=stage.tick())
    rate(stage, petition)
    lock(stage)
    ended = fact(petition, stage.cast.lead)
    assert (ended.ending, ended.level, ended.answered_at, in_time(ended)) == ("taken_back", None, None, (None,) * 3)
    assert fact(petition, stage.cast.other_department).ending == "rated"


def test_a_supports_answer_stands_when_the_lead_is_changed(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())
    petition = sent_back(stage, petition)
    placement = Placement(lead=stage.cast.other_department, supports=[stage.cast.support])
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    check_in_department(petition=petition, by=stage.cast.feng, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.feng, answer=stage.answer(), now=stage.tick())
    rate(stage, petition)
    lock(stage)
    assert CycleFact.objects.filter(department=stage.cast.support).values_list("ending", "level").get() == ("rated", 5)
