from django.db import migrations

from limits.defaults import Limit, Rung, write_ladders, write_limits
from limits.guards import clocks_stay

LIMITS = [
    Limit("pledge", "3", "working_days", "of the tests"),
    Limit("pledge", "10", "calendar_days", "of the tests", axes={"size": "large"}),
]
LADDER = [
    Rung(1, ("handler", "head"), "none", share=50),
    Rung(2, ("head", "supervisor"), "yellow", after=0),
    Rung(3, ("supervisor", "leader"), "red", after=4, after_unit="working_hours", effect="apologise"),
    Rung(4, ("leader",), "interview", after=2, after_unit="calendar_days"),
]


def write(apps, schema_editor):
    write_limits(apps.get_model("limits", "LimitRule"), LIMITS)
    write_ladders(apps.get_model("limits", "LadderStep"), {"pledge": LADDER}, basis="of the tests")


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_initial"), ("limits", "0001_initial")]
    operations = [migrations.RunSQL(*clocks_stay("pledges_pledgeclock")), migrations.RunPython(write)]
