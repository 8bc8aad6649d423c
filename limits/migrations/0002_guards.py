"""The notes of changes to the rules and ladders, which processes keep in memory."""

from django.db import migrations

from verbs import reference


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_initial"), ("regions", "0002_guards")]

    operations = [reference.watch("limits_limitrule"), reference.watch("limits_ladderstep")]
