"""The database's own guard: a survey and its attempts stay as they were written. And the default rule."""

from django.db import migrations

from surveys.policy import write_rule

GUARD = """
CREATE FUNCTION surveys_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only, % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER surveys_survey_is_append_only BEFORE UPDATE OR DELETE ON surveys_survey
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse();
CREATE TRIGGER surveys_attempts_are_append_only BEFORE UPDATE OR DELETE ON surveys_surveyattempt
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse();
"""
UNGUARD = """
DROP TRIGGER surveys_survey_is_append_only ON surveys_survey;
DROP TRIGGER surveys_attempts_are_append_only ON surveys_surveyattempt;
DROP FUNCTION surveys_refuse();
"""


def write(apps, schema_editor):
    write_rule(apps.get_model("surveys", "SampleRule"))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
