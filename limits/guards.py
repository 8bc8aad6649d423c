"""The SQL that keeps clocks from being deleted, for the guard migrations of the rooms that have a table of clocks."""


def clocks_stay(table: str) -> tuple[str, str]:
    """Return the statements that make the table refuse DELETE, and those that take this guard away again.

    Escalations name their clock by promise and key, so no foreign key protects it (limits/models/escalation.py).
    """
    name = f"{table}_stays"
    guard = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{table} %: DELETE refused, its levels name it', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""
    return guard, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"
