"""The tables of facts, formulas, frozen months, appeals and awards."""

from scores.models.award import Award, AwardKind
from scores.models.score import (
    OF_THE_RATING,
    Appeal,
    AppealDecision,
    AppealReason,
    CycleFact,
    Ending,
    FrozenMonth,
    Scorecard,
    ScoreFormula,
)

__all__ = [
    "OF_THE_RATING",
    "Appeal",
    "AppealDecision",
    "AppealReason",
    "Award",
    "AwardKind",
    "CycleFact",
    "Ending",
    "FrozenMonth",
    "ScoreFormula",
    "Scorecard",
]
