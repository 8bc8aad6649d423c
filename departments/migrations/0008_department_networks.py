"""Networks of departments, from which ratings are looked at; written as PostgreSQL writes them."""

import departments.models.department
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0007_vacuum_facts_often'),
    ]

    operations = [
        migrations.AddField(
            model_name='department',
            name='networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43, validators=[departments.models.department.check_network]), blank=True, default=list, help_text='写成10.1.0.0/16这样，多个用逗号隔开。', size=None, verbose_name='办公网段'),
        ),
        # What is no network in PostgreSQL's eyes would stop the job that compares addresses with it.
        migrations.RunSQL(
            "ALTER TABLE departments_department ADD CONSTRAINT department_networks_are_networks "
            "CHECK (networks::cidr[] IS NOT NULL)",
            "ALTER TABLE departments_department DROP CONSTRAINT department_networks_are_networks",
        ),
    ]
