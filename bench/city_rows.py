"""Copies whole petitions, set by set: a copy has all rows of its model, but its own keys, moments, number, enterprise.

The models are petitions that went through the verbs (bench/cities.py), so whatever a verb writes is there and fits
together: assignments, clocks with their alarms, levels, events, notices, ratings, facts, search rows. A copy differs in
what `bench_copy` says: when, by which enterprise, under which number, with which words at the end of title and body.

Keys of copies are computed, not looked up: a table whose models have at most `most` rows a petition gives the n-th copy
the keys from base + n * most on. Checks and triggers stay on, but for the trigger that lets a petition begin only as
reported. Foreign keys and indexes are dropped before and made again after, which checks every row.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

CHUNK = 50_000
# Which petition a row belongs to; the tables stand in the order in which they refer to each other.
TREE = {
    "petitions_petition": "id",
    "petitions_petitioner": "petition_id",
    "petitions_petition_other_regions": "petition_id",
    "petitions_assignment": "petition_id",
    "petitions_clock": "petition_id",
    "petitions_clockpause": "(SELECT petition_id FROM petitions_clock WHERE id = clock_id)",
    "petitions_extension": "(SELECT petition_id FROM petitions_assignment WHERE id = assignment_id)",
    "petitions_hold": "(SELECT petition_id FROM petitions_assignment WHERE id = assignment_id)",
    "petitions_sendback": "(SELECT petition_id FROM petitions_assignment WHERE id = assignment_id)",
    "petitions_rating": "(SELECT petition_id FROM petitions_assignment WHERE id = assignment_id)",
    "petitions_ratingreferral": "petition_id",
    "limits_escalation": "subject_id",
    "petitions_supervisionorder": "petition_id",
    "petitions_orderclock": "(SELECT petition_id FROM petitions_supervisionorder WHERE id = order_id)",
    "record_event": "subject_id",
    "notices_notice": "(SELECT subject_id FROM record_event WHERE id = event_id)",
    "petitions_searchtext": "petition_id",
    "scores_cyclefact": "petition_key",
}
# Tables whose only key is the petition's.
KEYED = {"petitions_petitioner": "petition_id", "petitions_searchtext": "petition_id"}
# References that are no foreign keys, and one that a foreign key would only find by its name.
KEYS = {
    ("record_event", "subject_id"): "petitions_petition",
    ("limits_escalation", "subject_id"): "petitions_petition",
    ("scores_cyclefact", "petition_key"): "petitions_petition",
    ("scores_cyclefact", "assignment_key"): "petitions_assignment",
}
# What a copy has instead of its model's value: `r` is the model's row, `c` the copy's.
OWN = {
    ("petitions_petition", "number"): "c.number",
    ("petitions_petition", "query_code"): "c.query_code",
    ("petitions_petition", "source"): "'bench'",
    ("petitions_petition", "source_id"): "c.n::text",
    ("petitions_petition", "title"): "r.title || c.title_end",
    ("petitions_petition", "body"): "r.body || c.body_end",
    ("petitions_petitioner", "enterprise_id"): "c.enterprise",
    ("petitions_petitioner", "submission_key"): "''",
    ("petitions_petitioner", "submission_digest"): "''",
    ("notices_notice", "key"): "gen_random_uuid()",
    ("scores_cyclefact", "number"): "c.number",
    ("scores_cyclefact", "month"): (
        "date_trunc('month', (coalesce(r.rated_at, r.closed_at) + c.shift) AT TIME ZONE 'Asia/Shanghai')::date"
    ),
    ("scores_cyclefact", "enterprise_size"): "c.size",
    ("scores_cyclefact", "enterprise_ownership"): "c.ownership",
    ("scores_cyclefact", "enterprise_founded_date"): "c.founded_date",
    ("scores_cyclefact", "enterprise_region_id"): "c.region",
    ("petitions_searchtext", "text"): (
        "c.title || c.title_end || replace(substr(r.text, length(c.title) + 1), c.body, c.body || c.body_end)"
    ),
    ("petitions_searchtext", "folded"): (
        "c.folded_title || c.folded_title_end || replace("
        "substr(r.folded, length(c.folded_title) + 1), c.folded_body, c.folded_body || c.folded_body_end)"
    ),
    ("petitions_searchtext", "tokens"): (
        "array_to_tsvector(array_replace(tsvector_to_array(r.tokens), c.old_number, c.number)) || c.tokens"
    ),
}
# Keys inside the data of events; those of departments and people are the copy's, too.
IN_DATA = {"hold": "petitions_hold", "extension": "petitions_extension", "send_back": "petitions_sendback"}
MOVED = {
    "timestamptz": "r.{0} + c.shift",
    "date": "(r.{0} + c.shift)::date",
    "_timestamptz": "ARRAY(SELECT one + c.shift FROM unnest(r.{0}) WITH ORDINALITY AS it (one, place) ORDER BY place)",
}
COLUMNS = """
SELECT attname, typname, (SELECT confrelid::regclass::text FROM pg_constraint
                           WHERE contype = 'f' AND conrelid = attrelid AND conkey = ARRAY[attnum])
  FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def _ask(statement: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


class Copier:
    """Copies the petitions of the table bench_model (id), as the table bench_copy says."""

    def __init__(self) -> None:
        self.base: dict[str, int] = {}
        self.most: dict[str, int] = {}
        for table, petition in TREE.items():
            key = KEYED.get(table, "id")
            subject = " AND subject_type = 'petition'" if petition == "subject_id" else ""
            _ask(
                f"CREATE TEMP TABLE of_{table} AS SELECT old, model,"
                f" row_number() OVER (PARTITION BY model ORDER BY old) AS rank"
                f" FROM (SELECT {key} AS old, {petition} AS model FROM {table} WHERE true{subject}) row"
                " WHERE model IN (SELECT id FROM bench_model)"
            )
            _ask(f"CREATE UNIQUE INDEX ON of_{table} (old); ANALYZE of_{table}")
            ((self.most[table],),) = _ask(f"SELECT coalesce(max(rank), 0) FROM of_{table}")
            ((self.base[table],),) = _ask(f"SELECT coalesce(max({key}), 0) FROM {table}")

    def copy(self, count: int) -> None:
        """Write the copies with n from 0 to below `count`."""
        statements = [self._statement(table) for table in TREE]  # made while foreign keys can be read
        with without_foreign_keys_and_indexes(TREE):
            for first in range(0, count, CHUNK):
                for statement in statements:
                    _ask(statement, first, first + CHUNK)
        for table in set(TREE) - set(KEYED):
            _ask(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")

    def _statement(self, table: str) -> str:
        joins: list[str] = []
        values = {name: self._value(table, name, kind, of, joins) for name, kind, of in _ask(COLUMNS, table)}
        key = KEYED.get(table, "id")
        return (
            f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM of_{table} own"
            f" JOIN {table} r ON r.{key} = own.old JOIN bench_copy c ON c.model = own.model {' '.join(joins)}"
            " WHERE c.n >= %s AND c.n < %s ORDER BY c.n, own.rank"
        )

    def _value(self, table: str, name: str, kind: str, of: str | None, joins: list[str]) -> str:
        of = KEYS.get((table, name), of)
        if (table, name) in OWN:
            return OWN[table, name]
        if (table, name) == ("record_event", "data"):
            return self._data()
        if (table, name) == ("petitions_supervisionorder", "number"):
            return self._order("r", "own.rank")
        if (table, name) == ("limits_escalation", "clock_key"):
            return self._clock("r.promise", "r.clock_key")
        if name == "id":
            return self._key(table, "own.rank")
        if of in TREE:
            joins.append(f"LEFT JOIN of_{of} at_{name} ON at_{name}.old = r.{name}")
            return self._key(of, f"at_{name}.rank")
        if of == "accounts_user":
            return f"CASE WHEN r.{name} = c.old_liaison THEN c.liaison ELSE r.{name} END"
        return MOVED.get(kind, "r.{0}").format(name)

    def _key(self, table: str, rank: str) -> str:
        return f"{self.base[table]} + c.n * {self.most[table]} + {rank}"

    def _data(self) -> str:
        """Return the expression for an event's data with the copy's keys instead of its model's."""
        said = "r.data ->> '{0}'"
        parts = {name: self._found(table, f"old = ({said.format(name)})::bigint") for name, table in IN_DATA.items()}
        parts["clock"] = self._clock("r.data ->> 'promise'", "(r.data ->> 'clock')::bigint")
        parts["order"] = (
            f"(SELECT {self._order('o', 'rank')} FROM petitions_supervisionorder o"
            " JOIN of_petitions_supervisionorder ON old = id WHERE number = r.data ->> 'order')"
        )
        changed = [
            f"CASE WHEN r.data ? '{name}' THEN jsonb_build_object('{name}', {value}) ELSE '{{}}' END"
            for name, value in parts.items()
        ]
        return " || ".join(["r.data", *changed])

    def _found(self, table: str, condition: str) -> str:
        return f"(SELECT {self._key(table, 'rank')} FROM of_{table} WHERE {condition})"

    def _clock(self, promise: str, key: str) -> str:
        """Return the key of a copied clock, which stands in one of two tables."""
        order, other = (self._found(table, f"old = {key}") for table in ("petitions_orderclock", "petitions_clock"))
        return f"CASE WHEN {promise} = 'order' THEN {order} ELSE {other} END"

    def _order(self, row: str, rank: str) -> str:
        """Return the number of a copied order: its day, and what no other order of the city has."""
        day = f"to_char(({row}.issued_at + c.shift) AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')"
        return f"'DB' || {day} || lpad((c.n * {self.most['petitions_supervisionorder']} + {rank})::text, 7, '0')"


@contextmanager
def without_foreign_keys_and_indexes(tables: Iterable[str]) -> Iterator[None]:
    """Drop what would be asked or written for each row, and make it again at the end, when it checks all rows."""
    again = []
    _ask("SET maintenance_work_mem = '512MB'")
    _ask("ALTER TABLE petitions_petition DISABLE TRIGGER petitions_guard_edges")
    for table in tables:
        for name, said in _ask(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass",
            table,
        ):
            _ask(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {said}')
        for name, said in _ask(
            "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            table,
        ):
            _ask(f"DROP INDEX {name}")
            again.insert(0, said)
    yield
    for statement in again:
        _ask(statement)
    _ask("ALTER TABLE petitions_petition ENABLE TRIGGER petitions_guard_edges")
