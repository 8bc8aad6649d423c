"""Facts are only added: a month is counted from the index alone once a vacuum has passed over its pages.

By PostgreSQL's own settings a vacuum comes when the table has grown by a fifth, which is long after the month.
"""

from django.db import migrations

OPTIONS = ("autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor")


class Migration(migrations.Migration):
    dependencies = [("departments", "0006_guard_facts_and_frozen_months")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE departments_cyclefact SET ({', '.join(f'{option} = 0.01' for option in OPTIONS)});",
            f"ALTER TABLE departments_cyclefact RESET ({', '.join(OPTIONS)});",
        )
    ]
