"""The settings of the product and, besides its rooms, one that exists in tests only (tests/pledges)."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.pledges"]
