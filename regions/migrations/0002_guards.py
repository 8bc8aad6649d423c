"""The database's own guard of circles, which would stop whoever walks up the tree of regions."""

from django.db import migrations

from verbs.trees import circle_guard


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [circle_guard("regions_region")]
