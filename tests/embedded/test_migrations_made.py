"""A database that older migrations have made is refused in one sentence; one that these have made is taken."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from embedded import migrations_made
from embedded.data_folder import EmbeddedError

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAOYING_DATA", str(tmp_path))
    return tmp_path


def test_what_these_migrations_made_is_taken(folder: Path) -> None:
    migrations_made.write_down()
    migrations_made.check()


def test_one_without_a_note_is_from_before(folder: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"^The data in .* was made by an older version .*`make fresh`[^\n]*$"):
        migrations_made.check()


def test_a_migration_that_was_made_anew_is_seen(folder: Path) -> None:
    migrations_made.write_down()
    note = folder / "migrations.json"
    made = json.loads(note.read_text())
    note.write_text(json.dumps(made | {"petitions.0001_initial": "0" * 64}))
    with pytest.raises(EmbeddedError, match="make fresh"):
        migrations_made.check()


def test_a_migration_that_is_gone_is_seen(folder: Path) -> None:
    migrations_made.write_down()
    MigrationRecorder(connection).record_applied("petitions", "0099_gone")
    with pytest.raises(EmbeddedError, match="make fresh"):
        migrations_made.check()


def test_a_migration_that_was_added_since_is_none_of_its_business(folder: Path) -> None:
    migrations_made.write_down()
    note = folder / "migrations.json"
    made = json.loads(note.read_text())
    del made["surveys.0001_initial"]
    note.write_text(json.dumps(made))
    MigrationRecorder(connection).record_unapplied("surveys", "0001_initial")
    migrations_made.check()


def test_a_new_database_in_an_old_folder_is_taken(folder: Path) -> None:
    recorder = MigrationRecorder(connection)
    recorder.flush()
    migrations_made.check()
