"""Whether the tests run their long forms: THOROUGH=1, as in `make thorough` and in CI.

In the short form a test that walks petitions through many cases runs some of them, spread over all.
"""

import os
from collections import defaultdict
from collections.abc import Iterable

import pytest

THOROUGH = os.environ.get("THOROUGH") == "1"
# For negative controls, which show that a slow test can fail, and for what another test has in a shorter form.
only_thorough = pytest.mark.skipif(not THOROUGH, reason="takes long: make thorough")
MANY, EVERY = 4, 4


def left_out(items: Iterable[pytest.Function]) -> list[pytest.Function]:
    """Return the cases that `make test` leaves out: of more than MANY of one test with a cast all but one in EVERY."""
    if THOROUGH:
        return []
    cases = defaultdict(list)
    for item in items:
        if hasattr(item, "callspec") and "cast" in item.fixturenames:
            cases[item.nodeid.partition("[")[0]].append(item)
    many = [of_one for of_one in cases.values() if len(of_one) > MANY]
    return [item for of_one in many for place, item in enumerate(of_one) if place % EVERY]
