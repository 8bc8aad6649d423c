"""The test database as a copy: all migrations run once for each state of them, not once a process and run.

The template is named after what the migrations and the modules they import say. A changed one makes a new template
and drops the old; processes that want it at once wait for whoever makes it. Tests never connect to it.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django import get_version
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT: Path = settings.BASE_DIR
PREFIX = "template_for_tests_"
LOCK = 0x7E57  # whoever makes a template holds it


def use_template() -> None:
    """Let the test database of this process be a copy of the template, which is made if it is not there."""
    name = PREFIX + fingerprint(migrations())
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        known = {row[0] for row in cursor}
        if name not in known:
            for old in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}_unfinished"')
            _migrate(f"{name}_unfinished")
            cursor.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _migrate(name: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def migrations() -> list[Path]:
    """Return the files of all migrations, of ours and of others."""
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    return sorted(path for folder in folders for path in folder.glob("*.py"))


def fingerprint(files: list[Path]) -> str:
    """Return what names the content of these files, of the modules of ours that they import, and Django's version."""
    imported = {path for file in files if file.is_relative_to(ROOT) for path in _imports(file)}
    read = hashlib.sha256(get_version().encode())
    for path in [*files, *sorted(imported)]:
        read.update(path.name.encode() + path.read_bytes())
    return read.hexdigest()[:16]


def _imports(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            place = ROOT / name.replace(".", "/")
            yield from (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file())
