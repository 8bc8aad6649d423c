"""Write a room's default rules and ladders, each row with its basis.

The room's migration calls these functions; administrators change the rows later (limits/changing.py).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

# Long before anything was promised, so that imported subjects find a rule too.
IN_FORCE_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


class Limit(NamedTuple):
    """A row to be written to LimitRule. `axes` is empty for the general rule of the promise."""

    promise: str
    amount: str
    unit: str
    basis: str
    axes: Mapping[str, str] = {}


class Rung(NamedTuple):
    """A row to be written to LadderStep.

    The level is reached when `share` per cent of the limit are used, or `after` units of `after_unit` after it is due.
    """

    level: int
    tells: tuple[str, ...]
    card: str
    share: int | None = None
    after: int | None = None
    after_unit: str = "working_days"
    effect: str = ""


def write_limits(limit_rule: Any, limits: Iterable[Limit]) -> None:
    """Write the default limits of promises that never had one. Safe to repeat.

    limit_rule  the model class LimitRule: today's, or the one a migration gets from its apps
    """
    known = set(limit_rule.objects.values_list("promise", flat=True))
    limit_rule.objects.bulk_create(
        limit_rule(valid_from=IN_FORCE_SINCE, **row._asdict()) for row in limits if row.promise not in known
    )


def write_ladders(ladder_step: Any, ladders: Mapping[str, Iterable[Rung]], *, basis: str) -> None:
    """Write the default ladder of every promise that never had one. Safe to repeat.

    ladder_step  the model class LadderStep: today's, or the one a migration gets from its apps
    """
    known = set(ladder_step.objects.values_list("promise", flat=True))
    ladder_step.objects.bulk_create(
        ladder_step(
            promise=promise,
            level=step.level,
            tells=list(step.tells),
            card=step.card,
            share_percent=step.share,
            after=step.after,
            after_unit="" if step.after is None else step.after_unit,
            effect=step.effect,
            basis=basis,
            valid_from=IN_FORCE_SINCE,
        )
        for promise, steps in ladders.items()
        if promise not in known
        for step in steps
    )
