"""The database's own guard of circles, which would stop whoever walks up the tree of regions; and the notes of changes
to what processes keep in memory."""

from django.db import migrations

from verbs import reference
from verbs.trees import circle_guard


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        circle_guard("regions_region"),
        reference.notes(),
        reference.watch("regions_region"),
        reference.watch("regions_deskmember"),
    ]
