"""What a process keeps between requests: in each test it begins as in a process that has just started."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test.signals import storages_changed

from departments import calendars
from departments.shipped_calendar import shipped_rules, shipped_years
from departments.working_calendar import WorkingCalendar
from petitions.proposals import learning
from petitions.search import token_shares
from verbs import reference

SHIPPED = WorkingCalendar(shipped_rules(), announced=shipped_years(), version=0)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds what another one left in memory, and nothing grows old while a test runs."""
    cache.clear()
    storages_changed(setting="STORAGES")  # and with it the attachments in memory
    reference._kept.clear()
    calendars._compiled.clear()
    calendars._compiled[0, None] = SHIPPED  # as in every process that answered once
    learning._loaded.clear()
    token_shares._kept.clear()
    monkeypatch.setattr(token_shares, "monotonic", lambda: 0.0)


@pytest.fixture
def within_a_request() -> Iterator[None]:
    """What is done here is done in one request: what processes keep is asked for once."""
    reference._begin()
    yield
    reference._end()
