"""Whether the tests that have a short form run their long one: THOROUGH=1, as in `make thorough` and in CI."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"
