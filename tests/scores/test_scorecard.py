"""A month's scorecards from its facts: what is counted, what is not, in how many statements."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from scores.models import AppealReason, CycleFact, Ending, ScoreFormula
from scores.policy import FORMULA
from scores.scorecard import counted, formula_of, live_month, month_of, trend
from scores.scoring import Counts, Rate
from tests.cast import Cast
from tests.scores.facts import OCTOBER, SEPTEMBER, accepted, counted_one_by_one, fact, facts, unsaved


def own(cast: Cast) -> Counts:
    """The counts of the cast's lead in September."""
    return counted([SEPTEMBER])[SEPTEMBER, cast.lead.pk]


def test_a_fact_of_each_ending_is_a_cycle(cast: Cast) -> None:
    for ending, number in zip(Ending.values, range(1, 6), strict=True):
        facts(number, cast.lead, ending=ending)
    counts = own(cast)
    assert counts.cycles == 15  # 1 + 2 + 3 + 4 + 5
    assert [getattr(counts, ending) for ending in Ending.values] == [1, 2, 3, 4, 5]
    # One rating; the two that lapsed are in neither denominator, the three started again in one of them.
    assert (counts.satisfaction, counts.resolution) == (Rate(1, 1), Rate(1, 4))


def test_what_the_department_says_of_itself_never_counts(cast: Cast) -> None:
    fact(cast.lead, outcome="solved", is_solved="no", level=1)
    fact(cast.lead, outcome="unsolvable", is_solved="yes", level=3)
    fact(cast.lead, outcome="solved", is_solved="partly", level=2)
    counts = own(cast)
    assert (counts.resolution, counts.partly, counts.satisfaction) == (Rate(1, 3), 1, Rate(1, 3))
    assert counts.levels == (1, 1, 1, 0, 0)


RESPONSES = [
    # check-in, contact → is it asked, is it met
    (True, True, 1, 1),
    (True, None, 1, 1),
    (None, True, 1, 1),
    (False, True, 1, 0),
    (True, False, 1, 0),
    (False, None, 1, 0),
    (None, False, 1, 0),
    (None, None, 0, 0),
]


@pytest.mark.parametrize(("check_in", "contact", "of", "met"), RESPONSES)
def test_response_asks_for_every_limit_there_was(
    cast: Cast, check_in: bool | None, contact: bool | None, of: int, met: int
) -> None:
    fact(cast.lead, is_check_in_on_time=check_in, is_contact_on_time=contact, is_answer_on_time=False)
    counts = own(cast)
    assert counts.response == Rate(met, of)
    assert counts.check_in == Rate(int(check_in is True), int(check_in is not None))
    assert counts.contact == Rate(int(contact is True), int(contact is not None))
    assert counts.answer == Rate(0, 1)


def test_an_accepted_appeal_takes_out_the_fact_or_its_rating(cast: Cast) -> None:
    facts(2, cast.lead)
    accepted(fact(cast.lead, level=1, is_solved="no"), AppealReason.MISTAKEN, cast.chen)
    accepted(fact(cast.lead, level=1, is_solved="no"), AppealReason.MALICIOUS, cast.chen)
    accepted(fact(cast.lead, level=1, is_solved="no"), AppealReason.NOT_RESPONSIBLE, cast.chen)
    accepted(fact(cast.lead, ending="lapsed"), AppealReason.BEYOND_CONTROL, cast.chen)
    counts = own(cast)
    assert (counts.cycles, counts.excluded, counts.excluded_ratings) == (4, 2, 2)
    assert (counts.rated, counts.lapsed) == (4, 0)
    assert (counts.response, counts.satisfaction, counts.resolution) == (Rate(4, 4), Rate(2, 2), Rate(2, 2))


def test_a_month_has_everybody_in_it_and_nobody_elses_facts(cast: Cast) -> None:
    """Three departments: scores computed by hand."""
    facts(4, cast.lead)
    facts(4, cast.lead, is_check_in_on_time=False, level=2, is_solved="no")
    facts(5, cast.support, is_solved="partly", level=3)
    facts(3, cast.other_department, level=1, is_solved="no")  # too few to be ranked
    facts(9, cast.support, month=OCTOBER, level=1, is_solved="no")
    month = live_month(SEPTEMBER)
    assert (month.city.response, month.city.resolution, month.city.satisfaction) == (
        Rate(12, 16),
        Rate(4, 16),
        Rate(9, 16),
    )
    # lead: (4+7.5)/18, (4+2.5)/18, (4+5.625)/18 → (30·11.5 + 35·6.5 + 35·9.625)/18 = 909.375/18 = 50.5208…
    # support: (5+7.5)/15, (0+2.5)/15, (5+5.625)/15 → (30·12.5 + 35·2.5 + 35·10.625)/15 = 834.375/15 = 55.625
    assert [(card.department, card.score, card.rank) for card in month.cards] == [
        (cast.support, Decimal("55.625"), 1),
        (cast.lead, Decimal("50.521"), 2),
        (cast.other_department, None, None),
    ]


