"""The database's own guard of ratings: new edges of the FSM, and no change of a rating that is locked, whoever tries.

And the ladder that asks the enterprise for its rating, where a ladder was written before there was one.
"""

from django.db import migrations

from petitions.policy import write_missing_ladders

GUARD_EDGES = """
CREATE OR REPLACE FUNCTION petitions_guard_edges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'reported' THEN
            RAISE EXCEPTION 'a petition starts as reported, not %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.state = OLD.state AND NEW.closed_reason <> OLD.closed_reason THEN
        RAISE EXCEPTION 'petition %: no edge from % to %', OLD.number, OLD.closed_reason, NEW.closed_reason
            USING ERRCODE = 'check_violation';
    ELSIF NEW.state <> OLD.state AND NOT (
        (OLD.state, NEW.state) IN (
            ('reported', 'assigned'), ('assigned', 'reported'), ('assigned', 'resolved'),
            ('resolved', 'assigned'), ('resolved', 'rated'), ('rated', 'assigned'))
        OR (OLD.state = 'reported' AND NEW.state = 'closed' AND NEW.closed_reason IN ('withdrawn', 'merged'))
        OR (OLD.state = 'assigned' AND NEW.state = 'closed' AND NEW.closed_reason = 'withdrawn')
        OR (OLD.state = 'resolved' AND NEW.state = 'closed' AND NEW.closed_reason = 'lapsed')
        OR (OLD.state = 'closed' AND NEW.state = 'reported' AND OLD.closed_reason = 'merged')
        OR (OLD.state = 'closed' AND NEW.state = 'assigned' AND OLD.closed_reason = 'lapsed')
        OR (OLD.state = 'assigned' AND NEW.state = 'rated' AND OLD.cycle > 1 AND NEW.cycle = OLD.cycle - 1)
    ) THEN
        RAISE EXCEPTION 'petition %: no edge from % to %', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_RATINGS = """
CREATE FUNCTION petitions_guard_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rating %: locked, % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER petitions_guard_ratings BEFORE UPDATE OR DELETE ON petitions_rating
    FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION petitions_guard_ratings();
"""


def add_ladders(apps, schema_editor):
    write_missing_ladders(apps.get_model("petitions", "LadderStep"))


class Migration(migrations.Migration):
    dependencies = [("petitions", "0006_ratings_that_can_change")]

    operations = [
        migrations.RunSQL(GUARD_EDGES, migrations.RunSQL.noop),
        migrations.RunSQL(
            GUARD_RATINGS,
            "DROP TRIGGER petitions_guard_ratings ON petitions_rating; DROP FUNCTION petitions_guard_ratings();",
        ),
        migrations.RunPython(add_ladders, migrations.RunPython.noop),
    ]
