"""The arithmetic of scores against numbers computed by hand; each comment says how."""

from dataclasses import fields
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scores.models import ScoreFormula
from scores.policy import FORMULA
from scores.scoring import Counts, Rate, pooled, score_of, shrunk, standings


def formula(**changes: object) -> ScoreFormula:
    return ScoreFormula(**(FORMULA | changes))


# ---- rates ----------------------------------------------------------------------------------------------------------

WILSON = [
    # z² = 3.841459; centre (k + z²/2) / (n + z²), half width z·√(k(n−k)/n + z²/4) / (n + z²).
    # 8 of 10: 9.920729/13.841459 = 0.716740; 1.959964·√(1.6 + 0.960365)/13.841459 = 0.226577
    (8, 10, 0.490162, 0.943318),
    # 0 of 10: the lower end is 0; the upper one z²/(n + z²) = 3.841459/13.841459
    (0, 10, 0.0, 0.277533),
    # 10 of 10: the mirror of it
    (10, 10, 0.722467, 1.0),
    # 1 of 1: n/(n + z²) = 1/4.841459
    (1, 1, 0.206549, 1.0),
    # 50 of 100: 1.959964·√(25 + 0.960365)/103.841459 = 0.096168 around 0.5
    (50, 100, 0.403832, 0.596168),
]


@pytest.mark.parametrize(("met", "of", "low", "high"), WILSON)
def test_the_interval_is_wilsons(met: int, of: int, low: float, high: float) -> None:
    rate = Rate(met, of)
    assert rate.share == met / of
    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def test_nothing_of_nothing_has_no_share() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).low, Rate(0, 0).high) == (None, None, None)


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_lies_in_0_to_1_around_the_share(pair: tuple[int, int]) -> None:
    rate = Rate(*pair)
    assert rate.low is not None
    assert rate.share is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.share <= rate.high <= 1
    assert rate.low < rate.high


def test_counts_make_their_rates() -> None:
    counts = Counts(
        reopened=3,
        response_of=9,
        response_met=7,
        check_in_of=8,
        check_in_met=6,
        contact_of=5,
        contact_met=4,
        answer_of=7,
        answer_met=2,
        solved=6,
        partly=2,
        level_1=1,
        level_2=2,
        level_3=1,
        level_4=2,
        level_5=4,
    )
    assert counts.ratings == 10  # 1 + 2 + 1 + 2 + 4
    assert counts.response == Rate(7, 9)
    assert counts.resolution == Rate(6, 13)  # 6 solved of 10 ratings and 3 started again; partly is not solved
    assert counts.satisfaction == Rate(7, 10)  # 1 + 2 + 4
    assert (counts.check_in, counts.contact, counts.answer) == (Rate(6, 8), Rate(4, 5), Rate(2, 7))


# ---- shrinkage ------------------------------------------------------------------------------------------------------

SHRUNK = [
    # k of n and m cycles at the city's mean p: k + m·p, of n + m
    (Rate(1, 1), Rate(60, 100), 10, Fraction(7, 11)),  # (1 + 10·0.6) / 11
    (Rate(90, 100), Rate(60, 100), 10, Fraction(96, 110)),  # (90 + 6) / 110
    (Rate(0, 0), Rate(60, 100), 10, Fraction(6, 10)),  # nothing of one's own: the city's
    (Rate(3, 4), Rate(60, 100), 0, Fraction(3, 4)),  # no shrinkage
    (Rate(0, 0), Rate(60, 100), 0, Fraction(6, 10)),
    (Rate(0, 0), Rate(0, 0), 10, None),
]


@pytest.mark.parametrize(("own", "city", "prior", "expected"), SHRUNK)
def test_a_rate_is_shrunk_towards_the_citys(own: Rate, city: Rate, prior: int, expected: Fraction | None) -> None:
    assert shrunk(own, city, prior) == expected


# ---- scores ---------------------------------------------------------------------------------------------------------

