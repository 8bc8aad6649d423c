"""The database's own guard: changes of events are refused, whoever tries."""

from django.db import migrations

from record.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [migrations.RunSQL(*append_only("record_event"))]
