"""What every request reads and hardly anybody changes (rules, calendars, categories), kept in memory while it stands.

A trigger on each such table notes every statement that changed it in `reference_change`. The notes that a transaction
sees are the state of all these tables for it: what was kept under the same state is what it would read. A change that
is rolled back takes its note along, and no number is given twice. Notes are only added, so that no writer waits for
another; the trigger removes old ones.

The state is asked for once in a request, everywhere else each time: one statement. A request that changes such a table
asks each time from then on: it may take the change back. What is kept is shared by all threads: nobody changes it.
"""

import re
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.migrations import RunSQL
from django.db.models import Model
from django.db.models.expressions import RawSQL

Kept = TypeVar("Kept")
Row = TypeVar("Row", bound=Model)
State = tuple[int, int | None]  # how many notes are seen, and one number made of all of theirs

NOTES = "reference_change"
# The newest note alone would not tell: two transactions that have not ended see a third's newer note, and each its own.
STATE = "count(*), bit_xor(hashint8extended(id, 0))"
NOTES_MOST = 200

_kept: dict[Hashable, tuple[State, Any]] = {}
_watched: set[str] = set()
_changes = re.compile("(?!)")  # a statement that changes a watched table


class _Asked(threading.local):
    is_in_request = False
    state: State | None = None


_asked = _Asked()


def kept(name: Hashable, read: Callable[[], Kept], *tables: str) -> Kept:
    """Return what `read` returns, reading again only when one of the watched tables has changed.

    name    of what is kept, the same each time
    tables  that are read: each needs `watch` in a migration
    """
    if not _watched.issuperset(tables):
        _watch_for(tables)
    state = _state()
    found = _kept.get(name)
    if found is None or found[0] != state:
        found = _kept[name] = state, read()
    value: Kept = found[1]
    return value


def _watch_for(tables: Sequence[str]) -> None:
    global _changes
    _watched.update(tables)
    names = "|".join(sorted(_watched))
    _changes = re.compile(rf'\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(?:{names})\b')


def rows(model: type[Row]) -> Sequence[Row]:
    """Return all rows of a watched table, by key."""
    return kept(model, lambda: list(model._default_manager.order_by("pk")), model._meta.db_table)


def by_key(model: type[Row]) -> Mapping[int, Row]:
    """Return all rows of a watched table by their keys."""
    return kept((model, "key"), lambda: {row.pk: row for row in rows(model)}, model._meta.db_table)


def by_code(model: type[Row]) -> Mapping[str, Row]:
    """Return all rows of a watched table by their codes."""
    code = attrgetter("code")
    return kept((model, "code"), lambda: {code(row): row for row in rows(model)}, model._meta.db_table)


def told() -> RawSQL:
    """Return an expression for `annotate` that asks for the state along with something else; give it to `know`."""
    return RawSQL(f"SELECT ARRAY[{STATE}] FROM {NOTES}", ())


def know(state: Sequence[Any]) -> None:
    """Take the state that `told` has brought for the rest of this request."""
    if _asked.is_in_request:
        _asked.state = (state[0], state[1])


def _state() -> State:
    if _asked.state is not None:
        return _asked.state
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STATE} FROM {NOTES}")
        state: State = cursor.fetchone()
    know(state)
    return state


def _begin(**_signal: Any) -> None:
    _asked.is_in_request, _asked.state = True, None


def _end(**_signal: Any) -> None:
    _asked.is_in_request, _asked.state = False, None


def _listen(connection: Any, **_signal: Any) -> None:
    if _hear not in connection.execute_wrappers:
        connection.execute_wrappers.append(_hear)


def _hear(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Let a request that changes a watched table ask for the state each time, for it may roll back."""
    if _asked.is_in_request and _changes.search(str(sql)):
        _end()
    return execute(sql, params, many, context)


request_started.connect(_begin)
request_finished.connect(_end)
connection_created.connect(_listen)


# ---- migrations -------------------------------------------------------------------------------------------------


def notes() -> RunSQL:
    """Return the operation that makes the table of notes and the trigger's function."""
    return RunSQL(
        f"""
CREATE TABLE {NOTES} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE FUNCTION {NOTES}_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noted bigint;
BEGIN
    INSERT INTO {NOTES} DEFAULT VALUES RETURNING id INTO noted;
    IF noted % 50 = 0 THEN
        DELETE FROM {NOTES} WHERE id IN (
            SELECT id FROM {NOTES} WHERE id < noted - {NOTES_MOST} FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN NULL;
END $$;
""",
        f"DROP TABLE {NOTES}; DROP FUNCTION {NOTES}_note() CASCADE;",
    )


def watch(table: str, *columns: str) -> RunSQL:
    """Return the operation that has changes of the table noted; of updates, if columns are named, only theirs."""
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    return RunSQL(
        f"CREATE TRIGGER {table}_is_reference AFTER INSERT OR {update} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {NOTES}_note();",
        f"DROP TRIGGER {table}_is_reference ON {table};",
    )
