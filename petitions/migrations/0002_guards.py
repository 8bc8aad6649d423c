"""The database's own guard: edges the FSM does not have, half events, deleting, groups of two levels and changes of
locked ratings are refused, whoever tries. And what the database knows of the words of petitions.

The default limits and the default ladder (petitions/policy.py) are written, too; people change them from there on.
"""

from django.db import migrations

from limits.guards import clocks_stay
from petitions.models.choices import State
from petitions.models.event import EventKind
from petitions.policy import write_defaults

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
        OR (OLD.state = 'closed' AND NEW.state = 'assigned' AND OLD.closed_reason = 'lapsed')
        OR (OLD.state = 'assigned' AND NEW.state = 'rated' AND OLD.cycle > 1 AND NEW.cycle = OLD.cycle - 1)
    ) THEN
        RAISE EXCEPTION 'petition %: no edge from % to %', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petitions_guard_edges BEFORE INSERT OR UPDATE OF state, closed_reason ON petitions_petition
    FOR EACH ROW EXECUTE FUNCTION petitions_guard_edges();
"""

KINDS = ", ".join(f"'{kind}'" for kind in EventKind.values)
STATES = ", ".join(f"'{state}'" for state in State.values)
# What an event of a petition says besides; and what integrity flags (petitions/supervision/flags.py) and the answers of
# a month (petitions/narrowing.py) are looked for in.
OF_PETITIONS = f"""
ALTER TABLE record_event ADD CONSTRAINT event_of_petition_whole CHECK (
    subject_type <> 'petition'
    OR (kind IN ({KINDS}) AND cycle IS NOT NULL AND from_state IS NOT NULL
        AND to_state IS NOT NULL AND to_state IN ({STATES})));
CREATE INDEX event_of_integrity ON record_event (at) WHERE subject_type = 'petition' AND kind IN (
    'withdraw', 'ask_send_back', 'ask_send_back_again', 'decide_send_back', 'remove_support',
    'resolve', 'rate', 'change_rating');
"""
NOT_OF_PETITIONS = """
DROP INDEX event_of_integrity;
ALTER TABLE record_event DROP CONSTRAINT event_of_petition_whole;
"""

# Its events name it by its key: whoever deleted it would leave them without a subject.
KEEP_PETITIONS = """
CREATE FUNCTION petitions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'petition %: DELETE refused, it has a history', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER petitions_stay BEFORE DELETE ON petitions_petition FOR EACH ROW EXECUTE FUNCTION petitions_stay();
"""

# One level: a parent follows nobody, and nobody follows a child.
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

GUARD_RATINGS = """
CREATE FUNCTION petitions_guard_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rating %: locked, % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER petitions_guard_ratings BEFORE UPDATE OR DELETE ON petitions_rating
    FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION petitions_guard_ratings();
"""

# What is similar is looked for among the open petitions, which are few: they have an index of their own.
# ANALYZE keeps the shares of 5,000 tokens: whether a word is common and the rarity of words both come from them.
# The text as it is written is only read for excerpts: MAIN keeps the rest of the row, which is searched, together.
COUNT_AND_INDEX = """
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STATISTICS 500;
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STORAGE MAIN, ALTER COLUMN folded SET STORAGE MAIN;
CREATE INDEX search_text_open ON petitions_searchtext USING gin (tokens)
    WITH (gin_pending_list_limit = 256) WHERE tokens @@ '''@open''';
"""
BACK = """
DROP INDEX search_text_open;
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STORAGE EXTENDED, ALTER COLUMN folded SET STORAGE EXTENDED;
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STATISTICS -1;
"""


def write(apps, schema_editor):
    write_defaults(apps.get_model("limits", "LimitRule"), apps.get_model("limits", "LadderStep"))


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial"), ("record", "0002_guards"), ("limits", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD_EDGES,
            "DROP TRIGGER petitions_guard_edges ON petitions_petition; DROP FUNCTION petitions_guard_edges();",
        ),
        migrations.RunSQL(OF_PETITIONS, NOT_OF_PETITIONS),
        migrations.RunSQL(KEEP_PETITIONS, "DROP TRIGGER petitions_stay ON petitions_petition; DROP FUNCTION petitions_stay();"),
        migrations.RunSQL(
            GUARD_GROUPS,
            "DROP TRIGGER petitions_guard_groups ON petitions_petition; DROP FUNCTION petitions_guard_groups();",
        ),
        migrations.RunSQL(
            GUARD_RATINGS,
            "DROP TRIGGER petitions_guard_ratings ON petitions_rating; DROP FUNCTION petitions_guard_ratings();",
        ),
        migrations.RunSQL(COUNT_AND_INDEX, BACK),
        migrations.RunSQL(*clocks_stay("petitions_clock")),
        migrations.RunSQL(*clocks_stay("petitions_orderclock")),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
