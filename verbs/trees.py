"""Tables whose rows lie under one another: a row lies neither under itself nor under a row below it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.migrations import RunSQL
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from verbs.constraints import Check

CIRCLE = _("上级不能是它自己，也不能是它的下级。")


def not_under_itself(name: str) -> Check:
    """Return the constraint of this name for a table with a foreign key `parent` to itself."""
    above = Q(parent__isnull=True) | ~Q(parent=F("id"))
    return Check(name=name, condition=above, beside="parent", violation_error_message=CIRCLE)


def circle_guard(table: str) -> RunSQL:
    """Return the migration's operation by which the database refuses circles in the table's `parent_id`.

    Two transactions that each make one half of a circle at the same time are let through.
    """
    return RunSQL(
        f"""
CREATE FUNCTION {table}_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM {table} WHERE id = NEW.parent_id
            UNION SELECT step.id, step.parent_id FROM {table} step JOIN above ON step.id = above.parent_id
        ) SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a circle of rows above one another' USING ERRCODE = 'check_violation',
            CONSTRAINT = '{table}_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_no_circle AFTER INSERT OR UPDATE OF parent_id ON {table}
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id <> NEW.id)
    EXECUTE FUNCTION {table}_no_circle();
""",
        f"DROP FUNCTION {table}_no_circle() CASCADE",
    )


def check_no_circle(row: Any) -> None:
    """Raise ValidationError on `parent` where the row would come to lie under itself. One statement for each step up.

    row  of a table with a foreign key `parent` to itself
    """
    above, passed = row.parent, set()
    while above is not None and above.pk not in passed:
        if above.pk == row.pk:
            raise ValidationError({"parent": CIRCLE})
        passed.add(above.pk)
        above = above.parent
