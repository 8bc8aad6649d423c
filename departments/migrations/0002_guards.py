"""The database's own guard of networks: what is none in PostgreSQL's eyes would stop the job that compares with it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("departments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE departments_department ADD CONSTRAINT department_networks_are_networks "
            "CHECK (networks::cidr[] IS NOT NULL)",
            "ALTER TABLE departments_department DROP CONSTRAINT department_networks_are_networks",
        ),
    ]