OWN = Counts(cycles=10, response_of=10, response_met=9, reopened=2, solved=6, level_5=6, level_2=2)
CITY = Counts(cycles=40, response_of=40, response_met=30, reopened=10, solved=15, level_5=21, level_2=9)
SCORES = [
    # response (9 + 10·30/40)/20 = 0.825; resolution (6 + 10·15/40)/20 = 0.4875; satisfaction (6 + 10·21/30)/18 = 13/18
    # 30·0.825 + 35·0.4875 + 35·13/18 = 24.75 + 17.0625 + 25.277777… = 67.090277…
    (OWN, CITY, {}, "67.090"),
    # 9/10, 6/10, 6/8 as they are: 27 + 21 + 26.25
    (OWN, CITY, {"prior_cycles": 0}, "74.250"),
    # all of the weight on the first: 82.5
    (OWN, CITY, {"response_weight": 100, "resolution_weight": 0, "satisfaction_weight": 0}, "82.500"),
    # nobody has a rating or started again: 0.825 bears all of the weight
    (Counts(response_of=10, response_met=9), Counts(response_of=40, response_met=30), {}, "82.500"),
    # nobody has a limit: 35 and 35 become 50 and 50; (0.4875 + 13/18)/2 = 0.6048611…
    (
        Counts(reopened=2, solved=6, level_5=6, level_2=2),
        Counts(reopened=10, solved=15, level_5=21, level_2=9),
        {},
        "60.486",
    ),
    # 2/3 of 100 = 66.6666…, rounded up
    (Counts(response_of=3, response_met=2), Counts(response_of=3, response_met=2), {"prior_cycles": 0}, "66.667"),
    # 1/200000 of 100 = 0.0005: a half goes up
    (Counts(response_of=200_000, response_met=1), Counts(response_of=200_000, response_met=1), {}, "0.001"),
    (Counts(cycles=9), Counts(cycles=99), {}, None),  # nobody has anything
    # the only rate there is weighs nothing
    (
        Counts(response_of=1),
        Counts(response_of=1),
        {"response_weight": 0, "resolution_weight": 50, "satisfaction_weight": 50},
        None,
    ),
]


@pytest.mark.parametrize(("own", "city", "changes", "expected"), SCORES)
def test_a_score_is_the_weighted_sum(own: Counts, city: Counts, changes: dict[str, int], expected: str | None) -> None:
    assert score_of(own, city, formula(**changes)) == (expected and Decimal(expected))


# ---- ranks ----------------------------------------------------------------------------------------------------------


def department(met: int, cycles: int = 10) -> Counts:
    return Counts(cycles=cycles, lapsed=cycles, response_of=cycles, response_met=met)


def test_equal_scores_share_a_rank_and_the_next_is_left_out() -> None:
    placed = standings({"a": department(9), "b": department(10), "c": department(9), "d": department(1)}, formula())
    assert {key: standing.rank for key, standing in placed.items()} == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_whoever_has_too_few_cycles_is_not_ranked_but_counts_for_the_city() -> None:
    alone = standings({"a": department(9), "b": department(4)}, formula())
    placed = standings({"a": department(9), "b": department(4), "few": department(4, cycles=4)}, formula())
    assert placed["few"] == (None, None)
    assert (placed["a"].rank, placed["b"].rank) == (1, 2)
    # the city's mean is 13/20, and then 17/24
    assert alone["a"].score == Decimal("77.500")  # (9 + 6.5) / 20
    assert placed["a"].score == Decimal("80.417")  # (9 + 170/24) / 20 = 0.8041666…


NUMBERS = st.builds(Counts, **{field.name: st.integers(0, 50) for field in fields(Counts)})


@given(st.lists(NUMBERS, max_size=6))
def test_everybody_together_is_the_sum(many: list[Counts]) -> None:
    city = pooled(many)
    for field in fields(Counts):
        assert getattr(city, field.name) == sum(getattr(own, field.name) for own in many)
