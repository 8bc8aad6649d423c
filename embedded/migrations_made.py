"""Whether a database was made by this checkout's migrations. If others made it, it cannot be brought up to date.

Until the first release the initial migrations are made anew when models move: `make run` says so in one sentence
instead of failing in the middle. It notices a migration that was applied and is no longer in the checkout, and one
that has changed since. For the latter, migrations.json in the data folder holds the SHA-256 of each file that was
applied to the embedded database. A migration that is not noted there (`manage.py migrate` by hand) is believed to be
the checkout's.
"""

import hashlib
import json
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from embedded.data_folder import CHECKOUT, EmbeddedError, data_dir, write_private

OTHERS = "The data in {} was made by another version of this checkout; `make fresh` deletes it, then start again."
OTHERS_OWN = "The database of DATABASE_URL was made by another version of this checkout; start with an empty one."


def check(*, is_embedded: bool) -> None:
    """Raise EmbeddedError when the database was made by migrations that this checkout lacks or that changed since."""
    applied = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations() if _is_ours(app)}
    noted = json.loads(_path().read_text()) if is_embedded and _path().exists() else {}
    today = _of_checkout()
    if any(name not in today or noted.get(name, today[name]) != today[name] for name in applied):
        raise EmbeddedError(OTHERS.format(data_dir()) if is_embedded else OTHERS_OWN)


def write_down() -> None:
    """Note this checkout's migrations, which have just been applied, in the data folder."""
    write_private(_path(), json.dumps(_of_checkout(), indent=1))


def _path() -> Path:
    return data_dir() / "migrations.json"


def _is_ours(app: str) -> bool:
    return app in {config.label for config in apps.get_app_configs() if Path(config.path).parent == CHECKOUT}


def _of_checkout() -> dict[str, str]:
    files = CHECKOUT.glob("*/migrations/0*.py")
    return {f"{file.parent.parent.name}.{file.stem}": hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
