"""The SQL that makes a table append-only, for migrations of this room and of others."""


def append_only(table: str) -> tuple[str, str]:
    """Return the statements that make the table refuse UPDATE and DELETE, and those that take this guard away again."""
    name = f"{table}_is_append_only"
    guard = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{table} is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""
    return guard, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"
