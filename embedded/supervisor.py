"""The process behind `make run`: web server, Celery worker and beat, sweeper and sender, started and stopped together.

`python -m embedded.supervisor --port 8000` takes the embedded servers, migrates, loads the demonstration data into an
embedded database, and runs all five until Ctrl-C or SIGTERM. A process that dies is started again; one that dies soon
after its start ends them all. Leaves out production, where systemd or a container runtime does this
(docs/operating.md).
"""

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from embedded import sharing
from embedded.data_folder import CHECKOUT, EmbeddedError, data_dir, make_dir
from embedded.servers import die_with_parent, port_problem

DEMO_USERS = ("liaison", "assistant", "dispatcher", "handler", "head", "supervisor", "evaluator", "leader", "sysadmin")
# A part that ends sooner than this after its start would end again (assumption).
SHORTEST_LIFE_SECONDS = 5.0
# The parts' share of the 10 s in which Ctrl-C has to end everything; the servers need the rest.
STOP_SECONDS = 5.0
POLL_SECONDS = 0.25


class Stop(BaseException):
    """Somebody asked for the end: Ctrl-C, or SIGTERM from whoever started us."""


class Part:
    """One of the processes that run side by side, in a session of its own, which Ctrl-C does not reach."""

    def __init__(self, name: str, *command: str) -> None:
        self.name, self.command = name, [sys.executable, *command]
        self.start()

    def start(self) -> None:
        """Start the process; it ends with this one, even after kill -9."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def revive(self) -> None:
        """Start the process again if it died.

        Raises  EmbeddedError if it had only just been started
        """
        if self.process.poll() is None:
            return
        if time.monotonic() - self.started_at < SHORTEST_LIFE_SECONDS:
            raise EmbeddedError(f"The {self.name} ended with status {self.process.returncode}; see above.")
        print(f"The {self.name} ended with status {self.process.returncode}; starting it again.", flush=True)
        self.start()

    def kill(self) -> None:
        """End what is left of the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def prepare(*, with_seeds: bool) -> None:
    """Bring the database up to date; safe to repeat, and quick when there is nothing to do.

    Raises  EmbeddedError for a database that other migrations have made
    """
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from embedded import migrations_made

    django.setup()
    migrations_made.check(is_embedded=settings.IS_EMBEDDED)
    call_command("migrate", interactive=False, verbosity=0)
    if settings.IS_EMBEDDED:
        migrations_made.write_down()
    if with_seeds:
        call_command("load_seeds")
    connections.close_all()


def run(port: int, *, with_seeds: bool) -> None:
    """Run all parts until Stop is raised; they are gone when this returns or raises.

    The others start once the pages answer: all at once, they would only slow each other down.
    """
    make_dir(data_dir())
    schedule = str(data_dir() / "celerybeat-schedule")
    web = ("-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(port))
    celery = ("-m", "celery", "--app", "config.celery_app")
    parts: list[Part] = []
    try:
        parts.append(Part("web server", *web, "--blocking-threads", "8", "config.wsgi:application"))
        while not answers(port):
            watch(parts)
        announce(port, with_seeds=with_seeds)
        parts.append(Part("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "info"))
        parts.append(Part("beat", *celery, "beat", "--schedule", schedule, "--pidfile", ""))
        # Beat wakes these jobs too; as plain processes they go on while the broker is down.
        parts.append(Part("sweeper", "manage.py", "sweep", "--loop"))
        parts.append(Part("sender", "manage.py", "deliver", "--loop"))
        while True:
            watch(parts)
    finally:
        stop(parts)


def watch(parts: list[Part]) -> None:
    """Wait a moment, then restart the embedded servers and parts that died. Raises EmbeddedError when that fails."""
    time.sleep(POLL_SECONDS)
    sharing.ensure()
    for part in parts:
        part.revive()


def answers(port: int) -> bool:
    """Return whether the web server answers a request, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def announce(port: int, *, with_seeds: bool) -> None:
    """Print the address of the pages and, if the demonstration data was loaded, who may sign in."""
    from django.conf import settings

    lines = [f"哨应 Shaoying runs at http://127.0.0.1:{port}/ (Ctrl-C stops it)"]
    if with_seeds:
        lines += [f"Sign in as {', '.join(DEMO_USERS)}; the password of each is {settings.DEMO_PASSWORD}"]
    else:
        lines += ["DATABASE_URL is set, so no demonstration data was loaded; `make run SEEDS=1` loads it."]
    print("", *lines, "", sep="\n", flush=True)


def stop(parts: list[Part]) -> None:
    """Ask all parts to end, wait a little, and end those that did not."""
    on_stop_signals(signal.SIG_IGN)
    for part in parts:
        part.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and any(part.process.poll() is None for part in parts):
        time.sleep(0.05)
    for part in parts:
        part.kill()


def on_stop_signals(action: signal.Handlers | Callable[[int, FrameType | None], NoReturn]) -> None:
    """Set what Ctrl-C and SIGTERM do; a shell starts background jobs with Ctrl-C ignored, so both are always set."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, action)


def raise_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Raise Stop, whatever the program is doing."""
    raise Stop


def check_port(port: int) -> None:
    """Raise EmbeddedError when the web server could not listen on the port."""
    if problem := port_problem(port):
        raise EmbeddedError(f"Port {port} cannot be used ({problem}); choose another: make run PORT=8080")


def start(port: int, *, with_seeds: bool) -> None:
    """Check, prepare and run, until Stop is raised; a problem that a person can mend ends this with one sentence."""
    from embedded.plain_errors import plain_errors  # not above: Django's import takes a while, and Ctrl-C must work

    with plain_errors():
        check_port(port)
        sharing.ensure()
        prepare(with_seeds=with_seeds)
        run(port, with_seeds=with_seeds)


def main() -> None:
    """Run everything until Ctrl-C or SIGTERM, which end it with status 0."""
    on_stop_signals(raise_stop)
    os.umask(0o077)  # what the parts write, such as beat's notes, is their owner's only
    parser = argparse.ArgumentParser(prog="python -m embedded.supervisor", description="Run Shaoying on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seeds", action="store_true", help="load the demonstration data into DATABASE_URL too")
    options = parser.parse_args()
    if not 0 < options.port < 65536:
        parser.error("a port is a number from 1 to 65535")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        start(options.port, with_seeds=options.seeds or not os.environ.get("DATABASE_URL"))
    except Stop:
        on_stop_signals(signal.SIG_IGN)
        print("Stopped.", flush=True)
    finally:
        sharing.leave()


if __name__ == "__main__":
    main()
