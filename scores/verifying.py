"""Are the frozen scorecards still what their facts, appeals and formula make of them? Nothing is mended here."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from scores.models import FrozenMonth
from scores.scorecard import counted
from scores.scoring import standings


@dataclass(frozen=True)
class Difference:
    """One number of a frozen scorecard: as it is stored, and as it is computed now; None where there is no such card.

    what  a count's name (scores/scoring.py), `score` or `rank`
    """

    month: date
    department_id: int
    what: str
    stored: Any
    computed: Any


def frozen_differences() -> Iterator[Difference]:
    """Compute every frozen month again from the facts it was made of, and yield what is not as it is stored.

    One month is held at a time; two statements a month.
    """
    for frozen in FrozenMonth.objects.select_related("formula").order_by("month").iterator():
        yield from _differences(frozen)


def _differences(frozen: FrozenMonth) -> Iterator[Difference]:
    stored = {row.department_id: row.counts | {"score": row.score, "rank": row.rank} for row in frozen.scorecards.all()}
    counts = {key: own for (_month, key), own in counted([frozen.month], as_frozen=True).items()}
    placed = standings(counts, frozen.formula)
    computed = {key: asdict(own) | placed[key]._asdict() for key, own in counts.items()}
    for key in sorted(stored.keys() | computed.keys()):
        old, new = stored.get(key, {}), computed.get(key, {})
        for what in sorted(old.keys() | new.keys()):
            if old.get(what) != new.get(what):
                yield Difference(frozen.month, key, what, old.get(what), new.get(what))
