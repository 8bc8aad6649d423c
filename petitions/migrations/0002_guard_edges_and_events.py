"""The database's own guard: edges the FSM does not have, and changes of events, are refused whoever tries."""

from django.db import migrations

GUARD_EDGES = """
CREATE FUNCTION petitions_guard_edges() RETURNS trigger LANGUAGE plpgsql AS $$
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
    ) THEN
        RAISE EXCEPTION 'petition %: no edge from % to %', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petitions_guard_edges BEFORE INSERT OR UPDATE OF state, closed_reason ON petitions_petition
    FOR EACH ROW EXECUTE FUNCTION petitions_guard_edges();
"""

GUARD_EVENTS = """
CREATE FUNCTION petitions_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'petition events are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER petitions_events_are_append_only BEFORE UPDATE OR DELETE ON petitions_petitionevent
    FOR EACH ROW EXECUTE FUNCTION petitions_events_are_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD_EDGES,
            "DROP TRIGGER petitions_guard_edges ON petitions_petition; DROP FUNCTION petitions_guard_edges();",
        ),
        migrations.RunSQL(
            GUARD_EVENTS,
            "DROP TRIGGER petitions_events_are_append_only ON petitions_petitionevent;"
            "DROP FUNCTION petitions_events_are_append_only();",
        ),
    ]
