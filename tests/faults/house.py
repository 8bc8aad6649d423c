"""A house of its own for the faults: data folder, PostgreSQL, Valkey, and the processes that are killed in it.

The servers are the embedded ones with the settings of every other checkout, so a killed one is started again by its
keeper. Each test finds the cast in a fresh copy of the database and an empty broker. Processes come from a nursery
(tests/faults/nursery.py), each in a process group of its own; at the end of a test all of them are killed.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis
from celery import Celery
from psycopg import sql

from embedded.data_folder import CHECKOUT
from embedded.servers import is_alive

# How long a server may take to come back, and a process to start, before a test gives up (assumption).
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.02
ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "SHAOYING_NO_SERVERS")
FURNISHED = "furnished"


class Process:
    """A process of the house, with its children in one group."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid, self.log = pid, log

    @property
    def is_alive(self) -> bool:
        return is_alive(self.pid)

    def kill(self) -> None:
        """End the whole group at once, like a machine that ran out of memory. Safe to repeat."""
        if self.is_alive:
            os.killpg(self.pid, signal.SIGKILL)
        wait_until(lambda: not self.is_alive)


class House:
    """Where the faults happen; one for all tests of a session."""

    def __init__(self, folder: Path) -> None:
        self.folder = self.desk = folder
        self.tests = 0
        self.processes: list[Process] = []
        others = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        self.environment = others | {"SHAOYING_DATA": str(folder / "data")}

    def open(self) -> None:
        """Start the servers and the nursery, and furnish the database that every test gets a copy of."""
        self.folder.mkdir()
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        furnishing = self.start("tests.faults.furnish")
        assert wait_until(lambda: not furnishing.is_alive), "furnishing takes too long"
        assert "furnished" in furnishing.log.read_text(), furnishing.log.read_text()
        self.database_url, self.redis_url = self.record("postgres")["url"], self.record("valkey")["url"]
        self._rebuild(FURNISHED, "shaoying")

    def close(self) -> None:
        """End everything and remove the data; safe to repeat."""
        self.end()
        self.nursery.communicate()
        subprocess.run(
            [sys.executable, "-m", "embedded.sharing", "remove"], cwd=CHECKOUT, env=self.environment, check=True
        )

    def refresh(self) -> None:
        """Put the furnished database, an empty broker and an empty desk in the place of what a test left."""
        assert wait_until(self.answers), "the servers do not come back"
        self._rebuild("shaoying", FURNISHED)
        self.redis().flushall()
        self.tests += 1
        self.desk = self.folder / f"test{self.tests}"
        self.desk.mkdir()

    def unprotect(self) -> None:
        """Drop the key that makes a second escalation of the same level impossible."""
        self.rows("ALTER TABLE limits_escalation DROP CONSTRAINT escalation_once_per_level")

    def end(self) -> None:
        """Kill every process that is left, in the order they were started."""
        for process in self.processes:
            process.kill()
        self.processes.clear()

    def _rebuild(self, name: str, template: str) -> None:
        with psycopg.connect(self.database_url.replace("/shaoying", "/postgres"), autocommit=True) as connection:
            new, old = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
            # Copied through the log, a sequence would forget in a crash the numbers it had given out (PostgreSQL 18).
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(new, old))

    # ---- processes ------------------------------------------------------------------------------------------------

    def start(self, module: str, *arguments: str, **environment: str) -> Process:
        """Start `python -m module arguments`; FAULTS tells it where its test's files are."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        log = self.desk / f"{module.rpartition('.')[2]}-{len(self.processes)}-{time.monotonic_ns()}.log"
        order = {
            "module": module,
            "arguments": arguments,
            "environment": environment | {"FAULTS": str(self.desk)},
            "log": str(log),
        }
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        self.processes.append(Process(int(self.nursery.stdout.readline()), log))
        return self.processes[-1]

    def start_worker(self, app: str = "tests.faults.worker", *, before: Sequence[str] = ()) -> Process:
        """Start a Celery worker with one place; without the second it takes to greet other workers.

        before  a module and its arguments that run the rest, such as tests.faults.shifted
        """
        name = f"worker{time.monotonic_ns()}@house"
        options = ("--concurrency", "1", "--hostname", name, "--without-mingle", "--without-gossip")
        return self.start(*before, "celery", "-A", app, "worker", *options)

    def start_beat(self, app: str = "tests.faults.worker") -> Process:
        """Start a beat; that of tests.faults.worker wakes several times a second."""
        schedule = self.desk / f"beat-{time.monotonic_ns()}"
        return self.start("celery", "-A", app, "beat", "--schedule", str(schedule), "--pidfile", "")

    def start_sweeper(self, *options: str, before: Sequence[str] = ()) -> Process:
        """Start the plain process that sweeps without a broker."""
        return self.start(*before, "manage", "sweep", "--loop", *options)

    def mark(self, worker: Process) -> str:
        """What a worker does: "" before it consumes, then "idle", or "busy" inside a batch (tests/faults/worker.py)."""
        try:
            return {"0": "idle", "1": "busy"}.get((self.desk / f"mark-{worker.pid}").read_text(), "")
        except FileNotFoundError:
            return ""

    # ---- servers --------------------------------------------------------------------------------------------------

    def record(self, server: str) -> dict[str, Any]:
        """What the keeper of a server says: url, pid, its own pid; empty while it is being written anew."""
        path = self.folder / "data" / server / "server.json"
        record: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return record

    def answers(self) -> bool:
        try:
            return self.rows("SELECT 1") == [(1,)] and bool(self.redis().ping())
        except (psycopg.OperationalError, redis.RedisError):
            return False

    def kill_postmaster(self) -> None:
        """Kill PostgreSQL's first process; the others end by themselves and the keeper lets it recover."""
        self._kill_server("postgres")

    def kill_broker(self, *, wipe: bool = False, gently: bool = False) -> None:
        """Kill Valkey, or stop it in good order; `wipe` takes everything it had on disk."""
        with self.broker_down(wipe=wipe, gently=gently):
            pass

    @contextmanager
    def broker_down(self, *, wipe: bool = False, gently: bool = False) -> Iterator[None]:
        """No broker for the length of the block: its keeper is stopped, so that it is not started again."""
        keeper, pid = psutil.Process(self.record("valkey")["keeper"]), self.record("valkey")["pid"]
        data = Path(psutil.Process(pid).cwd())
        keeper.suspend()
        try:
            self._kill_server("valkey", signal.SIGTERM if gently else signal.SIGKILL)
            if wipe:
                shutil.rmtree(data / "appendonlydir")
            yield
        finally:
            keeper.resume()

    def _kill_server(self, server: str, number: int = signal.SIGKILL) -> None:
        assert wait_until(lambda: is_alive(self.record(server).get("pid", 0))), f"{server} does not come back"
        pid = self.record(server)["pid"]
        os.kill(pid, number)
        assert wait_until(lambda: not is_alive(pid)), f"{server} does not end"

    # ---- what is in it --------------------------------------------------------------------------------------------

    def rows(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Run one statement in a connection of its own."""
        with psycopg.connect(self.database_url, connect_timeout=5, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def now(self) -> datetime:
        """The database's clock."""
        ((now,),) = self.rows("SELECT clock_timestamp()")
        return now

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url, socket_connect_timeout=2, socket_timeout=5)

    def celery(self) -> Celery:
        """Somebody who publishes from outside."""
        return Celery("house", broker=self.redis_url, set_as_current=False)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
    """Return whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True
