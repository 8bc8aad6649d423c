"""Drawing: who may and when, the frame, the strata, the order that anybody can compute again, once a month."""

from collections import Counter
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse

from petitions.check_in import check_in_department
from petitions.ratings.rating import rate_petition
from petitions.ratings.window import lock_due_ratings
from petitions.resolution import resolve_petition
from scores.models import CycleFact
from surveys.models import SampleRule, Survey, SurveyCall
from surveys.sampling import draw_due_sample, draw_sample, frame, in_order, ready_at, sizes
from tests.cast import Stage, person
from tests.moments import SHANGHAI
from tests.surveys.steps import MONTH, drawn, month_of, rated
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def sampled(survey: Survey) -> list[str]:
    return list(survey.calls.order_by("place").values_list("fact__number", flat=True))


def test_the_frame_is_the_leads_facts_that_ended_rated_or_lapsed(stage: Stage) -> None:
    stage.withdrawn()
    rated(stage, 5, with_support=True)
    month_of(stage, None)
    assert sorted(frame(MONTH).values_list("part", "ending")) == [("lead", "lapsed"), ("lead", "rated")]
    assert CycleFact.objects.count() == 3  # the support's, too


def test_a_petition_is_in_the_frame_once_with_its_last_cycle(stage: Stage) -> None:
    petition = rated(stage, 1)
    again = stage.tick(timedelta(hours=13))
    lock_due_ratings(now=again)
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    petition = resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate_petition(petition=petition, by=stage.cast.lin, judgements=stage.judgements(petition), now=stage.tick())
    lock_due_ratings(now=stage.tick(timedelta(days=1)))
    assert CycleFact.objects.count() == 2
    assert list(frame(MONTH).values_list("cycle", "level")) == [(2, 5)]


def test_strata_are_departments_by_how_they_were_rated(stage: Stage) -> None:
    survey = drawn(stage, 5, 3, 2, 1, None)
    lead = stage.cast.lead.pk
    assert survey.population == 5
    assert survey.strata == [
        {"department": lead, "stratum": "fair", "population": 2, "drawn": 2},
        {"department": lead, "stratum": "lapsed", "population": 1, "drawn": 1},
        {"department": lead, "stratum": "low", "population": 2, "drawn": 2},
    ]
    assert sorted(survey.calls.values_list("stratum", "fact__level")) == [
        ("fair", 3),
        ("fair", 5),
        ("lapsed", None),
        ("low", 1),
        ("low", 2),
    ]


def test_the_rule_sizes_the_sample_by_hand() -> None:
    """25 % of 56 is 14, floors of 1 take 4 of them; the other 10 are shared among the 39, 3, 9, 1 that are left,
    exactly 7.50, 0.58, 1.73, 0.19: the two over go to 1.73 and 0.58."""
    held = {(1, "low"): 10, (1, "fair"): 40, (2, "fair"): 2, (1, "lapsed"): 4}
    rule = SampleRule(share_percent=25, least_per_stratum=1, most=400)
    assert sizes(held, rule) == {(1, "fair"): 8, (1, "lapsed"): 2, (1, "low"): 3, (2, "fair"): 1}


def test_anybody_can_draw_it_again(stage: Stage) -> None:
    """The algorithm of ADR 0022, outside the database."""
    SampleRule.objects.update(least_per_stratum=2)
    survey = drawn(stage, *[5] * 6, *[1] * 4, seed="摇号 2026")
    facts = {fact.number: fact for fact in frame(MONTH)}
    order = sorted(facts, key=lambda number: sha256(f"摇号 2026:{number}".encode()).hexdigest())
    taken: Counter[bool] = Counter()
    expected = []
    for number in order:
        is_low = facts[number].level == 1
        if taken[is_low] < 2:
            taken[is_low] += 1
            expected.append(number)
    assert sampled(survey) == expected


def test_the_same_seed_gives_the_same_sample_and_another_one_another(stage: Stage) -> None:
    SampleRule.objects.update(least_per_stratum=1)
    month_of(stage, *[5] * 12)
    first = list(in_order(MONTH, "一"))
    assert first == list(in_order(MONTH, "一"))
    assert first != list(in_order(MONTH, "二"))
    assert set(first) == set(in_order(MONTH, "二"))


def test_a_seed_is_made_up_and_kept(stage: Stage) -> None:
    month_of(stage, 5)
    survey = draw_sample(month=MONTH, by=stage.cast.chen, now=stage.now)
    assert len(survey.seed) == 16
    assert survey.drawn_by == stage.cast.chen


