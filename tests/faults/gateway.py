"""A gateway on this machine that misbehaves: it fails, hangs, or takes a message and drops the line.

HTTP and SMTP on two ports; both remember what they took by key. `answered` are the messages that were acknowledged:
whoever gets such a one again was told twice.
"""

import random
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD, FAIL, HANG, DROP = "good", "fail", "hang", "drop"
# Longer than the sender waits.
HANG_SECONDS = 1.5


class Gateway:
    """What both servers share: how they behave, and what they have seen."""

    def __init__(self, seed: int = 0, manners: dict[str, int] | None = None, seconds: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.manners = manners or {GOOD: 1}
        self.seconds = seconds
        self.lock = threading.Lock()
        self.taken: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.answer = b'{"errcode": 0}'
        self.status = 200

    def manner(self) -> str:
        with self.lock:
            return self.random.choices(list(self.manners), list(self.manners.values()))[0]

    def take(self, key: str) -> None:
        with self.lock:
            self.taken[key] += 1

    def acknowledge(self, key: str) -> None:
        with self.lock:
            self.answered[key] += 1

    @property
    def repeats(self) -> int:
        """How many acknowledged messages came again after that."""
        return sum(count - 1 for count in self.answered.values() if count > 1)


class HttpHandler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        gateway: Gateway = self.server.gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key, manner = self.headers.get("Idempotency-Key", ""), gateway.manner()
        with gateway.lock:
            gateway.bodies.append(body)
            gateway.headers.append(dict(self.headers))
            gateway.paths.append(self.path)
        time.sleep(HANG_SECONDS if manner == HANG else gateway.seconds)
        if manner in (GOOD, DROP):
            gateway.take(key)
        if manner in (DROP, HANG):
            self.close_connection = True
            return
        if manner == GOOD:
            gateway.acknowledge(key)
        self.send_response(503 if manner == FAIL else gateway.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(gateway.answer)))
        self.end_headers()
        self.wfile.write(gateway.answer)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class SmtpHandler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        gateway: Gateway = self.server.gateway
        self.say("220 fake")
        while line := self.rfile.readline().decode():
            verb = line[:4].upper().strip()
            if verb == "DATA":
                self.say("354 go on")
                if not self.take(gateway):
                    return
            else:
                self.say("221 bye" if verb == "QUIT" else "250 fine")

    def take(self, gateway: Gateway) -> bool:
        """Read one mail; return whether the line is kept."""
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        key = str(message_from_string("".join(lines))["Message-ID"]).strip("<>").partition("@")[0]
        manner = gateway.manner()
        time.sleep(HANG_SECONDS if manner == HANG else gateway.seconds)
        if manner in (GOOD, DROP):
            gateway.take(key)
        if manner in (DROP, HANG):
            return False
        if manner == GOOD:
            gateway.acknowledge(key)
        self.say("451 later" if manner == FAIL else "250 taken")
        return True

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    gateway: Gateway

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed is no news."""


class _SmtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    gateway: Gateway

    def handle_error(self, request: Any, client_address: Any) -> None:
        """As above."""


@contextmanager
def serving(gateway: Gateway) -> Iterator[tuple[str, int]]:
    """Serve until the end of the block; yields the address of the HTTP server and the port of the SMTP server."""
    servers: list[Any] = [_HttpServer(("127.0.0.1", 0), HttpHandler), _SmtpServer(("127.0.0.1", 0), SmtpHandler)]
    threads = []
    for server in servers:
        server.gateway, server.block_on_close = gateway, False
        threads.append(threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True))
        threads[-1].start()
    try:
        yield f"http://127.0.0.1:{servers[0].server_address[1]}", servers[1].server_address[1]
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
