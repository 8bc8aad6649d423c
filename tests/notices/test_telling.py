"""Telling people of an event: every step does, so its plan is made once a connection."""

from django.db import connection

from notices.models import Notice
from petitions.supervision.orders import issue_order
from tests.cast import Stage, person
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


def test_the_roles_of_another_department_tell_nobody_there(stage: Stage) -> None:
    """Somebody who dispatches for a district and heads a department is head there, and not everywhere."""
    duan = person("duan", "段局长", "dispatcher", "head", "supervisor", department=stage.cast.other_department)
    duan.desks.create(region=stage.cast.district)
    petition = stage.assigned()
    order = issue_order(
        petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请说明原因并立即办理", now=stage.tick()
    )
    told = Notice.objects.filter(event__in=order.petition.events, event__kind="issue_order", channel="inbox")
    assert set(told.values_list("recipient__username", flat=True)) == {"zhou", "wu"}
