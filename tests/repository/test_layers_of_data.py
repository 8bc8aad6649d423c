"""Data keeps to the order of the rooms too: where foreign keys point, and whose tables SQL names.

An import graph shows neither: a foreign key may be a string, and SQL is one. SQL is looked for in every string of a
room's Python files, migrations included, and in its .sql files.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import models

from tests.repository.rooms import ORDER, ROOT, Order, Reference, files, listed, place, texts, upward

OURS = [config for config in apps.get_app_configs() if Path(config.path).parent == ROOT]
MODELS = [model for config in OURS for model in config.get_models(include_auto_created=True)]
TABLES = {model._meta.db_table: model._meta.app_label for model in MODELS}
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def keys(found: Iterable[type[models.Model]], rooms: Collection[str]) -> Iterator[Reference]:
    """Yield where the foreign keys, one-to-one and many-to-many fields of the models point to inside the rooms."""
    for model in found:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            targets = (field.related_model, getattr(field.remote_field, "through", None))
            for target in (target._meta for target in targets if target):
                if target.app_label in rooms:
                    where = f"{model._meta.label}.{field.name}"
                    yield Reference(model._meta.app_label, target.app_label, where, target.object_name)


def tables_in(text: str, tables: Collection[str]) -> list[str]:
    """Return the tables that the text names as whole words outside of SQL's comments, each once."""
    words = re.findall(r"\w+", COMMENT.sub("", text))
    return [word for word in dict.fromkeys(words) if word in tables]


def in_python(code: str, tables: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the tables that the strings of Python code name, with their lines."""
    for text in texts(code):
        yield from ((text.line_of(table), table) for table in tables_in(text.text, tables))


def in_sql(text: str, tables: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the tables that a file of SQL names, with their lines."""
    blank = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    for number, line in enumerate(blank.splitlines(), start=1):
        yield from ((number, table) for table in tables_in(line, tables))


def statements(rooms: Iterable[str], tables: Mapping[str, str]) -> Iterator[Reference]:
    """Yield every place in the rooms' files where SQL names a table."""
    for room in rooms:
        for pattern, reader in (("*.py", in_python), ("*.sql", in_sql)):
            for path, text in files(room, pattern):
                for line, table in reader(text, tables):
                    yield Reference(room, tables[table], place(path, line), table)


# ---- what is there ------------------------------------------------------------------------------------------------


def test_every_room_with_tables_has_its_layer() -> None:
    assert set(TABLES.values()) <= set(ORDER.layer)


def test_foreign_keys_point_to_the_same_room_or_a_lower_one() -> None:
    found = list(keys(MODELS, ORDER.layer))
    assert any(key.room != key.owner for key in found)
    wrong = upward(ORDER, found)
    assert not wrong, listed(wrong)


def test_sql_names_tables_of_the_same_room_or_a_lower_one() -> None:
    found = list(statements(ORDER.layer, TABLES))
    assert any(statement.room != statement.owner for statement in found)
    wrong = upward(ORDER, found)
    assert not wrong, listed(wrong)


# ---- what would be found ------------------------------------------------------------------------------------------

HOUSE = Order(["top", "left | right", "near : by", "ground"])


@pytest.mark.parametrize(
    ("room", "other", "is_allowed"),
    [
        ("top", "top", True),
        ("top", "ground", True),
        ("ground", "top", False),
        ("right", "left", False),
        ("near", "by", True),
        ("by", "right", False),
        ("mounts_all", "ground", True),
        ("ground", "mounts_all", False),
    ],
)
def test_a_room_knows_lower_rooms_only(room: str, other: str, is_allowed: bool) -> None:
    assert HOUSE.allows(room, other) is is_allowed


def thing(registry: Apps, room: str, **fields: models.Field) -> type[models.Model]:
    """Return a model `<room>.Thing` that only the registry knows."""
    meta = type("Meta", (), {"app_label": room, "apps": registry})
    return type("Thing", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def test_a_key_that_points_up_or_sideways_would_be_found() -> None:
    registry = Apps()
    sideways = models.OneToOneField("right.Thing", on_delete=models.CASCADE, related_name="+")
    up = models.ManyToManyField("top.Thing", related_name="+")
    down = models.ForeignKey("ground.Thing", on_delete=models.CASCADE, related_name="+")
    left = thing(registry, "left", sideways=sideways, up=up, down=down)
    house = [left, *(thing(registry, room) for room in ("top", "right", "ground"))]
    wrong = upward(HOUSE, keys(house, HOUSE.layer))
    assert [(key.where, key.owner) for key in wrong] == [("left.Thing.sideways", "right"), ("left.Thing.up", "top")]


SAMPLE = {"top_thing": "top", "left_thing": "left", "left_thing_parts": "left"}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('run("SELECT 1 FROM top_thing")', [(1, "top_thing")]),
        ('SQL = """\n  SELECT 1\n  FROM left_thing_parts -- left_thing\n"""', [(3, "left_thing_parts")]),
        ('SQL = f"SELECT 1 FROM top_thing WHERE id = {key} AND {rule}"', [(1, "top_thing")]),
        ('SQL = (\n    "SELECT 1 FROM "\n    "top_" "thing"\n)', [(2, "top_thing")]),
        ('RunSQL(\n  "DROP TABLE left_thing",\n  "TABLE left_thing",\n)', [(2, "left_thing"), (3, "left_thing")]),
        ('"""Reads top_thing."""\n# and left_thing\ntop_thing = 1\ndef f():\n    """FROM top_thing"""', []),
        ('NAME = "top_things, a_top_thing and top.Thing"', []),
    ],
)
def test_a_table_in_a_string_would_be_found(code: str, found: list[tuple[int, str]]) -> None:
    assert list(in_python(code, SAMPLE)) == found


def test_a_table_in_a_file_of_sql_would_be_found() -> None:
    text = '/* top_thing\n */ SELECT 1 -- top_thing\nFROM public."left_thing" JOIN top_thing USING (id);\n'
    found = list(in_sql(text, SAMPLE))
    assert found == [(3, "left_thing"), (3, "top_thing")]
    wrong = upward(HOUSE, [Reference("left", SAMPLE[table], f"a.sql:{line}", table) for line, table in found])
    assert listed(wrong) == "a.sql:3 names top_thing of top"
