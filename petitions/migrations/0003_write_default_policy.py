"""The default limits and the default ladder (petitions/policy.py); people change them from there on."""

from django.db import migrations

from petitions.policy import write_defaults


def write(apps, schema_editor):
    write_defaults(apps.get_model("petitions", "LimitRule"), apps.get_model("petitions", "LadderStep"))


class Migration(migrations.Migration):
    dependencies = [("petitions", "0002_guard_edges_and_events")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
