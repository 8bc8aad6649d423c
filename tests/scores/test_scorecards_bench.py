"""The bench of the scorecards writes rows by SQL of its own: that it still fits the tables is seen here, on few."""

from bench.scorecards import DEPARTMENTS, FIRST, add_departments, appeal_some, fill_month
from scores.models import Appeal
from scores.scorecard import live_month
from tests.cast import Cast

ROWS = 1600


def test_the_bench_writes_its_facts(cast: Cast) -> None:
    add_departments(cast)
    fill_month(cast, FIRST, ROWS)
    appeal_some(cast, FIRST)
    city = live_month(FIRST).city
    assert len(live_month(FIRST).cards) == DEPARTMENTS
    assert city.cycles + city.excluded == ROWS
    assert city.excluded + city.excluded_ratings == Appeal.objects.filter(decision="accepted").count() > 0
