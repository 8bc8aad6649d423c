"""Policy numbers of the scores, each with its basis.

A migration writes the default formula; people add newer versions.
"""

from datetime import date
from typing import Any

FORMULA: dict[str, Any] = {
    "version": 1,
    "response_weight": 30,
    "resolution_weight": 35,
    "satisfaction_weight": 35,
    "prior_cycles": 10,
    "least_cycles": 5,
    "valid_from": date(2000, 1, 1),  # long before the first petition, so that it also covers imported old letters
    "basis": "assumption: 响应率30、解决率35、满意率35；向全市均值收缩10件；不足5件不排名",
}

# When a department's month has anonymous ratings, its people are not shown what the month's ratings say before it is
# frozen, and not after that either when fewer than this many are anonymous (figures/queries.py).
# Basis: assumption, the same as the least number of cycles for a score.
LEAST_ANONYMOUS = 5


def write_formula(score_formula: Any) -> None:
    """Write the default version unless it is there already. Safe to repeat.

    score_formula  the model class ScoreFormula, imported or as a migration knows it
    """
    score_formula.objects.get_or_create(version=FORMULA["version"], defaults=FORMULA)
