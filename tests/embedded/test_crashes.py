"""What is killed comes back, and nothing that belongs to somebody else is touched."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.postgres import Postgres
from embedded.unprivileged import server_dir
from embedded.valkey import Valkey
from tests.embedded.conftest import POSTGRES_ONLY, VALKEY_ONLY, User, all_gone, query, record, wait_until
from tests.slow import slow

Start = Callable[..., User]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of somebody else."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def answers(url: str) -> bool:
    try:
        return query(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_a_killed_postmaster_is_started_again_with_its_data(data: Path, start_user: Start) -> None:
    url = start_user(**POSTGRES_ONLY).urls()["database"]
    query(url, "CREATE TABLE kept AS SELECT 42 AS n")
    pid = record(data, "postgres")["pid"]
    os.kill(pid, signal.SIGKILL)

    assert wait_until(lambda: record(data, "postgres")["pid"] != pid)
    assert query(url, "SELECT n FROM kept") == [(42,)]


def test_a_killed_valkey_is_started_again(data: Path, start_user: Start) -> None:
    start_user(**VALKEY_ONLY).urls()
    pid = record(data, "valkey")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: record(data, "valkey")["pid"] != pid)


def test_a_killed_keeper_takes_its_server_along_and_the_next_user_starts_both(data: Path, start_user: Start) -> None:
    first = start_user(**POSTGRES_ONLY)
    url = first.urls()["database"]
    keeper, pid = record(data, "postgres")["keeper"], record(data, "postgres")["pid"]
    os.kill(keeper, signal.SIGKILL)
    assert start_user(**POSTGRES_ONLY).urls()["database"] == url
    assert all_gone(keeper, pid)
    assert answers(url)


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_a_reused_process_id_in_postmaster_pid_is_left_alone(
    data: Path, start_user: Start, sleeper: subprocess.Popen[bytes]
) -> None:
    first = start_user(**POSTGRES_ONLY)
    url = first.urls()["database"]
    pid_file = server_dir() / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    keeper, pid = record(data, "postgres")["keeper"], record(data, "postgres")["pid"]
    first.leave()
    assert wait_until(lambda: all_gone(keeper, pid))
    pid_file.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")

    assert start_user(**POSTGRES_ONLY).urls()["database"] == url
    assert answers(url)
    assert sleeper.poll() is None


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_a_port_taken_meanwhile_is_given_up_for_another(data: Path, start_user: Start) -> None:
    first = start_user(**VALKEY_ONLY)
    first.urls()
    port = record(data, "valkey")["port"]
    keeper = record(data, "valkey")["keeper"]
    first.leave()
    assert wait_until(lambda: all_gone(keeper))
    with socket.create_server(("127.0.0.1", port)):
        start_user(**VALKEY_ONLY).urls()
        assert record(data, "valkey")["port"] != port
    assert json.loads((data / "valkey" / "credentials.json").read_text())["port"] == record(data, "valkey")["port"]


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_only_a_server_in_the_very_folder_is_a_leftover(tmp_path: Path, start_user: Start) -> None:
    start_user().urls()
    for kind in (Postgres, Valkey):
        assert kind(server_dir() / kind.name, 0, "").leftovers() != []
        assert kind(tmp_path, 0, "").leftovers() == []
