"""A database that other migrations have made is refused in one sentence; one that these have made is taken."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from embedded import migrations_made
from embedded.data_folder import EmbeddedError

pytestmark = pytest.mark.django_db
REFUSED = r"^The data in .* was made by another version .*`make fresh`[^\n]*$"


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a data folder of this test's own says what made its database."""
    monkeypatch.setenv("SHAOYING_DATA", str(tmp_path))
    return tmp_path / "migrations.json"


def apply(app: str, name: str) -> None:
    MigrationRecorder(connection).record_applied(app, name)


def test_what_these_migrations_made_is_taken(note: Path) -> None:
    migrations_made.write_down()
    assert len(json.loads(note.read_text())) > 10
    migrations_made.check(is_embedded=True)


def test_a_migration_that_was_made_anew_is_seen(note: Path) -> None:
    migrations_made.write_down()
    made = json.loads(note.read_text())
    note.write_text(json.dumps(made | {"petitions.0001_initial": "0" * 64}))
    with pytest.raises(EmbeddedError, match=REFUSED):
        migrations_made.check(is_embedded=True)


def test_a_migration_that_is_gone_is_seen_with_a_note_or_without(note: Path) -> None:
    apply("petitions", "0009_overview_indexes")
    with pytest.raises(EmbeddedError, match=REFUSED):
        migrations_made.check(is_embedded=True)
    migrations_made.write_down()
    with pytest.raises(EmbeddedError, match=REFUSED):
        migrations_made.check(is_embedded=True)


def test_an_own_database_is_not_told_of_make_fresh(note: Path) -> None:
    apply("petitions", "0009_overview_indexes")
    with pytest.raises(EmbeddedError, match=r"^The database of DATABASE_URL .* an empty one\.$"):
        migrations_made.check(is_embedded=False)


def test_what_was_applied_by_hand_is_taken(note: Path) -> None:
    migrations_made.check(is_embedded=True)  # no `make run` has been here
    migrations_made.write_down()
    made = json.loads(note.read_text())
    del made["surveys.0002_guards"]  # added since, and applied by manage.py migrate
    note.write_text(json.dumps(made))
    migrations_made.check(is_embedded=True)


def test_of_a_foreign_app_nothing_is_asked(note: Path) -> None:
    apply("auth", "0099_gone")
    migrations_made.check(is_embedded=True)
