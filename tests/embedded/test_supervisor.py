"""`make run`: what is refused before anything starts, and that the parts end with it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import supervisor
from embedded.data_folder import CHECKOUT, EmbeddedError
from embedded.servers import is_alive
from tests.embedded.conftest import all_gone, command, wait_until

PRODUCTION = {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "example.org", "REDIS_URL": "redis://127.0.0.1:9/0"}
# A program that runs one part and is killed by the test.
WITH_A_PART = """
import sys, time
from embedded.supervisor import Part
part = Part("part", "-m", "http.server", "--bind", "127.0.0.1", "0")
print(part.process.pid, flush=True)
time.sleep(60)
"""


def test_a_taken_port_is_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = command("-m", "embedded.supervisor", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} cannot be used (Address already in use)")
    assert not data.exists()


def test_an_unreachable_database_is_one_sentence_without_its_password(data: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://who:hidden-word@127.0.0.1:{closed.getsockname()[1]}/x"
        ended = command("manage.py", "migrate", DATABASE_URL=url, **PRODUCTION)
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database cannot be reached: ")
    assert ended.stderr.count("\n") == 1
    assert "hidden-word" not in ended.stderr


def test_a_missing_setting_is_one_sentence(data: Path) -> None:
    ended = command("manage.py", "check", DATABASE_URL="postgresql://127.0.0.1:9/x", REDIS_URL="redis://127.0.0.1:9/0")
    assert ended.returncode == 1
    assert ended.stderr == 'Environment variable "SECRET_KEY" not set\n'


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_parts_end_with_a_killed_supervisor() -> None:
    program = subprocess.Popen([sys.executable, "-c", WITH_A_PART], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert program.stdout
    pid = int(program.stdout.readline())
    assert is_alive(pid)
    program.kill()
    program.communicate()
    assert wait_until(lambda: all_gone(pid))


def test_a_part_that_dies_is_started_again_but_not_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    part = supervisor.Part("part", "-m", "http.server", "--bind", "127.0.0.1", "0")
    try:
        first = part.process.pid
        os.kill(first, signal.SIGKILL)
        part.process.wait()
        with pytest.raises(EmbeddedError, match="The part ended with status -9; see above"):
            part.revive()
        monkeypatch.setattr(supervisor, "SHORTEST_LIFE_SECONDS", 0.0)
        part.revive()
        assert part.process.pid != first
        part.revive()
        assert part.process.poll() is None
    finally:
        part.kill()
    assert all_gone(part.process.pid)
