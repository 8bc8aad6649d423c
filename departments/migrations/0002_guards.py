"""The database's own guards: of networks, since what is none in PostgreSQL's eyes would stop the job that compares
with it; and of circles, which would stop whoever walks up a tree."""

from django.db import migrations

from verbs import reference
from verbs.trees import circle_guard


class Migration(migrations.Migration):
    dependencies = [("departments", "0001_initial"), ("regions", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE departments_department ADD CONSTRAINT department_networks_are_networks "
            "CHECK (networks::cidr[] IS NOT NULL)",
            "ALTER TABLE departments_department DROP CONSTRAINT department_networks_are_networks",
        ),
        circle_guard("departments_department"),
        circle_guard("departments_category"),
        reference.watch("departments_category"),
        reference.watch("departments_calendarversion"),
    ]
