"""Whole numbers by the largest remainder: a table by hand, and what holds whatever the sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.allocation import allocate, share_out

# total, weights, shares. 10 among 6, 3, 1 is exact; among 41, 33, 26 the exact shares are 4.1, 3.3, 2.6.
SHARED = [
    (0, [], []),
    (0, [0, 0], [0, 0]),
    (0, [5, 5], [0, 0]),
    (10, [6, 3, 1], [6, 3, 1]),
    (10, [41, 33, 26], [4, 3, 3]),
    (1, [1, 1, 1], [1, 0, 0]),  # equal remainders: the first
    (2, [1, 1, 1], [1, 1, 0]),
    (7, [10, 0, 4], [5, 0, 2]),
    (3, [1, 2, 4], [0, 1, 2]),  # 0.43, 0.86, 1.71
]
# sizes, share, least, most, how many of each
ALLOCATED = [
    ([], 10, 3, 400, []),
    ([2, 1], 10, 3, 400, [2, 1]),  # a stratum below its floor is taken whole
    ([100, 10, 5], 10, 3, 400, [6, 3, 3]),  # 12 wanted; floors 9, of the 3 left 97/106, 7/106, 2/106
    ([100, 10, 5], 10, 0, 400, [10, 1, 1]),  # 12 wanted: 10.43, 1.04, 0.52 and the last one to the largest remainder
    ([100, 10, 5], 1, 3, 400, [3, 3, 3]),  # 2 wanted, the floors are more
    ([100, 100], 10, 3, 10, [5, 5]),  # at most 10
    ([100, 100, 100], 10, 3, 4, [2, 1, 1]),  # the floors are 9, at most 4 of them
    ([30, 30], 100, 3, 400, [30, 30]),
    ([7], 10, 0, 400, [1]),  # 0.7, rounded up
]


@pytest.mark.parametrize(("total", "weights", "shares"), SHARED)
def test_a_total_is_shared_by_the_largest_remainder(total: int, weights: list[int], shares: list[int]) -> None:
    assert share_out(total, weights) == shares


@pytest.mark.parametrize(("sizes", "share", "least", "most", "counts"), ALLOCATED)
def test_a_sample_is_allocated(sizes: list[int], share: int, least: int, most: int, counts: list[int]) -> None:
    assert allocate(sizes, share_percent=share, least=least, most=most) == counts


SIZES = st.lists(st.integers(0, 500), max_size=30)


@given(SIZES, st.data())
def test_shares_sum_up_stay_within_and_are_near(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    shares = share_out(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert abs(share * sum(weights) - total * weight) < max(sum(weights), 1)


@given(SIZES, st.integers(1, 100), st.integers(0, 10), st.integers(1, 400))
def test_an_allocation_keeps_its_bounds(sizes: list[int], share: int, least: int, most: int) -> None:
    counts = allocate(sizes, share_percent=share, least=least, most=most)
    floors = [min(size, least) for size in sizes]
    wanted = -(-sum(sizes) * share // 100)
    assert sum(counts) == min(max(wanted, sum(floors)), most)
    assert all(0 <= count <= size for count, size in zip(counts, sizes, strict=True))
    if sum(counts) >= sum(floors):
        assert all(count >= floor for count, floor in zip(counts, floors, strict=True))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.data())
def test_a_larger_stratum_gets_no_less(weights: list[int], data: st.DataObject) -> None:
    shares = share_out(data.draw(st.integers(0, sum(weights))), sorted(weights, reverse=True))
    assert shares == sorted(shares, reverse=True)
