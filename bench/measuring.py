"""One row of the table: warm, one client, eight; milliseconds, CPU of server and database, bytes, statements."""

import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bench.clients import Answer, Asked, Client
from bench.processes import Meter
from bench.statements import Counter

SETTLE = 0.003  # until what an answer leaves to be done is done


class NotAnswered(AssertionError):
    """An answer was none of 2xx."""


@dataclass
class Row:
    """What was measured for one row; CPU in milliseconds a request."""

    server: float = 0.0
    database: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p50_of_8: float = 0.0
    p95_of_8: float = 0.0
    a_second_of_8: float = 0.0
    statements: int = 0
    bytes: int = 0
    ratio: float = 0.0

    @property
    def cpu(self) -> float:
        return self.server + self.database

    def data(self) -> dict[str, Any]:
        """Return the row as results.json keeps it."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


@dataclass
class Plan:
    """How often is asked: to warm up, by one client, by eight clients together, to count statements."""

    warm: int = 200
    alone: int = 100
    together: int = 200
    counted: int = 5
    clients: int = 8

    @property
    def all(self) -> int:
        return self.warm + self.alone + self.together + self.counted


class Bench:
    """The server that is asked, and the meters of its processes and of PostgreSQL's."""

    def __init__(self, port: int, web: Meter, database: Meter, plan: Plan, counter: Counter) -> None:
        self.port, self.web, self.database, self.plan, self.counter = port, web, database, plan, counter
        self.client = Client(port)

    def row(self, requests: Iterator[Asked], between: Any = None) -> Row:
        """Measure one row. `between` yields the write that comes between two reads; None for rows that write."""
        row, plan = Row(), self.plan
        for asked in itertools.islice(requests, plan.warm):
            self._ask(self.client, asked)
        self._alone(row, itertools.islice(requests, plan.alone), between)
        self._together(row, list(itertools.islice(requests, plan.together)), between)
        with self.counter as counter:
            asked = itertools.islice(requests, plan.counted)
            counts = [
                counter.of(partial(self._ask, self.client, one), first=partial(self._connect, one)) for one in asked
            ]
        row.statements = int(statistics.median(counts))
        return row

    def _connect(self, asked: Asked) -> None:
        for _ in range(self.plan.clients):  # any of the server's threads may answer, each has a connection
            self.client.ask(Asked("GET", "/api/v1/me/", asked.headers))

    def _ask(self, client: Client, asked: Asked) -> Answer:
        answer = client.ask(asked)
        if not 200 <= answer.status < 300:
            said = answer.body[:400].decode(errors="replace")
            raise NotAnswered(f"{answer.status} for {asked.method} {asked.path}: {said}")
        asked.told(answer)
        return answer

    def _alone(self, row: Row, requests: Iterator[Asked], between: Any) -> None:
        """One client. Around a read the meters are read, so that the write between does not count."""
        seconds, sizes, web, database = [], [], 0.0, 0.0
        for asked in requests:
            if between:
                self._ask(self.client, next(between))
                time.sleep(SETTLE)
            began, web_before, database_before = time.perf_counter(), self.web.total(), self.database.total()
            answer = self._ask(self.client, asked)
            time.sleep(SETTLE)
            took = time.perf_counter() - began
            web += self.web.milliseconds(web_before, took)
            database += self.database.milliseconds(database_before, took)
            seconds.append(answer.seconds)
            sizes.append(len(answer.body))
        row.server, row.database = web / len(seconds), database / len(seconds)
        row.p50, row.p95 = _median(seconds), _late(seconds)
        row.bytes = int(statistics.mean(sizes))

    def _together(self, row: Row, requests: list[Asked], between: Any) -> None:
        """Eight clients at once; where reads are measured, each eighth of them follows a write."""
        lock = threading.Lock()

        def go(place: int) -> list[float]:
            client, seconds = Client(self.port), []
            for count, asked in enumerate(requests[place :: self.plan.clients]):
                if between and (count + place) % self.plan.clients == 0:
                    with lock:
                        write = next(between)
                    self._ask(client, write)
                seconds.append(self._ask(client, asked).seconds)
            return seconds

        began = time.perf_counter()
        with ThreadPoolExecutor(self.plan.clients) as clients:
            seconds = [one for some in clients.map(go, range(self.plan.clients)) for one in some]
        row.p50_of_8, row.p95_of_8 = _median(seconds), _late(seconds)
        row.a_second_of_8 = len(seconds) / (time.perf_counter() - began)


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000 if seconds else 0.0


def _late(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000 if seconds else 0.0
