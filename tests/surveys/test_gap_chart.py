"""The picture of the gap: one scale for all rows, places in per cent, and ends that are cut off where it ends."""

import pytest

from surveys.gap import PairedGap
from surveys.pages.gap_chart import Mark, mark_of, scale_of
from surveys.templatetags.gaps import signed


def ratings(gap: float, half_width: float | None = None) -> PairedGap:
    return PairedGap(9, 4.0, 4.0 - gap, gap, half_width)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], 1),
        ([PairedGap(0)], 1),
        ([ratings(0.5, 0.5), PairedGap(0)], 1),
        ([ratings(0.5, 0.5), ratings(-0.5, 0.6)], 2),
        ([ratings(-3)], 4),
        ([ratings(0, 25.4)], 4),
    ],
)
def test_the_scale_is_the_least_that_shows_everybody(rows: list[PairedGap], expected: int) -> None:
    assert scale_of(rows) == expected


def test_places_are_per_cents_of_the_scale() -> None:
    assert mark_of(ratings(1, 0.5), 2) == Mark(2, 75, 62.5, 87.5)
    assert mark_of(ratings(-1), 2) == Mark(2, 25)
    assert mark_of(PairedGap(0), 2) == Mark(2)


def test_an_interval_that_goes_on_is_cut_where_the_scale_ends() -> None:
    assert mark_of(ratings(3, 2), 4) == Mark(4, 87.5, 62.5, 100, is_cut_high=True)
    assert mark_of(ratings(0, 25.4), 4) == Mark(4, 50, 0, 100, is_cut_low=True, is_cut_high=True)
    assert mark_of(ratings(2, 2), 4) == Mark(4, 75, 50, 100)  # it ends there


@pytest.mark.parametrize(
    ("points", "written"),
    [(0.424, "+0.42"), (-0.3, "−0.30"), (0.0, "0.00"), (-0.004, "0.00"), (8.85, "+8.85")],
)
def test_points_have_a_sign_but_for_none(points: float, written: str) -> None:
    assert signed(points) == written
