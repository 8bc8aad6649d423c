"""Policy numbers of the survey: the default rule of the sample, with its basis; a migration writes it, people add newer
rules. Also how many pairs a gap needs before departments may read it.
"""

from datetime import date
from typing import Any

RULE: dict[str, Any] = {
    "share_percent": 10,
    "least_per_stratum": 3,
    # 1.96² · 0.25 / 0.05² = 384 calls give the city's share to within 5 points, at 95 % (normal approximation).
    "most": 400,
    "most_attempts": 3,
    "valid_from": date(2000, 1, 1),  # long before the first petition
    "basis": "assumption: 抽10%，每层至少3件；全市至多400件（95%置信度、误差±5个百分点需384件）；至多拨打3次",
}

# With fewer pairs a department does not read its own gap. With one pair, the gap is what the enterprise rated minus
# what it said on the phone: whoever knows one of the two knows the other, even if the rating is anonymous. Two pairs
# are hardly better.
# Basis: assumption; official statistics usually ask for at least 3 to 10 in a cell.
LEAST_PAIRS = 5


def write_rule(sample_rule: Any) -> None:
    """Write the default rule unless there is a rule already. Safe to repeat.

    sample_rule  the model class SampleRule, imported or as a migration knows it
    """
    if not sample_rule.objects.exists():
        sample_rule.objects.create(**RULE)
