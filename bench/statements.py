"""How many statements the database executes for a request: as PostgreSQL itself logs them, and those inside functions.

The embedded PostgreSQL has no pg_stat_statements, so its log is read: `log_statement = all` for the time of the
counting. BEGIN, COMMIT and savepoints are not counted. The log does not show what runs inside a function of PL/pgSQL;
PostgreSQL counts the calls of each function, and each call counts for the statements in the function's text (one in
a loop counts once). Checks of foreign keys are no statements here.
"""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from embedded.data_folder import data_dir
from embedded.unprivileged import server_dir

MARK = "bench"
STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)")
# What begins a statement in a function's text.
INSIDE = re.compile(
    r"\b(?:SELECT|PERFORM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|MERGE\s+INTO)\b", re.IGNORECASE
)
CALLS = """
SELECT stat.calls, proc.prosrc FROM pg_stat_user_functions stat JOIN pg_proc proc ON proc.oid = stat.funcid
"""


class Counter:
    """Counts the statements of a city's database, as the superuser of the embedded PostgreSQL."""

    def __init__(self, database: str) -> None:
        folder = data_dir() / "postgres"
        port = json.loads((folder / "server.json").read_text())["port"]
        password = json.loads((folder / "credentials.json").read_text())["password"]
        self.log: Path = server_dir() / "postgres" / "server.log"
        self.database = database
        self.maintenance = psycopg.connect(
            f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}", autocommit=True, application_name=MARK
        )

    def own_backends(self) -> set[int]:
        """Return the process ids of the backends that serve whoever measures."""
        rows = self.maintenance.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [MARK])
        return {pid for (pid,) in rows}

    def _set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.maintenance.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.maintenance.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)

    def close(self) -> None:
        """Let go of the database."""
        self.maintenance.close()

    def __enter__(self) -> "Counter":
        self._set(log_statement="all", track_functions="pl", log_line_prefix=f"{MARK} %d ")
        return self

    def __exit__(self, *_error: object) -> None:
        self._set(log_statement="none", track_functions="none", log_line_prefix="%m [%p] ")

    def _calls(self) -> int:
        """Return how many statements functions have executed; ends the connections, which then say what they called."""
        self.maintenance.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'shaoying'"
        )
        time.sleep(0.2)
        return sum(calls * len(INSIDE.findall(text)) for calls, text in self.maintenance.execute(CALLS).fetchall())

    def of(self, act: Callable[[], object], *, first: Callable[[], object]) -> int:
        """Return how many statements the act makes the application's connections execute.

        first   makes the application connect again
        """
        inside = self._calls()
        first()
        time.sleep(0.1)
        start = self.log.stat().st_size
        act()
        time.sleep(0.2)
        with self.log.open("rb") as log:
            log.seek(start)
            lines = log.read().decode(errors="replace").splitlines()
        own = f"{MARK} {self.database} "
        said = sum(line.startswith(own) and STATEMENT.search(line) is not None for line in lines)
        return said + self._calls() - inside
