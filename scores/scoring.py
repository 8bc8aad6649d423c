"""From counts to rates, scores and ranks: arithmetic without a database. A score is exact until it is rounded once.

A score is made of three rates:
响应率  of the parts that have a limit for checking in or for the first contact, those that kept each such limit
解决率  of all ratings and all reopened cycles, the ratings that say the problem was solved; what the department itself
        says of its answer never counts
满意率  of all ratings, those of level 3 to 5
A cycle that lapsed without a rating is in neither of the last two.
Before departments are compared, each rate is shrunk towards the city's, because with few cases chance decides: as many
cases at the city's rate as the formula says (`prior_cycles`) are added to the department's own.
Sources: E. B. Wilson, JASA 22 (1927), for the interval; domain, scores per department; docs/adr/0020.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import hypot, sqrt
from statistics import NormalDist
from typing import NamedTuple, TypeVar

from scores.models import ScoreFormula

Z = NormalDist().inv_cdf(0.975)  # a 95 % interval leaves 2.5 % out on each side
SATISFIED_FROM = 3  # the lowest level that counts as satisfied: 基本满意 (政务服务“好差评”)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Rate:
    """A rate as numerator and denominator: `met` of `of` cases."""

    met: int
    of: int
    is_withheld: bool = False  # the reader may not know the rate; it is given as 0 of 0

    @property
    def share(self) -> float | None:
        """`met` divided by `of`, from 0 to 1; None when there are no cases."""
        return self.met / self.of if self.of else None

    @property
    def low(self) -> float | None:
        """The lower end of the share's 95 % interval (Wilson); None when there are no cases."""
        return None if self.share is None else min(self.share, max(0.0, self._middle - self._half))

    @property
    def high(self) -> float | None:
        """The upper end of the share's 95 % interval (Wilson); None when there are no cases."""
        return None if self.share is None else max(self.share, min(1.0, self._middle + self._half))

    @property
    def _middle(self) -> float:
        return (self.met + Z**2 / 2) / (self.of + Z**2)

    @property
    def _half(self) -> float:
        return Z * sqrt(self.met * (self.of - self.met) / self.of + Z**2 / 4) / (self.of + Z**2)


@dataclass(frozen=True)
class ShareDifference:
    """How far one share is above another (`value`), and the ends of the 95 % interval of that; each from -1 to 1."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly explains the difference: its interval does not contain 0."""
        return self.low > 0 or self.high < 0


def difference(one: Rate, other: Rate) -> ShareDifference | None:
    """Return how far the share of `one` is above that of `other`; None when either has no cases.

    No case may be counted in both rates.
    Source  R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10: the two shares' own intervals combined
    """
    own, others = _ends(one), _ends(other)
    if own is None or others is None:
        return None
    (share, low, high), (other_share, other_low, other_high) = own, others
    value = share - other_share
    down, up = hypot(share - low, other_high - other_share), hypot(high - share, other_share - other_low)
    return ShareDifference(value, value - down, value + up)


def _ends(rate: Rate) -> tuple[float, float, float] | None:
    """Return the share and the two ends of its interval; None when there are no cases."""
    if rate.share is None or rate.low is None or rate.high is None:
        return None
    return rate.share, rate.low, rate.high


@dataclass(frozen=True)
class Counts:
    """What was counted in one department's month, or in several of them. Rates, score and rank follow from it.

    An excluded fact is counted in `excluded` and in no other field. `excluded_ratings` are cycles of which only the
    rating is excluded: the rating is in no other field, the cycle still is.
    """

    cycles: int = 0
    excluded: int = 0
    excluded_ratings: int = 0
    # How the cycles ended.
    rated: int = 0
    lapsed: int = 0
    reopened: int = 0
    withdrawn: int = 0
    taken_back: int = 0
    # How many parts have the limit (`_of`), and how many of them kept it (`_met`). `response` is about the limits for
    # checking in and for the first contact together.
    response_of: int = 0
    response_met: int = 0
    check_in_of: int = 0
    check_in_met: int = 0
    contact_of: int = 0
    contact_met: int = 0
    answer_of: int = 0
    answer_met: int = 0
    # What the ratings say.
    solved: int = 0
    partly: int = 0
    level_1: int = 0
    level_2: int = 0
    level_3: int = 0
    level_4: int = 0
    level_5: int = 0
    anonymous: int = 0  # how many of the ratings are anonymous
    is_withheld = False

    @property
    def completed(self) -> int:
        """Cycles that came to an answer. One taken back or withdrawn before that says nothing about the department."""
        return self.rated + self.lapsed + self.reopened

    @property
    def levels(self) -> tuple[int, ...]:
        """How many ratings are of level 1, 2, 3, 4 and 5, in this order."""
        return self.level_1, self.level_2, self.level_3, self.level_4, self.level_5

    @property
    def ratings(self) -> int:
        return sum(self.levels)

    @property
    def response(self) -> Rate:
        """响应率: the parts that kept each of their limits for checking in and first contact."""
        return Rate(self.response_met, self.response_of)

    @property
    def resolution(self) -> Rate:
        """解决率: of all ratings and reopened cycles, the ratings that say the problem was solved."""
        return Rate(self.solved, self.ratings + self.reopened)

    @property
    def satisfaction(self) -> Rate:
        """满意率: of all ratings, those of level 3 to 5."""
        return Rate(sum(self.levels[SATISFIED_FROM - 1 :]), self.ratings)

    @property
    def check_in(self) -> Rate:
        """按时报到率: of the parts with a limit for checking in, those that kept it."""
        return Rate(self.check_in_met, self.check_in_of)

    @property
    def contact(self) -> Rate:
        """按时联系率: of the parts with a limit for the first contact, those that kept it."""
        return Rate(self.contact_met, self.contact_of)

    @property
    def answer(self) -> Rate:
        """按时办结率: of the parts with a limit for the answer, those that kept it."""
        return Rate(self.answer_met, self.answer_of)