def test_calls_go_to_the_evaluators_in_turn(stage: Stage) -> None:
    second = person("shi", "史测评", "evaluator")
    person("both", "两职", "evaluator", "handler")
    person("inside", "在职", "evaluator", department=stage.cast.lead)
    person("gone", "离职", "evaluator", is_active=False)
    survey = drawn(stage, 5, 4, 3, 1, None)
    assert list(survey.calls.order_by("place").values_list("evaluator", flat=True)) == [
        stage.cast.chu.pk,
        second.pk,
        stage.cast.chu.pk,
        second.pk,
        stage.cast.chu.pk,
    ]


def test_without_evaluators_the_calls_wait(stage: Stage) -> None:
    stage.cast.chu.is_active = False
    stage.cast.chu.save()
    assert list(drawn(stage, 5).calls.values_list("evaluator", flat=True)) == [None]


def test_a_month_is_drawn_once(stage: Stage) -> None:
    survey = drawn(stage, 5, 1)
    with pytest.raises(AlreadyDone):
        draw_sample(month=MONTH, by=stage.cast.chen, now=stage.now, seed="又一个")
    assert Survey.objects.get().seed == survey.seed
    assert SurveyCall.objects.count() == 2


@pytest.mark.parametrize("name", ["zhou", "wu", "chu", "wei", "sun", "lin", "sysadmin"])
def test_only_a_supervisor_or_the_system_draws(name: str, stage: Stage) -> None:
    month_of(stage, 5)
    with pytest.raises(NotPermitted):
        draw_sample(month=MONTH, by=getattr(stage.cast, name), now=stage.now)


def test_a_month_is_ready_a_day_after_its_end(stage: Stage) -> None:
    assert ready_at(MONTH) == datetime(2026, 10, 2, tzinfo=SHANGHAI)
    assert ready_at(date(2026, 12, 1)) == datetime(2027, 1, 2, tzinfo=SHANGHAI)
    month_of(stage, 5)
    early = ready_at(MONTH) - timedelta(seconds=1)
    with pytest.raises(InvalidInput) as refusal:
        draw_sample(month=MONTH, by=stage.cast.chen, now=early)
    assert set(refusal.value.fields) == {"month"}
    assert draw_due_sample(now=early) == 0
    assert draw_due_sample(now=ready_at(MONTH)) == 1
    assert Survey.objects.get().drawn_by == stage.cast.system
    assert draw_due_sample(now=ready_at(MONTH)) == 0  # again


@pytest.mark.parametrize("month", [date(2026, 9, 2), date(2026, 8, 1)])
def test_no_month_or_an_empty_one_is_refused(month: date, stage: Stage) -> None:
    month_of(stage, 5)
    with pytest.raises(InvalidInput):
        draw_sample(month=month, by=stage.cast.chen, now=stage.now)
    assert not Survey.objects.exists()
    assert draw_due_sample(now=datetime(2026, 9, 20, tzinfo=SHANGHAI)) == 0


def test_a_seed_has_an_end(stage: Stage) -> None:
    month_of(stage, 5)
    with pytest.raises(InvalidInput) as refusal:
        draw_sample(month=MONTH, by=stage.cast.chen, now=stage.now, seed="长" * 41)
    assert set(refusal.value.fields) == {"seed"}


def test_a_month_is_drawn_by_the_newest_rule_that_was_valid(stage: Stage) -> None:
    newer = {"share_percent": 50, "least_per_stratum": 0, "most": 1, "most_attempts": 2, "basis": "试点"}
    used = SampleRule.objects.create(valid_from=MONTH, **newer)
    SampleRule.objects.create(valid_from=date(2026, 10, 1), **newer)
    survey = drawn(stage, 5, 5, 5)
    assert (survey.rule, survey.calls.count()) == (used, 1)


def test_without_a_rule_nothing_is_drawn(stage: Stage) -> None:
    month_of(stage, 5)
    SampleRule.objects.update(valid_from=date(2026, 10, 1))
    with pytest.raises(InvalidInput) as refusal:
        draw_sample(month=MONTH, by=stage.cast.chen, now=stage.now)
    assert set(refusal.value.fields) == {"month"}


def test_a_rule_that_was_used_stays_as_it_is(stage: Stage, client: Client) -> None:
    rule = SampleRule.objects.get()
    page = reverse("admin:surveys_samplerule_change", args=[rule.pk])
    stage.cast.sysadmin.is_staff = True
    stage.cast.sysadmin.save()
    client.force_login(stage.cast.sysadmin)
    assert b'name="share_percent"' in client.get(page).content
    drawn(stage, 5)
    assert b'name="share_percent"' not in client.get(page).content
    assert client.post(page, {"share_percent": 50}).status_code == 403
