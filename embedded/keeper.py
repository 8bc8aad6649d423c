"""The process that keeps one embedded server alive while somebody uses it.

Started by embedded/sharing.py as `python -m embedded.postgres` or `embedded.valkey`, never by hand. It says once, on
its standard output, where the server answers or why it does not; then it starts the server again whenever it dies, and
stops it when nobody has held the users' lock for a moment. It has a session of its own, so that Ctrl-C ends the users
first and then, through the lock, the server.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from embedded.data_folder import EmbeddedError, data_dir, locked, make_dir, write_private
from embedded.servers import Server
from embedded.sharing import Record
from embedded.unprivileged import server_dir

# Commands that run one after another share a server: it outlives its last user by this much (assumption).
GRACE_SECONDS = 1.0
POLL_SECONDS = 0.2
# The wait after a failed attempt to start a server that died (assumption).
RETRY_SECONDS = 2.0


def keep(kind: type[Server]) -> None:
    """Start one server, tell where it answers, and keep it until nobody uses it.

    Two keepers of one server take turns: the second waits for the first to end.
    """
    folder = data_dir() / kind.name
    record = folder / "server.json"
    with locked(folder / "keeper.lock", fcntl.LOCK_EX), locked(folder / "users.lock", fcntl.LOCK_UN) as users:
        record.unlink(missing_ok=True)
        server = None
        try:
            server = _make_server(kind, folder)
            _start(server, folder)
            _tell(json.loads(record.read_text()))
            _watch(server, folder, users)
        except (EmbeddedError, OSError) as error:
            _tell({"error": str(error)})
        finally:
            record.unlink(missing_ok=True)
            if server:
                server.stop()


def _make_server(kind: type[Server], folder: Path) -> Server:
    """Return the server with the password and port it had before; both are kept from the first start on.

    folder  the server's folder in data_dir(); its data may lie in a stand-in elsewhere (embedded/unprivileged.py)
    Raises  EmbeddedError when the data lies where the servers' user could enter once and no longer can
    """
    home = server_dir() / kind.name
    make_dir(home)
    path = folder / "credentials.json"
    if home != folder:
        if (folder / "data").exists():
            raise EmbeddedError(f"The user `nobody` can no longer enter {folder}; allow it, or run `make fresh`.")
        if not path.exists():  # left by a data folder that was deleted without `make fresh`
            shutil.rmtree(home / "data", ignore_errors=True)
    if not path.exists():
        write_private(path, json.dumps({"password": secrets.token_urlsafe(24), "port": 0}))
    kept = json.loads(path.read_text())
    return kind(home, kept["port"], kept["password"])


def _start(server: Server, folder: Path) -> None:
    server.start()
    assert server.process
    write_private(folder / "credentials.json", json.dumps({"password": server.password, "port": server.port}))
    record = Record(url=server.url, port=server.port, pid=server.process.pid, keeper=os.getpid())
    write_private(folder / "server.json", json.dumps(record))


def _tell(answer: object) -> None:
    """Write the one answer that the starting process waits for, then point the output to the keeper's log."""
    with contextlib.suppress(BrokenPipeError):  # the starting process was killed meanwhile
        os.write(sys.stdout.fileno(), json.dumps(answer).encode())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def _watch(server: Server, folder: Path, users: int) -> None:
    """Return when nobody uses the server; the exclusive lock then keeps new users waiting until it has stopped."""
    last_used = time.monotonic()
    while True:
        time.sleep(POLL_SECONDS)
        if server.process is None or server.process.poll() is not None:
            _revive(server, folder)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            last_used = time.monotonic()
            continue
        if time.monotonic() - last_used > GRACE_SECONDS:
            return
        fcntl.flock(users, fcntl.LOCK_UN)


def _revive(server: Server, folder: Path) -> None:
    """Start a server that died. A failure is logged, and the start is tried again for as long as somebody uses it."""
    print(f"the {server.name} died, starting it again", file=sys.stderr, flush=True)
    try:
        _start(server, folder)
    except (EmbeddedError, OSError) as error:
        print(error, file=sys.stderr, flush=True)
        time.sleep(RETRY_SECONDS)


def _exit_once(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave through the `finally` that stops the server, which a second signal must not interrupt."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit()


def main(kind: type[Server]) -> None:
    """Keep the server in a child process, so that whoever started this process need not wait for the keeper's end."""
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, _exit_once)
    signal.signal(signal.SIGTERM, _exit_once)
    keep(kind)
