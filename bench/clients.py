"""Both ends of a measurement: the real servers, started as `make run` does, and clients that ask them."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from embedded.data_folder import CHECKOUT
from embedded.servers import die_with_parent, end_processes, free_port
from embedded.supervisor import answers

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the body, and how many seconds it took from the first byte sent to the last read."""

    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Asked:
    """One request: how, where, as whom (headers), with which body; and who wants to know the answer."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    told: Callable[[Answer], object] = lambda _answer: None


class Client:
    """One connection that is kept; asks for gzip, sends no conditions, follows nothing."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(self, asked: Asked) -> Answer:
        """Ask and return the answer, whatever its status."""
        headers = {"Accept-Encoding": "gzip", **asked.headers}
        began = time.perf_counter()
        self.connection.request(asked.method, asked.path, asked.body, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return Answer(answer.status, body, time.perf_counter() - began)


@contextmanager
def granian(application: str, *, python: str = sys.executable) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application as embedded/supervisor.py serves ours; gives its port and process id."""
    import psutil

    port = free_port(0)
    web = ("granian", "--interface", "wsgi", "--no-ws", "--host", HOST, "--port", str(port))
    command = [python, "-m", *web, "--blocking-threads", "8", "--log-level", "error", application]
    process = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        while not answers(port):
            if process.poll() is not None:
                raise SystemExit(f"{application} did not start")
            time.sleep(0.05)
        yield port, process.pid
    finally:
        end_processes([psutil.Process(process.pid)], signal.SIGTERM)
        process.wait()
