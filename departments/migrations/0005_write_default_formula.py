"""The default formula of the scores (departments/score_policy.py); people add versions from there on."""

from django.db import migrations

from departments.score_policy import write_formula


def write(apps, schema_editor):
    write_formula(apps.get_model("departments", "ScoreFormula"))


class Migration(migrations.Migration):
    dependencies = [("departments", "0004_facts_and_scorecards")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
