"""Telling people of an event: every step does, so its plan is made once a connection."""

from django.db import connection

from petitions.models import Notice
from tests.cast import Stage
from tests.petitions.verbs import CALLS

PREPARED = "SELECT custom_plans, generic_plans FROM pg_prepared_statements"


def test_the_plan_is_kept_with_the_connection_and_tells_the_same_people(stage: Stage) -> None:
    told = []
    for _place in range(4):
        petition = stage.assigned()
        CALLS["supplement"](stage, petition, stage.cast.lin, stage.tick())
        of_it = Notice.objects.filter(event__in=petition.events, channel="inbox")
        told.append(sorted(of_it.values_list("event__kind", "recipient__username")))
    assert all(names == told[0] for names in told)
    assert ("supplement", "zhou") in told[0]
    with connection.cursor() as cursor:
        cursor.execute(PREPARED)
        assert cursor.fetchall() == [(0, 12)]
