"""Migrations have names that say what they do, fit the models, and can be taken back."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT: Path = settings.BASE_DIR
OURS = [config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT]
NAME = re.compile(r"^\d{4}_(initial|(?!auto_)[a-z][a-z0-9_]{5,})$")


def migrations() -> list[tuple[str, str]]:
    loader = MigrationLoader(None)
    return sorted((app, name) for app, name in loader.disk_migrations if app in OURS)


@pytest.mark.parametrize(("app", "name"), migrations())
def test_a_migration_says_what_it_does(app: str, name: str) -> None:
    assert NAME.match(name), f"{app}.{name}"


def test_every_app_of_ours_with_models_has_migrations() -> None:
    assert {app for app, _name in migrations()} == {app for app in OURS if list(apps.get_app_config(app).get_models())}


@pytest.mark.parametrize("name", ["0002_auto_20260101_1200", "0002_x", "second", "0002_AddField"])
def test_a_name_that_says_nothing_would_be_found(name: str) -> None:
    assert not NAME.match(name)


@pytest.mark.django_db
def test_no_model_is_without_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_every_migration_of_ours_can_be_taken_back() -> None:
    loader = MigrationLoader(connection)
    for key in migrations():
        for operation in loader.disk_migrations[key].operations:
            assert operation.reversible, f"{key}: {operation}"
