"""The database's own guard of groups: one level, whoever tries. A parent follows nobody, and nobody follows a child."""

from django.db import migrations

GUARD_GROUPS = """
CREATE FUNCTION petitions_guard_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM petitions_petition WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
       OR EXISTS (SELECT FROM petitions_petition WHERE parent_id = NEW.id) THEN
        RAISE EXCEPTION 'petition %: a group has one level', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petitions_guard_groups BEFORE INSERT OR UPDATE OF parent_id ON petitions_petition
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION petitions_guard_groups();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0003_write_default_policy")]

    operations = [
        migrations.RunSQL(
            GUARD_GROUPS,
            "DROP TRIGGER petitions_guard_groups ON petitions_petition; DROP FUNCTION petitions_guard_groups();",
        ),
    ]
