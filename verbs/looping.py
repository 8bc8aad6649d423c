"""Repeats a job in a plain process until SIGTERM or Ctrl-C; waits for a database that cannot be reached."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connection

WAIT_FOR_DATABASE_SECONDS = 1.0


class Loop:
    """Calls `act` again and again, with `pause` seconds in between."""

    def __init__(self, act: Callable[[], object], pause: float) -> None:
        self.act, self.pause = act, pause
        self.is_stopping = False

    def run(self) -> None:
        """Go on until SIGTERM or Ctrl-C; a call of `act` that was begun is finished."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.is_stopping:
            try:
                close_old_connections()
                self.act()
                time.sleep(self.pause)
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(WAIT_FOR_DATABASE_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
