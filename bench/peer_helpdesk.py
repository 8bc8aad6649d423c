"""How do we compare with a peer? django-helpdesk, measured as we are: create, list, ticket, escalate; and its floor.

`python -m bench.peer_helpdesk [--tickets 10000]`. Makes an environment for it in the data folder, with the versions
below, and a database in the same PostgreSQL; serves it by granian as we are served. It is asked by its API (create) and
by its pages; its list is the page and the request by which the page gets its rows. 50 people in turn, no conditional
headers. A ticket has six follow-ups, of which our petitions have more; what else it lacks is not made up for.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench.cities import use_own_servers
from bench.clients import Asked, granian
from bench.measuring import Bench, Plan, Row
from bench.processes import Meter
from bench.statements import Counter
from embedded.data_folder import CHECKOUT, data_dir

PACKAGES = ("django-helpdesk==2.6.1", "Django==5.2.19", "psycopg[binary]==3.3.9", "granian==2.8.9")
DATABASE = "peer_helpdesk"
OPEN = 0.3  # the share of its tickets (bench/peer_settings.py)
TOKEN = "a" * 32  # of CSRF: the cookie and the header have to agree


def environment() -> Path:
    """Return the Python that has django-helpdesk, installed at the first call."""
    folder = data_dir() / "helpdesk"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "installed").touch()
    return python


def make_database(server: str) -> None:
    """Make an empty database for it, and tell its processes where it is."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        maintenance.execute(f"CREATE DATABASE {DATABASE}")
        told = maintenance.info
        os.environ["PEER_DATABASE"] = f"{told.host} {told.port} {DATABASE} {told.user} {told.password}"


def asked(known: dict[str, Any]) -> dict[str, Iterator[list[Asked]]]:
    """Return the rows: each of the lists is one act of a person, which may be several requests."""
    cookies = itertools.cycle({"Cookie": f"sessionid={key}; csrftoken={TOKEN}"} for key in known["sessions"])
    tickets, queues = itertools.cycle(known["tickets"]), itertools.cycle(known["queues"])
    rows = f"/datatables_ticket_list/{known['query']}?draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=asc"

    def create(cookie: dict[str, str]) -> Asked:
        ticket = {"queue": next(queues), "title": "The lamp at gate 7 is out", "description": "For two weeks. " * 15}
        ticket |= {"submitter_email": "somebody@shaoying.example", "priority": 3, "status": 1, "on_hold": False}
        headers = {**cookie, "Content-Type": "application/json", "X-CSRFToken": TOKEN}
        return Asked("POST", "/api/tickets/", headers, json.dumps(ticket).encode())

    return {
        "create": ([create(cookie)] for cookie in cookies),
        "list": ([Asked("GET", "/tickets/", cookie), Asked("GET", rows, cookie)] for cookie in cookies),
        "ticket": ([Asked("GET", f"/tickets/{next(tickets)}/", cookie)] for cookie in cookies),
    }


def measure(tickets: int, plan: Plan) -> dict[str, Row]:
    """Measure it and print each row."""
    server = use_own_servers()
    python = environment()
    make_database(server)
    module = [str(python), "-m", "bench.peer_settings"]
    filled = subprocess.run([*module, str(tickets)], check=True, cwd=CHECKOUT, stdout=subprocess.PIPE)
    known = json.loads(filled.stdout)
    with psycopg.connect(f"{server}/{DATABASE}", autocommit=True) as filling:
        filling.execute("VACUUM ANALYZE")
    counter = Counter(DATABASE)
    pid = json.loads((data_dir() / "postgres" / "server.json").read_text())["pid"]
    postgres = Meter(pid, without=counter.own_backends)
    rows = {}
    with granian("bench.peer_settings:application", python=str(python)) as (port, web_pid):
        web = Meter(web_pid)
        web.watch_idle(3)
        postgres.watch_idle(5)
        bench = Bench(port, web, postgres, plan, counter)
        for name, acts in asked(known).items():
            rows[name] = _row(bench, acts)
            print(f"{name:10} CPU {rows[name].cpu:6.1f} ms = server {rows[name].server:.1f}", end=" ")
            print(f"+ database {rows[name].database:.1f}  {rows[name].statements} statements", flush=True)
    began = time.perf_counter()
    subprocess.run([*module, "escalate"], check=True, cwd=CHECKOUT)
    took = time.perf_counter() - began
    print(f"escalate   {int(tickets * OPEN) / took:.0f} a second, the start included")
    return rows


def _row(bench: Bench, acts: Iterator[list[Asked]]) -> Row:
    """Measure acts; where an act has two requests, each is measured and they are added up."""
    first = next(acts)
    whole = Row()
    for place in range(len(first)):
        row = bench.row(act[place] for act in acts)
        whole.server += row.server
        whole.database += row.database
        whole.statements += row.statements
        whole.p50 += row.p50
        whole.bytes += row.bytes
    return whole


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--requests", type=int, nargs=3, default=(200, 100, 200))
    options = parser.parse_args()
    measure(options.tickets, Plan(*options.requests))


if __name__ == "__main__":
    main()
