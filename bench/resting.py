"""Memory at rest, the time from the start to the first answer, and how many letters are imported a second.

`python -m bench.resting`, or the last part of `python -m bench.http`. Works in a copy of the smallest city, which is
dropped again, because `make run` sweeps what is due.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from bench.cities import city_of, copied
from bench.clients import HOST, Asked, Client
from bench.processes import pss_mib
from embedded.data_folder import CHECKOUT, data_dir
from embedded.servers import end_processes, free_port

CITY = 2_000
REST_SECONDS = 10.0
LETTERS = 300
FIRST_WAIT = 60.0


def queue_of_somebody() -> Asked:
    """Return the request for a handler's queue."""
    from bench.people import People

    people = People()
    return Asked("GET", "/petitions/queue/", people.page(people.of("handler")[0]))


def run(asked: Asked, *command: str, port: int) -> dict[str, float]:
    """Start a program, ask until the queue is answered, let it rest; return seconds and the MiB of its processes."""
    began = time.perf_counter()
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": CHECKOUT}
    process = subprocess.Popen([sys.executable, "-m", *command], env=os.environ, **quiet)
    try:
        while not _answers(asked, port):
            if process.poll() is not None or time.perf_counter() - began > FIRST_WAIT:
                raise SystemExit(f"{command[0]} gave no answer")
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        time.sleep(REST_SECONDS)
        return {"seconds": round(seconds, 2), "mib": round(pss_mib(process.pid), 1)}
    finally:
        below = psutil.Process(process.pid).children(recursive=True)
        end_processes([psutil.Process(process.pid)], 15)
        end_processes([one for one in below if one.is_running()], 15)
        process.wait()


def _answers(asked: Asked, port: int) -> bool:
    try:
        return Client(port).ask(asked).status == 200
    except OSError:
        return False


def imported_a_second() -> float:
    """Import letters of an office's own table and return how many a second."""
    with (CHECKOUT / "docs" / "petitions-template.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letters.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for n in range(LETTERS):
                row = rows[n % len(rows)]
                writer.writerow(row | {"编号": f"B-{n:06d}", "内容": f"{row['内容']}（第{n}封）"})
        began = time.perf_counter()
        command = [sys.executable, "manage.py", "import_petitions", str(path), "--format", "csv"]
        subprocess.run(command, check=True, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
        return LETTERS / (time.perf_counter() - began)


def measure() -> Iterator[tuple[str, Any]]:
    """Yield the figures, each with its name."""
    with copied(city_of(CITY)):
        asked = queue_of_somebody()
        port = free_port(0)
        web = ("--interface", "wsgi", "--no-ws", "--host", HOST, "--port", str(port), "--blocking-threads", "8")
        yield "web server", run(asked, "granian", *web, "config.wsgi:application", port=port)
        yield "make run", run(asked, "embedded.supervisor", "--port", str(port), port=port)
        for name in ("postgres", "valkey"):
            pid = json.loads((data_dir() / name / "server.json").read_text())["pid"]
            yield name, {"mib": round(pss_mib(pid), 1)}
        yield "letters a second", round(imported_a_second(), 1)


def main() -> None:
    """Measure and print."""
    for name, figure in measure():
        print(f"{name:18} {figure}", flush=True)


if __name__ == "__main__":
    main()
