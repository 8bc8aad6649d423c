"""Few tests are slow: what `make test` leaves out is said, and stays small."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.conftest import COLLECTED
from tests.slow import ONE_IN, hours, slow, too_many

TESTS = Path(__file__).parents[1]


def test_at_most_one_case_in_twenty_is_slow(request: pytest.FixtureRequest) -> None:
    items = request.config.stash[COLLECTED]
    if {item.path for item in items} != set(TESTS.rglob("test_*.py")):
        pytest.skip("counts in a run of all tests")
    assert [item.nodeid for item in too_many(items)] == []


def test_every_slow_case_says_why(request: pytest.FixtureRequest) -> None:
    items = request.config.stash[COLLECTED]
    marks = [mark for item in items for name in ("slow", "hours") for mark in item.iter_markers(name)]
    assert [mark for mark in marks if not mark.kwargs.get("reason", "").strip()] == []
    for mark in (slow, hours):
        with pytest.raises(AssertionError, match="why"):
            mark(" ")


def test_one_more_than_that_is_found() -> None:
    quick, marked = Mock(), Mock()
    quick.get_closest_marker.return_value = None
    few = [marked] + [quick] * (ONE_IN - 1)
    assert (too_many(few), too_many(few[:-1])) == ([], [marked])
