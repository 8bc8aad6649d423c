"""The PostgreSQL and Valkey that come with a checkout: who uses them.

Decides when a server has to run. Every process that needs one is a *user*: it holds a shared lock on the
server's `users.lock` for as long as it lives, so the kernel does the book-keeping, even after kill -9. The first
user starts a *keeper* (embedded/keeper.py), which runs the server and stops it when the last user is gone.
DATABASE_URL and REDIS_URL each replace one server. Leaves out how a server is run (embedded/servers.py) and
where its data lies (embedded/data_folder.py). Chosen in docs/adr/0002-embedded-servers.md.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from embedded.data_folder import CHECKOUT, EmbeddedError, data_dir, locked, make_dir, open_lock, private
from embedded.unprivileged import server_dir

# Each is a module of this package and a folder in the data folder.
SERVERS = ("postgres", "valkey")
# Everything a running checkout keeps in its data folder; what is not named here survives `make fresh`.
DATA = (*SERVERS, "migrations.json", "programs", "static", "attachments", "secret_key*", "celerybeat-schedule*")
# A stopping server is given this long before its user gives up waiting for it (assumption).
LEAVE_SECONDS = 8.0

_held: dict[Path, int] = {}


class Record(TypedDict):
    """What a keeper tells of its server and itself (process ids); it stands in `server.json` while the server runs."""

    url: str
    port: int
    pid: int
    keeper: int


@dataclass(frozen=True)
class Urls:
    """Where the two servers answer: `postgresql://…` and `redis://…`."""

    database: str
    redis: str


def ensure() -> Urls:
    """Return where PostgreSQL and Valkey answer, after starting those that do not run yet.

    Safe to repeat: costs under a millisecond while they run, and starts again what was killed.
    The servers stay for as long as this process lives. SHAOYING_NO_SERVERS=1 gives addresses where nothing
    answers, for commands that only read code.
    Raises  EmbeddedError
    """
    if os.environ.get("SHAOYING_NO_SERVERS") == "1":
        return Urls(database="postgresql://none@127.0.0.1:1/none", redis="redis://127.0.0.1:1/0")
    return Urls(
        database=os.environ.get("DATABASE_URL") or _share("postgres")["url"],
        redis=os.environ.get("REDIS_URL") or _share("valkey")["url"],
    )


def leave() -> None:
    """Stop being a user, and wait until the servers that nobody else uses are gone.

    Safe to repeat. Returns at once where another process goes on using them, else after about a second.
    """
    for lock in list(_held):
        os.close(_held.pop(lock))
    deadline = time.monotonic() + LEAVE_SECONDS
    for name in SERVERS:
        folder = data_dir() / name
        while time.monotonic() < deadline and _keeper_lives(folder) and not _others_use(folder):
            time.sleep(0.05)


def remove() -> None:
    """Delete all data of this checkout: what DATA names in the data folder, and its stand-in under /var/lib.

    Safe to repeat. Other files in the folder stay, since SHAOYING_DATA may name any folder.
    Raises  EmbeddedError while a process still uses a server, or when the files belong to somebody else
    """
    leave()
    if any(_keeper_lives(data_dir() / name) for name in SERVERS):
        raise EmbeddedError(f"The data in {data_dir()} is in use; stop `make run` and other commands first.")
    folders = {data_dir(), server_dir()}
    try:
        for path in [path for folder in folders for pattern in DATA for path in folder.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for folder in folders:
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise EmbeddedError(f"{error.filename} cannot be removed: {error.strerror}.") from error


def _share(name: str) -> Record:
    """Become a user of one server, then find it or start it; of two processes that come at once, one starts it."""
    folder = data_dir() / name
    make_dir(data_dir())
    make_dir(folder)
    users = folder / "users.lock"
    if users not in _held:
        descriptor = open_lock(users)
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits for a keeper that is just stopping its server
        _held[users] = descriptor
    with locked(folder / "start.lock", fcntl.LOCK_EX):
        return _record(folder) or _start_keeper(name, folder)


def _record(folder: Path) -> Record | None:
    """Return the record of the keeper that lives, after waiting for one that is just starting; None if none lives."""
    while _keeper_lives(folder):
        with contextlib.suppress(FileNotFoundError):
            record: Record = json.loads((folder / "server.json").read_text())
            return record
        time.sleep(0.05)
    return None


def _start_keeper(name: str, folder: Path) -> Record:
    """Start the keeper in a session of its own, where the terminal's Ctrl-C does not reach it; wait for its answer."""
    with open(folder / "keeper.log", "wb", opener=private) as log:
        keeper = subprocess.run(
            [sys.executable, "-m", f"{__package__}.{name}"],
            cwd=CHECKOUT,
            env=os.environ | {"SHAOYING_DATA": str(data_dir())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            check=False,
        )
    try:
        answer = json.loads(keeper.stdout)
    except ValueError:
        raise EmbeddedError(f"The embedded {name} did not start; {folder / 'keeper.log'} says why.") from None
    if "error" in answer:
        raise EmbeddedError(answer["error"])
    record: Record = answer
    return record


def _keeper_lives(folder: Path) -> bool:
    """Return whether a keeper lives: then it holds this lock."""
    return _is_locked(folder / "keeper.lock", fcntl.LOCK_SH)


def _others_use(folder: Path) -> bool:
    """Return whether other users exist: they hold a shared lock. A keeper that is ending holds an exclusive one."""
    users = folder / "users.lock"
    return _is_locked(users, fcntl.LOCK_EX) and not _is_locked(users, fcntl.LOCK_SH)


def _is_locked(path: Path, how: int) -> bool:
    if not path.exists():
        return False
    try:
        with locked(path, how | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


if __name__ == "__main__":
    if sys.argv[1:] != ["remove"]:
        sys.exit("usage: python -m embedded.sharing remove    (deletes the data of this checkout)")
    try:
        remove()
    except EmbeddedError as error:
        sys.exit(str(error))
