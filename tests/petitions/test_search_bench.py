"""The bench of the search writes rows by SQL of its own: that it still fits the tables is seen here, on few rows."""

import pytest

from bench.search_rows import furnish
from petitions.models import Assignment, Petition, SearchText
from tests.cast import Cast

ROWS = 400


@pytest.mark.django_db(transaction=True)
def test_the_bench_writes_its_petitions(cast: Cast) -> None:
    furnish(cast, ROWS)
    assert Petition.objects.filter(source="bench").count() == SearchText.objects.count() == ROWS
    assert 0 < Assignment.objects.filter(answered_at__isnull=True).count() < ROWS
