"""Tests that take long say so: they run in `make thorough` and in CI, `make test` leaves them out.

Nothing else is left out of `make test`. At most one case in twenty is slow (tests/repository/test_slow.py). What takes
hours runs by `make hostile` alone.
"""

from collections.abc import Sequence

import pytest

ONE_IN = 20
# What takes a minute or two on an idle machine may take so long on one that is busy with other things.
MOST_SECONDS = 1800


def slow(reason: str) -> pytest.MarkDecorator:
    """Mark a test, or a case of one (`pytest.param(…, marks=slow(…))`).

    reason  why it takes long or is asked for seldom, and about how long it takes
    """
    assert reason.strip(), "why?"
    return pytest.mark.slow(reason=reason)


def hours(reason: str) -> pytest.MarkDecorator:
    """Mark a test that takes hours with all its cases: it runs only where the run asks for such (`--hours`)."""
    assert reason.strip(), "why?"
    return pytest.mark.hours(reason=reason)


def is_slow(item: pytest.Item) -> bool:
    """Return whether `make test` leaves the case out."""
    return takes_hours(item) or item.get_closest_marker("slow") is not None


def takes_hours(item: pytest.Item) -> bool:
    """Return whether `make thorough` leaves the case out, too."""
    return item.get_closest_marker("hours") is not None


def too_many(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the slow ones where they are more than one in twenty, else nothing."""
    found = [item for item in items if is_slow(item)]
    return found if len(found) * ONE_IN > len(items) else []
