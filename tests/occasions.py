"""Occasions for tests: put up by the verb, by Sun."""

from datetime import timedelta
from typing import Any

from enterprises.models import Occasion
from enterprises.occasions import Details, change_occasion, create_occasion
from tests.cast import HOUR, Stage


def details(stage: Stage, kind: str = "event", **changes: Any) -> Details:
    """What somebody types who puts up an occasion of the kind, at the stage's moment."""
    values: dict[str, Any] = {"name": "制造业配套专场", "place": "创新大厦咖啡厅", "region": stage.cast.city}
    if kind != "home":
        values |= {"starts_at": stage.now - HOUR, "ends_at": stage.now + timedelta(hours=2)}
    return Details(**(values | changes))


def occasion(stage: Stage, kind: str = "event", **changes: Any) -> Occasion:
    """Return a new occasion."""
    return create_occasion(kind=kind, details=details(stage, kind, **changes), by=stage.cast.sun, now=stage.now)


def close(stage: Stage, which: Occasion) -> Occasion:
    """End the taking down of petitions."""
    return change_occasion(
        occasion=which, details=details(stage, which.kind, name=which.name, is_open=False), by=stage.cast.sun
    )
