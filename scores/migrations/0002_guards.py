"""The database's own guard: facts and frozen months stand, and so does what a frozen month was made of.

And the default formula of the scores (scores/policy.py); people add versions from there on.
"""

from django.db import migrations

from scores.policy import write_formula

STANDING = (
    *("scores_cyclefact", "scores_frozenmonth", "scores_scorecard"),
    *("scores_award", "scores_award_facts"),  # what was published
)

GUARD_ROWS = """
CREATE FUNCTION scores_rows_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused, what was written stands', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION scores_rows_stand();"
    for table in STANDING
)

# The fact's row is locked first: whoever freezes holds the table until it is done (scores/freezing.py).
GUARD_APPEALS = """
CREATE FUNCTION scores_guard_appeals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM scores_cyclefact WHERE id IN (OLD.fact_id, NEW.fact_id) FOR KEY SHARE;
    IF EXISTS (SELECT 1 FROM scores_frozenmonth WHERE month IN (OLD.month, NEW.month)) THEN
        RAISE EXCEPTION 'appeal: % refused, the month is frozen', TG_OP USING ERRCODE = 'insufficient_privilege';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF NEW.month <> (SELECT month FROM scores_cyclefact WHERE id = NEW.fact_id) THEN
        RAISE EXCEPTION 'appeal: % refused, the month is not the fact''s', TG_OP USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scores_guard_appeals BEFORE INSERT OR UPDATE OR DELETE ON scores_appeal
    FOR EACH ROW EXECUTE FUNCTION scores_guard_appeals();
"""

GUARD_FORMULAS = """
CREATE FUNCTION scores_guard_formulas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM scores_frozenmonth WHERE formula_id = OLD.version) THEN
        RAISE EXCEPTION 'formula %: % refused, a month was frozen by it', OLD.version, TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scores_guard_formulas BEFORE UPDATE OR DELETE ON scores_scoreformula
    FOR EACH ROW EXECUTE FUNCTION scores_guard_formulas();
"""
# Facts are only added: a month is counted from the index alone once a vacuum has passed over its pages. By PostgreSQL's
# own settings a vacuum comes when the table has grown by a fifth, which is long after the month.
OPTIONS = ("autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor")
VACUUM_OFTEN = f"ALTER TABLE scores_cyclefact SET ({', '.join(f'{option} = 0.01' for option in OPTIONS)});"
VACUUM_AS_USUAL = f"ALTER TABLE scores_cyclefact RESET ({', '.join(OPTIONS)});"


def write(apps, schema_editor):
    write_formula(apps.get_model("scores", "ScoreFormula"))


class Migration(migrations.Migration):
    dependencies = [("scores", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD_ROWS,
            "".join(f"DROP TRIGGER {table}_stands ON {table};" for table in STANDING)
            + "DROP FUNCTION scores_rows_stand();",
        ),
        migrations.RunSQL(
            GUARD_APPEALS,
            "DROP TRIGGER scores_guard_appeals ON scores_appeal; DROP FUNCTION scores_guard_appeals();",
        ),
        migrations.RunSQL(
            GUARD_FORMULAS,
            "DROP TRIGGER scores_guard_formulas ON scores_scoreformula; DROP FUNCTION scores_guard_formulas();",
        ),
        migrations.RunSQL(VACUUM_OFTEN, VACUUM_AS_USUAL),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
