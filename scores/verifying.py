"""Check that frozen scorecards still follow from their facts, appeals and formula. Nothing is corrected."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from scores.models import FrozenMonth
from scores.scorecard import counted
from scores.scoring import standings


@dataclass(frozen=True)
class FrozenDifference:
    """One number of a frozen scorecard that is stored otherwise than it is computed now.

    `stored` or `computed` is None where the department has no such scorecard there, or no score.
    what  a count's name (scores/scoring.py), `score` or `rank`
    """

    month: date
    department_id: int
    what: str
    stored: Any
    computed: Any


def frozen_differences() -> Iterator[FrozenDifference]:
    """Compute every frozen month again from the facts it was made of, and yield each number that is stored otherwise.

    Memory holds one month at a time. One statement lists the months, two more read each month.
    """
    for frozen in FrozenMonth.objects.select_related("formula").order_by("month").iterator():
        yield from _differences(frozen)


def _differences(frozen: FrozenMonth) -> Iterator[FrozenDifference]:
    stored = {row.department_id: row.counts | {"score": row.score, "rank": row.rank} for row in frozen.scorecards.all()}
    counts = {key: own for (_month, key), own in counted([frozen.month], as_frozen=True).items()}
    placed = standings(counts, frozen.formula)
    computed = {key: asdict(own) | placed[key]._asdict() for key, own in counts.items()}
    for key in sorted(stored.keys() | computed.keys()):
        old, new = stored.get(key, {}), computed.get(key, {})
        for what in sorted(old.keys() | new.keys()):
            if old.get(what) != new.get(what):
                yield FrozenDifference(frozen.month, key, what, old.get(what), new.get(what))
