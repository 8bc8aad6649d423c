"""The gap between what enterprises rated on the platform and what they told an evaluator, per department and month.

The gap is the mean of (own rating − independent rating) over the calls that have both, each on the scale 1 to 5. A gap
above 0 means that enterprises rated the department better on the platform than when a third party asked. The gap's 95 %
interval is that of paired differences, mean ± t · s / √n, with s their standard deviation (n − 1). There is no interval
below two pairs, or where all differences are the same. Small strata have more than their share of the sample. The gap
is not weighted for that, because it compares two answers of the same people.

A department reads its own gap unless the gap gives away a single answer (`can_read_gap`); supervisors and leaders read
every gap.

The satisfaction rate by survey is weighted. In each stratum in which anybody was reached, the share of those reached
who said 3 to 5 is multiplied by the stratum's population. The sum of these is divided by the population of these
strata. `coverage` is the share that these strata have in the whole population.
Source: domain, answer and rating; docs/adr/0022-survey-sampling.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist, fmean, stdev
from typing import Any

from django.db.models import FilteredRelation, Q

from accounts.models import User
from departments.models import Department
from petitions.models import LOW_LEVELS
from petitions.permissions import can_see_anonymous
from surveys.models import OPEN_STATES, Result, Survey, SurveyAttempt, SurveyCall
from surveys.policy import LEAST_PAIRS
from surveys.queries import departments_of

# Two-sided 95 % quantiles of Student's t for 1, 2, … 28 degrees of freedom.
# Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
STUDENT_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048),
)
NORMAL = NormalDist().inv_cdf(0.975)

Pair = tuple[int, int]  # own rating, independent rating


@dataclass(frozen=True)
class PairedGap:
    """The gap over some pairs. All but `pairs` are None without pairs.

    own         mean of the enterprises' own ratings
    survey      mean of the independent ratings
    gap         own minus survey
    half_width  half the width of the gap's 95 % interval; None also where there is no interval
    """

    pairs: int
    own: float | None = None
    survey: float | None = None
    gap: float | None = None
    half_width: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The two ends of the gap's 95 % interval; None where there is no interval."""
        if self.gap is None or self.half_width is None:
            return None
        return self.gap - self.half_width, self.gap + self.half_width

    @property
    def is_clear(self) -> bool:
        """Whether there is an interval and it does not contain 0."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)


@dataclass(frozen=True)
class Sampled:
    """One stratum: how many it holds, how many of them were reached, how many of those were satisfied (3 to 5)."""

    population: int
    reached: int = 0
    satisfied: int = 0


@dataclass(frozen=True)
class Satisfaction:
    """The satisfaction rate by survey.

    reached, satisfied  numbers of calls
    rate, coverage      shares from 0 to 1; `rate` is None where nobody was reached
    """

    reached: int
    satisfied: int
    rate: float | None
    coverage: float

    @property
    def percent(self) -> float | None:
        return None if self.rate is None else 100 * self.rate

    @property
    def coverage_percent(self) -> float:
        return 100 * self.coverage


@dataclass(frozen=True)
class DepartmentGap:
    """A department's gap and its satisfaction rate by survey; `department` is None for the whole city."""

    department: Department | None
    ratings: PairedGap
    satisfaction: Satisfaction


def paired_gap(pairs: Sequence[Pair]) -> PairedGap:
    """Return the gap over these pairs."""
    if not pairs:
        return PairedGap(0)
    differences = [own - survey for own, survey in pairs]
    number = len(pairs)
    own, survey = (fmean(column) for column in zip(*pairs, strict=True))
    # If all differences are the same, they do not show how much differences vary.
    has_spread = len(set(differences)) > 1
    half = quantile(number - 1) * stdev(differences) / sqrt(number) if has_spread else None
    return PairedGap(number, own, survey, fmean(differences), half)


def quantile(freedom: int) -> float:
    """Return Student's two-sided 95 % quantile for these degrees of freedom.

    Source  the table STUDENT_T; beyond it the expansion of the quantile around the normal one, Abramowitz and Stegun
            26.7.5, which is right to three decimals there
    """
    if freedom <= len(STUDENT_T):
        return STUDENT_T[freedom - 1]
    first, second = (NORMAL**3 + NORMAL) / 4, (5 * NORMAL**5 + 16 * NORMAL**3 + 3 * NORMAL) / 96
    return NORMAL + first / freedom + second / freedom**2


def satisfaction(layers: Sequence[Sampled]) -> Satisfaction:
    """Return the satisfaction rate weighted back to the population of these strata."""
    seen = [layer for layer in layers if layer.reached]
    covered, population = sum(layer.population for layer in seen), sum(layer.population for layer in layers)
    weighted = sum(layer.population * layer.satisfied / layer.reached for layer in seen)
    return Satisfaction(
        reached=sum(layer.reached for layer in layers),
        satisfied=sum(layer.satisfied for layer in layers),
        rate=weighted / covered if covered else None,
        coverage=covered / population if population else 0.0,
    )


def gaps(survey: Survey) -> list[DepartmentGap]:
    """Return the whole city's row, then one for each department of the survey by its key. Two statements."""
    departments = departments_of(survey)
    pairs: dict[int, list[Pair]] = defaultdict(list)
    told: dict[tuple[int, str], list[int]] = defaultdict(list)
    reached = SurveyAttempt.objects.filter(call__survey=survey, result=Result.REACHED)
    rows: Any = reached.values_list("call__fact__department", "call__stratum", "level", "call__fact__level")
    for key, stratum, level, own in rows:
        told[key, stratum].append(level)
        if own is not None:
            pairs[key].append((own, level))
    layers = defaultdict(list)
    for one in survey.strata:
        levels = told[one["department"], one["stratum"]]
        satisfied = sum(level not in LOW_LEVELS for level in levels)
        layers[one["department"]].append(Sampled(one["population"], len(levels), satisfied))
    city = [DepartmentGap(None, paired_gap(_all(pairs.values())), satisfaction(_all(layers.values())))]
    return city + [
        DepartmentGap(department, paired_gap(pairs[key]), satisfaction(layers[key]))
        for key, department in departments.items()
    ]


def gap_of(department: Department, month: date) -> tuple[PairedGap, bool]:
    """Return the department's gap in the month's survey, and whether the gap is final: no call is open any more.

    One statement. For a month without a survey the result is a gap without pairs, and True.
    month  the month's first day
    """
    reached = FilteredRelation("attempts", condition=Q(attempts__result=Result.REACHED))
    calls = SurveyCall.objects.filter(survey=month, fact__department=department).annotate(reached=reached)
    rows = list(calls.values_list("state", "fact__level", "reached__level"))
    pairs = [(own, told) for _state, own, told in rows if own is not None and told is not None]
    return paired_gap(pairs), not any(state in OPEN_STATES for state, *_levels in rows)


def can_read_gap(user: User, ratings: PairedGap, *, stands: bool) -> bool:
    """Return whether the user may read this gap of a department whose scorecard they read.

    People of a department may not read it where it could tell what one enterprise said: with fewer than LEAST_PAIRS
    pairs; while calls go on, since each change of the number gives away the last call; and where all differences are
    the same, since then each of them equals the gap.
    stands  whether the gap is final (see gap_of)
    """
    return can_see_anonymous(user) or (stands and ratings.pairs >= LEAST_PAIRS and bool(ratings.half_width))


def _all(groups: Iterable[list[Any]]) -> list[Any]:
    return [one for group in groups for one in group]
