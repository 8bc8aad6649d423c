"""The default formula of the scores, with its basis; a migration writes it, people add versions."""

from datetime import date
from typing import Any

FORMULA: dict[str, Any] = {
    "version": 1,
    "response_weight": 30,
    "resolution_weight": 35,
    "satisfaction_weight": 35,
    "prior_cycles": 10,
    "least_cycles": 5,
    "valid_from": date(2000, 1, 1),  # long before the first petition, so that imported letters find it too
    "basis": "assumption: 响应率30、解决率35、满意率35；向全市均值收缩10件；不足5件不排名",
}

# As long as fewer ratings of a department's month are anonymous, its people are not shown what the ratings say.
# Basis: assumption, the least number that a score asks for too.
LEAST_ANONYMOUS = 5


def write_formula(score_formula: Any) -> None:
    """Write the default version where there is none yet. Safe to repeat.

    score_formula  the model class, today's or a migration's
    """
    score_formula.objects.get_or_create(version=FORMULA["version"], defaults=FORMULA)
