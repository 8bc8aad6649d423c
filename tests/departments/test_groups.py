"""Facts grouped otherwise than by department, and how far two groups are apart."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.months import by_category
from figures.pages.equity import band_of, groups_of
from scores.freezing import freeze_month
from scores.models import AppealReason
from scores.scorecard import counted_by
from scores.scoring import Rate, difference
from tests.cast import Cast
from tests.moments import SHANGHAI
from tests.scores.facts import AFTER_SEPTEMBER, OCTOBER, SEPTEMBER, accepted, fact, facts, unsaved

DIFFERENCES = [
    # Newcombe (1998), table II, (a): 56/70 against 48/80. Wilson: 0.8 in [0.691838, 0.876898], 0.6 in [0.490400,
    # 0.700413]; 0.2 - √(0.108162² + 0.100413²) = 0.0524; 0.2 + √(0.076898² + 0.109600²) = 0.3339
    (Rate(56, 70), Rate(48, 80), 0.2, 0.0524, 0.3339, True),
    # (b): 9/10 against 3/10
    (Rate(9, 10), Rate(3, 10), 0.6, 0.1705, 0.8090, True),
    # (e): 5/56 against 0/29
    (Rate(5, 56), Rate(0, 29), 0.0893, -0.0381, 0.1926, False),
    # (g): 0/10 against 0/10: n/(n + z²) each way
    (Rate(0, 10), Rate(0, 10), 0.0, -0.2775, 0.2775, False),
]


@pytest.mark.parametrize(("one", "other", "value", "low", "high", "is_clear"), DIFFERENCES)
def test_a_difference_has_newcombes_interval(
    one: Rate, other: Rate, value: float, low: float, high: float, is_clear: bool
) -> None:
    found = difference(one, other)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=6e-5)
    assert found.is_clear == is_clear


def test_there_is_no_difference_to_nothing() -> None:
    assert (difference(Rate(1, 2), Rate(0, 0)), difference(Rate(0, 0), Rate(1, 2))) == (None, None)


RATES = st.integers(1, 500).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))


@given(RATES, RATES)
def test_the_other_way_round_it_is_the_mirror(one: Rate, other: Rate) -> None:
    there, back = difference(one, other), difference(other, one)
    assert there
    assert back
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert -1 <= there.low <= there.value <= there.high <= 1


def test_each_fact_is_in_the_group_it_says(cast: Cast) -> None:
    founded = {"enterprise_founded_date": date(2022, 9, 5)}
    facts(2, cast.support, enterprise_ownership="foreign", level=1, is_solved="no", **founded)  # sent 5 September
    eve = unsaved(
        cast.lead, enterprise_size="small", category=cast.category, enterprise_region=cast.district, **founded
    )
    eve.dispatched_at = datetime(2026, 9, 4, 23, tzinfo=SHANGHAI)
    eve.save()
    found = {name: counted_by((name,), [SEPTEMBER]) for name in ("size", "ownership", "category", "park", "years")}
    cycles = {name: {key: own.cycles for (key,), own in groups.items()} for name, groups in found.items()}
    assert cycles == {
        "size": {"small": 1, "": 2},
        "ownership": {"": 1, "foreign": 2},
        "category": {cast.category.pk: 1, None: 2},
        "park": {cast.district.pk: 1, None: 2},
        "years": {3: 1, 4: 2},
    }
    assert found["size"]["",].satisfaction == Rate(0, 2)


def test_an_accepted_appeal_takes_it_out_of_its_group(cast: Cast) -> None:
    facts(2, cast.lead, enterprise_size="small")
    accepted(fact(cast.lead, enterprise_size="small", level=1, is_solved="no"), AppealReason.MALICIOUS, cast.chen)
    accepted(fact(cast.lead, enterprise_size="small"), AppealReason.NOT_RESPONSIBLE, cast.chen)
    (counts,) = counted_by(("size",), [SEPTEMBER]).values()
    assert (counts.cycles, counts.excluded, counts.satisfaction) == (3, 1, Rate(2, 2))


def test_what_came_after_the_freeze_is_in_no_figure_of_the_month(cast: Cast) -> None:
    facts(2, cast.lead)
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    facts(4, cast.lead)
    facts(1, cast.lead, month=OCTOBER)
    counted = counted_by(("month",), [SEPTEMBER, OCTOBER])
    assert {month: own.cycles for (month,), own in counted.items()} == {SEPTEMBER: 2, OCTOBER: 1}


def test_categories_are_pooled_to_their_first_level_and_opened_to_the_second(cast: Cast) -> None:
    facts(3, cast.lead, category=cast.category)
    facts(2, cast.support)
    group = cast.category.parent
    assert group
    columns, rows = by_category([SEPTEMBER], None)
    assert list(columns.values()) == [group, None]
    assert [(row.department, {key: own.cycles for key, own in row.counts.items()}) for row in rows] == [
        (cast.lead, {group.pk: 3}),
        (cast.support, {None: 2}),
    ]
    columns, rows = by_category([SEPTEMBER], group)
    assert (list(columns.values()), [row.department for row in rows]) == ([cast.category], [cast.lead])


@pytest.mark.parametrize(
    ("years", "band"), [(None, None), (-1, 0), (0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (19, 2), (20, 3), (99, 3)]
)
def test_the_band_of_an_age(years: int | None, band: int | None) -> None:
    assert band_of(years) == band


def test_a_group_is_compared_with_all_others(cast: Cast) -> None:
    facts(3, cast.lead, enterprise_size="small")
    facts(2, cast.lead, enterprise_size="large", level=1, is_solved="no")
    facts(1, cast.lead)
    counted = {key: own for (key,), own in counted_by(("size",), [SEPTEMBER]).items()}
    groups = groups_of(counted, {"large": "大型", "medium": "中型", "small": "小型"})
    assert [(group.label, group.own.cycles, group.others.cycles) for group in groups] == [
        ("大型", 2, 4),
        ("小型", 3, 3),
        ("不详", 1, 5),
    ]
    gap = groups[0].gap("satisfaction")
    assert gap
    assert gap.value == -1.0