def test_a_month_without_facts_has_no_cards(cast: Cast) -> None:
    month = month_of(SEPTEMBER)
    assert (month.cards, month.city, month.frozen_at) == ((), Counts(), None)


def test_the_formula_is_the_newest_valid_on_the_first_day(cast: Cast) -> None:
    for version, valid_from in ((2, date(2026, 9, 1)), (3, date(2026, 10, 1))):
        ScoreFormula.objects.create(**(FORMULA | {"version": version, "valid_from": valid_from}))
    months = [date(2026, 8, 1), SEPTEMBER, OCTOBER, date(2027, 1, 1)]
    assert [formula_of(month).version for month in months] == [1, 2, 3, 3]


def test_the_number_of_statements_does_not_grow(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for department in (cast.lead, cast.support, cast.fallback, cast.branch):
        facts(6, department)
        facts(6, department, month=OCTOBER)
    with django_assert_num_queries(3):
        live_month(SEPTEMBER)
    with django_assert_num_queries(4):
        month_of(SEPTEMBER)
    with django_assert_num_queries(3):
        assert len(trend(cast.lead, last=OCTOBER, months=24)) == 24


def test_a_trend_goes_over_the_end_of_a_year_and_has_no_holes(cast: Cast) -> None:
    facts(6, cast.lead, month=date(2025, 12, 1))
    facts(6, cast.support, month=date(2026, 1, 1))
    cards = trend(cast.lead, last=date(2026, 2, 1), months=3)
    assert [card.month for card in cards] == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert [(card.counts.cycles, card.rank) for card in cards] == [(6, 1), (0, None), (0, None)]
    assert cards[0] == live_month(date(2025, 12, 1)).cards[0]


# ---- whatever the facts are -----------------------------------------------------------------------------------------

KEPT = st.sampled_from([None, True, False])
RATED = st.fixed_dictionaries(
    {"ending": st.just("rated"), "level": st.integers(1, 5), "is_solved": st.sampled_from(["yes", "partly", "no"])}
)
UNRATED = st.fixed_dictionaries({"ending": st.sampled_from(["lapsed", "reopened", "withdrawn", "taken_back"])})
LIMITS = st.fixed_dictionaries({f"is_{limit}_on_time": KEPT for limit in ("check_in", "contact", "answer")})
# What a fact says, whose it is, and why an accepted appeal takes it out, if one does.
ROWS = st.lists(
    st.tuples(
        st.one_of(RATED, UNRATED), LIMITS, st.integers(0, 2), st.sampled_from(["", "", "", *AppealReason.values])
    ),
    max_size=30,
)
a_few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Row = tuple[dict[str, object], dict[str, object], int, str]


def written(cast: Cast, rows: list[Row]) -> list[tuple[CycleFact, str]]:
    units = (cast.lead, cast.support, cast.other_department)
    made = [(unsaved(units[whose], **what, **limits), reason) for what, limits, whose, reason in rows]
    CycleFact.objects.bulk_create(row for row, _reason in made)
    for row, reason in made:
        if reason:
            accepted(row, reason, cast.chen)
    return made


@a_few
@given(ROWS)
def test_one_statement_counts_what_is_counted_one_by_one(cast: Cast, rows: list[Row]) -> None:
    with transaction.atomic():
        made = written(cast, rows)
        assert {key: counts for (_month, key), counts in counted([SEPTEMBER]).items()} == counted_one_by_one(made)
        transaction.set_rollback(True)


@a_few
@given(ROWS, st.integers())
def test_the_order_of_the_facts_does_not_matter(cast: Cast, rows: list[Row], seed: int) -> None:
    months = []
    for order in (rows, random.Random(seed).sample(rows, len(rows))):
        with transaction.atomic():
            written(cast, order)
            months.append(live_month(SEPTEMBER))
            transaction.set_rollback(True)
    assert months[0] == months[1]


@a_few
@given(ROWS.filter(bool), ROWS)
def test_an_excluded_fact_changes_nothing_but_their_number(cast: Cast, rows: list[Row], more: list[Row]) -> None:
    with transaction.atomic():
        written(cast, rows)
        before = {card.department: card for card in live_month(SEPTEMBER).cards}
        written(cast, [(what, limits, whose, "not_responsible") for what, limits, whose, _reason in more])
        for card in live_month(SEPTEMBER).cards:
            old = before.get(card.department)
            stayed = old.counts if old else Counts()
            assert card.counts == replace(stayed, excluded=card.counts.excluded)
            assert (card.score, card.rank) == ((old.score, old.rank) if old else (None, None))
        transaction.set_rollback(True)
