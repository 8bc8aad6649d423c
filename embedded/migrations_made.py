"""Which migrations made the database of a data folder, and whether this checkout's are still the same.

Until the first release the initial migrations are made anew when models move, so an older database cannot be brought
up to date: `make run` says so and names `make fresh`, instead of failing in the middle. What was applied stands in
migrations.json of the data folder: the SHA-256 of each file. A migration that was added since does not matter.
"""

import hashlib
import json
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from embedded.data_folder import CHECKOUT, EmbeddedError, data_dir, write_private

TOO_OLD = "The data in {} was made by an older version of this checkout; `make fresh` deletes it, then start again."


def check() -> None:
    """Raise EmbeddedError when migrations that differ from today's have made the database."""
    applied = {(app, name) for app, name in MigrationRecorder(connection).applied_migrations() if _is_ours(app)}
    made = _read()
    today = _of_checkout()
    if applied and any(made.get(f"{app}.{name}", "") != today.get(f"{app}.{name}") for app, name in applied):
        raise EmbeddedError(TOO_OLD.format(data_dir()))


def write_down() -> None:
    """Note this checkout's migrations, which have just been applied, in the data folder."""
    write_private(_path(), json.dumps(_of_checkout(), indent=1))


def _path() -> Path:
    return data_dir() / "migrations.json"


def _read() -> dict[str, str]:
    made: dict[str, str] = json.loads(_path().read_text()) if _path().exists() else {}
    return made


def _is_ours(app: str) -> bool:
    return app in {config.label for config in apps.get_app_configs() if Path(config.path).parent == CHECKOUT}


def _of_checkout() -> dict[str, str]:
    files = CHECKOUT.glob("*/migrations/0*.py")
    return {f"{file.parent.parent.name}.{file.stem}": hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
