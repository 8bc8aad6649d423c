"""The gap as a picture: a dot with its 95 % interval beside a line at 0, all rows on one scale.

Places are per cents of the width, from the left: so the picture can be as wide as its column, and dots stay round.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from surveys.gap import PairedGap

SCALES = (1, 2, 4)  # points to either side of 0; no gap is greater than 4, but an interval may be


@dataclass(frozen=True)
class Mark:
    """Where a row's gap is drawn; None where there is nothing to draw.

    scale                    points to either side of 0
    dot, low, high           the gap and the ends of its interval, in per cents from the left
    is_cut_low, is_cut_high  the interval goes on beyond this end of the scale
    """

    scale: int
    dot: float | None = None
    low: float | None = None
    high: float | None = None
    is_cut_low: bool = False
    is_cut_high: bool = False


def scale_of(rows: Iterable[PairedGap]) -> int:
    """Return how many points the scale has to either side of 0: the least one that shows all rows, or the greatest."""
    known = [row for row in rows if row.gap is not None]
    reach = max((abs(end) for row in known for end in row.interval or (row.gap or 0,)), default=0)
    return next((scale for scale in SCALES if reach <= scale), SCALES[-1])


def mark_of(ratings: PairedGap, scale: int) -> Mark:
    """Return where the gap and its interval lie on the scale."""
    if ratings.gap is None:
        return Mark(scale)
    if ratings.interval is None:
        return Mark(scale, _place(ratings.gap, scale))
    low, high = ratings.interval
    dot, begin, end = (_place(value, scale) for value in (ratings.gap, low, high))
    return Mark(scale, dot, begin, end, is_cut_low=low < -scale, is_cut_high=high > scale)


def _place(value: float, scale: int) -> float:
    return 50 + 50 * max(-1.0, min(1.0, value / scale))
