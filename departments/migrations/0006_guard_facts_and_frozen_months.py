"""The database's own guard: facts and frozen months stand, and so does what a frozen month was made of."""

from django.db import migrations

STANDING = ("departments_cyclefact", "departments_frozenmonth", "departments_scorecard")

GUARD_ROWS = """
CREATE FUNCTION departments_rows_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused, what was written stands', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION departments_rows_stand();"
    for table in STANDING
)

# The fact's row is locked first: whoever freezes holds the table until it is done (departments/freezing.py).
GUARD_APPEALS = """
CREATE FUNCTION departments_guard_appeals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM departments_cyclefact WHERE id IN (OLD.fact_id, NEW.fact_id) FOR KEY SHARE;
    IF EXISTS (SELECT 1 FROM departments_frozenmonth WHERE month IN (OLD.month, NEW.month)) THEN
        RAISE EXCEPTION 'appeal: % refused, the month is frozen', TG_OP USING ERRCODE = 'insufficient_privilege';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF NEW.month <> (SELECT month FROM departments_cyclefact WHERE id = NEW.fact_id) THEN
        RAISE EXCEPTION 'appeal: % refused, the month is not the fact''s', TG_OP USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER departments_guard_appeals BEFORE INSERT OR UPDATE OR DELETE ON departments_appeal
    FOR EACH ROW EXECUTE FUNCTION departments_guard_appeals();
"""

GUARD_FORMULAS = """
CREATE FUNCTION departments_guard_formulas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM departments_frozenmonth WHERE formula_id = OLD.version) THEN
        RAISE EXCEPTION 'formula %: % refused, a month was frozen by it', OLD.version, TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER departments_guard_formulas BEFORE UPDATE OR DELETE ON departments_scoreformula
    FOR EACH ROW EXECUTE FUNCTION departments_guard_formulas();
"""


class Migration(migrations.Migration):
    dependencies = [("departments", "0005_write_default_formula")]

    operations = [
        migrations.RunSQL(
            GUARD_ROWS,
            "".join(f"DROP TRIGGER {table}_stands ON {table};" for table in STANDING)
            + "DROP FUNCTION departments_rows_stand();",
        ),
        migrations.RunSQL(
            GUARD_APPEALS,
            "DROP TRIGGER departments_guard_appeals ON departments_appeal; DROP FUNCTION departments_guard_appeals();",
        ),
        migrations.RunSQL(
            GUARD_FORMULAS,
            "DROP TRIGGER departments_guard_formulas ON departments_scoreformula;"
            "DROP FUNCTION departments_guard_formulas();",
        ),
    ]