@dataclass(frozen=True)
class WithheldCounts(Counts):
    """Counts for a reader who may not know what the ratings say.

    The fields of SAID_BY_RATINGS are 0, and the two rates made of them are withheld.
    """

    is_withheld = True

    @property
    def resolution(self) -> Rate:
        return Rate(0, 0, is_withheld=True)

    @property
    def satisfaction(self) -> Rate:
        return Rate(0, 0, is_withheld=True)


SAID_BY_RATINGS = ("solved", "partly", *(f"level_{level}" for level in range(1, 6)))


def without_ratings(counts: Counts) -> Counts:
    """Return the counts as WithheldCounts, with every field of SAID_BY_RATINGS set to 0."""
    return WithheldCounts(**(vars(counts) | dict.fromkeys(SAID_BY_RATINGS, 0)))


class Standing(NamedTuple):
    """A score from 0 to 100 with three decimals, and its rank; both are None for a department without a score."""

    score: Decimal | None
    rank: int | None


def pooled(counts: Iterable[Counts]) -> Counts:
    """Return the sum of several counts, field by field. All departments' together are the city's."""
    return Counts(*map(sum, zip(*(vars(own).values() for own in counts), strict=True)))


def shrunk(own: Rate, city: Rate, prior_cycles: int) -> Fraction | None:
    """Return a department's rate after `prior_cycles` cases at the city's rate are added; None if the city has none."""
    if not city.of:
        return None
    if not own.of + prior_cycles:
        return Fraction(city.met, city.of)
    # (own.met + prior_cycles * mean) / (own.of + prior_cycles), with the mean's denominator multiplied out.
    return Fraction(own.met * city.of + prior_cycles * city.met, (own.of + prior_cycles) * city.of)


def score_of(own: Counts, city: Counts, formula: ScoreFormula) -> Decimal | None:
    """Return the weighted sum of the three shrunk rates, 0 to 100, rounded half up to three decimals.

    A rate without any cases in the city is left out. Its weight is spread over the other rates in proportion.
    Returns None when no rate is left
    """
    parts = [
        (formula.response_weight, shrunk(own.response, city.response, formula.prior_cycles)),
        (formula.resolution_weight, shrunk(own.resolution, city.resolution, formula.prior_cycles)),
        (formula.satisfaction_weight, shrunk(own.satisfaction, city.satisfaction, formula.prior_cycles)),
    ]
    known = [(weight, rate) for weight, rate in parts if rate is not None]
    weights = sum(weight for weight, _rate in known)
    if not weights:
        return None
    exact = 100 * sum((weight * rate for weight, rate in known), Fraction()) / weights
    return Decimal((exact * 1000 + Fraction(1, 2)) // 1).scaleb(-3)


def standings(counts: Mapping[Key, Counts], formula: ScoreFormula) -> dict[Key, Standing]:
    """Return each department's score and rank; both None if it completed fewer cycles than the formula asks for.

    Scores that are equal after rounding share a rank, and the next rank is skipped for each of them: 1, 1, 3.
    counts  by department, or by another key
    """
    city = pooled(counts.values())
    scores = {
        key: score_of(own, city, formula) if own.completed >= formula.least_cycles else None
        for key, own in counts.items()
    }
    ranks: dict[Decimal, int] = {}
    for place, score in enumerate(sorted((score for score in scores.values() if score is not None), reverse=True), 1):
        ranks.setdefault(score, place)
    return {key: Standing(score, None if score is None else ranks[score]) for key, score in scores.items()}
