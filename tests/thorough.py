"""Whether the tests that have a short form run their long one: THOROUGH=1, as in `make thorough` and in CI."""

import os

import pytest

THOROUGH = os.environ.get("THOROUGH") == "1"
# For negative controls, which show that a slow test can fail, and for what another test has in a shorter form.
only_thorough = pytest.mark.skipif(not THOROUGH, reason="takes long: make thorough")
