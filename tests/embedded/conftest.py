"""Users of embedded servers in a data folder of their own, as processes that the tests start, kill and count."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.data_folder import CHECKOUT
from embedded.servers import is_alive

USER = """
import json, sys
from embedded import sharing
urls = sharing.ensure()
print(json.dumps({"database": urls.database, "redis": urls.redis}), flush=True)
sys.stdin.read()
"""


# Environments in which only one of the two servers is embedded.
POSTGRES_ONLY = {"REDIS_URL": "redis://broker.example/1"}
VALKEY_ONLY = {"DATABASE_URL": "postgresql://db.example/x"}


class User:
    """A process that uses the servers until its standard input is closed, or until it is killed."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=CHECKOUT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def urls(self) -> dict[str, str]:
        """Wait until the servers run, and return where."""
        assert self.process.stdout
        urls: dict[str, str] = json.loads(self.process.stdout.readline())
        return urls

    def leave(self) -> None:
        """End in good order."""
        self.process.communicate(timeout=10)

    def kill(self) -> None:
        """End like a process that ran out of memory."""
        self.process.kill()
        self.process.communicate(timeout=10)


@pytest.fixture(autouse=True)
def today() -> None:
    """Servers are processes of their own: they go by the machine's clock, and so does the test."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test's own; its servers are gone and its files removed afterwards."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SHAOYING_DATA", str(folder))
    for name in ("DATABASE_URL", "REDIS_URL", "SHAOYING_NO_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    removed = command("-m", "embedded.sharing", "remove")
    assert removed.returncode == 0, removed.stderr


@pytest.fixture
def start_user(data: Path) -> Iterator[Callable[..., User]]:
    """Start users; those still alive at the end of the test are killed."""
    users: list[User] = []

    def start(**environment: str) -> User:
        users.append(User(**environment))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.kill()


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def record(data: Path, name: str) -> dict[str, int]:
    """What the keeper of a server says: its port, its process and its own."""
    read: dict[str, int] = json.loads((data / name / "server.json").read_text())
    return read


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in a connection of its own."""
    with psycopg.connect(url, connect_timeout=2) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def all_gone(*pids: int) -> bool:
    """Return whether none of the processes runs any more."""
    return not any(is_alive(pid) for pid in pids)
