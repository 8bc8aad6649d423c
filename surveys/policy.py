"""Policy numbers of the survey: the default rule of the sample, with its basis; a migration writes it, people add newer
ones. And how many pairs a gap takes until departments read it.
"""

from datetime import date
from typing import Any

RULE: dict[str, Any] = {
    "share_percent": 10,
    "least_per_stratum": 3,
    # 1.96² · 0.25 / 0.05² = 384: a share within 5 points at 95 % for the whole city (normal approximation).
    "most": 400,
    "most_attempts": 3,
    "valid_from": date(2000, 1, 1),  # long before the first petition
    "basis": "assumption: 抽10%，每层至少3件；全市至多400件（95%置信度、误差±5个百分点需384件）；至多拨打3次",
}

# Of fewer pairs a department reads nothing of its own gap. Of one pair the gap is what a caller said less what they
# rated, and of two it nearly is: whoever knows one of the two knows the other, an anonymous rating, too.
# Basis: assumption; official statistics usually ask for at least 3 to 10 in a cell.
LEAST_PAIRS = 5


def write_rule(sample_rule: Any) -> None:
    """Write the default rule where there is none yet. Safe to repeat.

    sample_rule  the model class, today's or a migration's
    """
    if not sample_rule.objects.exists():
        sample_rule.objects.create(**RULE)
