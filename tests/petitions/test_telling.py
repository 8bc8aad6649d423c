"""Telling people of an event: every step does, so its plan is made once a connection."""

from django.db import connection

from petitions.models import Notice
from tests.cast import Stage
from tests.petitions.verbs import CALLS

PREPARED = (
    "SELECT generic_plans > 0 FROM pg_prepared_statements"
    " WHERE statement LIKE '%%INSERT INTO petitions_notice%%' ORDER BY generic_plans DESC LIMIT 1"
)


def test_the_plan_is_kept_with_the_connection_and_tells_the_same_people(stage: Stage) -> None:
    told = []
    for _place in range(8):
        petition = stage.assigned()
        CALLS["supplement"](stage, petition, stage.cast.lin, stage.tick())
        of_it = Notice.objects.filter(event__petition=petition, channel="inbox")
        told.append(list(of_it.order_by("event", "recipient__username").values_list("recipient__username", "event__kind")))
    assert all(names == told[0] for names in told)
    assert ("zhou", "supplement") in told[0]
    with connection.cursor() as cursor:
        cursor.execute(PREPARED)
        assert cursor.fetchone() == (True,)
