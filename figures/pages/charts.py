"""A department's last twelve months as small pictures: the values as a line, their 95 % intervals as a band around it.

A picture consists of SVG paths in a box of WIDTH × 100; site.css gives them colours. A month without a value is a gap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from scores.scorecard import DepartmentScore
from scores.scoring import Rate

STEP = 10  # the distance from one month to the next
WIDTH = 11 * STEP


@dataclass(frozen=True)
class Point:
    """One month: its place from 0 on, its share from 0 to 1, and the ends of its interval (both the share, if none)."""

    place: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """A picture: its name, and the SVG paths of the line, of the dots (one for each month) and of the band."""

    name: Any
    line: str
    dots: str
    band: str


def charts(cards: Sequence[DepartmentScore]) -> list[Chart]:
    """Return the pictures of the score and the three rates; `cards` are the months, the oldest first."""
    kinds: list[tuple[Any, Callable[[int, DepartmentScore], Point | None]]] = [
        (_("得分"), _score),
        (_("响应率"), lambda place, card: _rate(place, card.counts.response)),
        (_("解决率"), lambda place, card: _rate(place, card.counts.resolution)),
        (_("满意率"), lambda place, card: _rate(place, card.counts.satisfaction)),
    ]
    return [_chart(name, [point_of(place, card) for place, card in enumerate(cards)]) for name, point_of in kinds]


def _score(place: int, card: DepartmentScore) -> Point | None:
    if card.score is None:
        return None
    share = float(card.score) / 100
    return Point(place, share, share, share)


def _rate(place: int, rate: Rate) -> Point | None:
    if rate.share is None or rate.low is None or rate.high is None:
        return None
    return Point(place, rate.share, rate.low, rate.high)


def _chart(name: Any, points: Sequence[Point | None]) -> Chart:
    runs = [[point for point in run if point] for has, run in groupby(points, key=bool) if has]
    return Chart(
        name=name,
        line="".join(_path((point.place, point.share) for point in run) for run in runs),
        dots="".join(f"{_path([(point.place, point.share)])}h0" for run in runs for point in run),
        band="".join(_band(run) for run in runs),
    )


def _band(run: Sequence[Point]) -> str:
    above = [(point.place, point.high) for point in run]
    below = [(point.place, point.low) for point in reversed(run)]
    return f"{_path(above + below)}Z"


def _path(places: Any) -> str:
    return "M" + "L".join(f"{place * STEP} {100 - 100 * share:.1f}" for place, share in places)
