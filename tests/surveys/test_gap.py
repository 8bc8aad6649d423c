"""The gap by hand-computed numbers, the table of t by numerical integration, and both from the database."""

from math import exp, lgamma, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.calling import Attempt
from surveys.gap import STUDENT_T, Sampled, gaps, paired_gap, quantile, satisfaction
from tests.cast import Stage
from tests.surveys.steps import NO_ANSWER, drawn, tried

NEAR = 0.0005


def test_a_gap_by_hand() -> None:
    """Differences 0, 1, 2, 1: mean 1, standard deviation √(2/3) = 0.8165; t(3) = 3.182, so 3.182 · 0.8165 / 2."""
    found = paired_gap([(5, 5), (5, 4), (4, 2), (3, 2)])
    assert (found.pairs, found.own, found.survey, found.gap) == (4, 4.25, 3.25, 1.0)
    assert found.half_width == pytest.approx(1.2991, abs=NEAR)
    assert found.interval == pytest.approx((-0.2991, 2.2991), abs=NEAR)
    assert not found.is_clear


def test_thirty_pairs_go_beyond_the_table() -> None:
    """15 differences of 1 and 15 of 0: mean 0.5, s = √(7.5 / 29) = 0.5085; t(29) = 2.045, so 2.045 · 0.5085 / √30."""
    found = paired_gap([(5, 4)] * 15 + [(4, 4)] * 15)
    assert found.interval == pytest.approx((0.3101, 0.6899), abs=NEAR)
    assert found.is_clear


def test_the_same_difference_every_time_has_no_interval() -> None:
    found = paired_gap([(5, 4), (4, 3), (3, 2)])
    assert (found.gap, found.half_width, found.interval, found.is_clear) == (1.0, None, None, False)


def test_one_pair_has_no_interval_and_none_has_nothing() -> None:
    one, none = paired_gap([(5, 3)]), paired_gap([])
    assert (one.gap, one.half_width, one.interval, one.is_clear) == (2.0, None, None, False)
    assert (none.pairs, none.own, none.gap, none.interval) == (0, None, None, None)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=80))
def test_swapping_the_ratings_turns_the_gap_round(pairs: list[tuple[int, int]]) -> None:
    found, turned = paired_gap(pairs), paired_gap([(survey, own) for own, survey in pairs])
    assert (found.own, found.survey) == (turned.survey, turned.own)
    assert found.gap == pytest.approx(-turned.gap)  # type: ignore[operator]
    assert found.half_width == pytest.approx(turned.half_width)


def within(bound: float, freedom: int, steps: int = 20_000) -> float:
    """The probability that |T| stays within the bound, by Simpson's rule over the density."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    width = 2 * bound / steps
    points = [(1 + (place * width - bound) ** 2 / freedom) ** (-(freedom + 1) / 2) for place in range(steps + 1)]
    return scale * width / 3 * (points[0] + points[-1] + 4 * sum(points[1:-1:2]) + 2 * sum(points[2:-1:2]))


@pytest.mark.parametrize("freedom", [*range(1, 40), 60, 120, 400])
def test_the_quantiles_are_students(freedom: int) -> None:
    """Rounded to three places, so 95 % lies between the value half a thousandth below and above."""
    value = quantile(freedom)
    assert within(value - NEAR, freedom) - 1e-6 < 0.95 < within(value + NEAR, freedom) + 1e-6


def test_the_quantiles_fall_where_the_table_ends() -> None:
    assert len(STUDENT_T) == 28
    values = [quantile(freedom) for freedom in range(1, 60)]
    assert values == sorted(values, reverse=True)


def test_the_satisfaction_rate_is_weighted_back_to_the_population() -> None:
    """80 · 3/4 + 10 · 1/2 + 10 · 0/2 = 65 of 100; unweighted it would be 4 of 8."""
    found = satisfaction([Sampled(80, 4, 3), Sampled(10, 2, 1), Sampled(10, 2, 0)])
    assert (found.satisfied, found.reached) == (4, 8)
    assert found.percent == pytest.approx(65)
    assert found.coverage_percent == pytest.approx(100)


def test_a_stratum_in_which_nobody_was_reached_is_left_out_and_told() -> None:
    """80 · 3/4 + 10 · 1/2 = 65 of the 90 that are covered."""
    found = satisfaction([Sampled(80, 4, 3), Sampled(10, 2, 1), Sampled(10)])
    assert found.rate == pytest.approx(65 / 90)
    assert found.coverage == pytest.approx(0.9)
    nothing = satisfaction([Sampled(10)])
    assert (nothing.rate, nothing.percent, nothing.coverage) == (None, None, 0.0)


def test_the_gap_of_a_month(stage: Stage) -> None:
    """Rated 5, 5, 1, lapsed; told 4, 5, 2 and 3: differences 1, 0, −1; satisfied fair 2/2, low 0/1, lapsed 1/1."""
    survey = drawn(stage, 5, 5, 1, None)
    told = {"fair": [4, 5], "low": [2], "lapsed": [3]}
    for call in survey.calls.all():
        level = told[call.stratum].pop()
        tried(stage, call, NO_ANSWER, Attempt(result="reached", level=level, is_solved="partly"))
    city, department = gaps(survey)
    assert (city.department, department.department) == (None, stage.cast.lead)
    for row in (city, department):
        assert (row.ratings.pairs, row.ratings.gap) == (3, 0.0)
        assert row.ratings.own == pytest.approx(11 / 3)
        assert row.ratings.half_width == pytest.approx(4.303 / sqrt(3), abs=NEAR)
        assert row.satisfaction.rate == pytest.approx((2 + 0 + 1) / 4)
        assert (row.satisfaction.satisfied, row.satisfaction.reached) == (3, 4)


def test_before_anybody_was_reached_there_is_no_gap(stage: Stage) -> None:
    survey = drawn(stage, 5, None)
    tried(stage, survey.calls.all()[0], NO_ANSWER)
    for row in gaps(survey):
        assert (row.ratings.pairs, row.satisfaction.rate) == (0, None)
