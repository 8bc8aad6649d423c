"""A job that goes on in a plain process until SIGTERM or Ctrl-C; a database that is away is waited for."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connection

WAIT_FOR_DATABASE_SECONDS = 1.0


class Loop:
    """Calls `act`, waits `pause` seconds, and so on."""

    def __init__(self, act: Callable[[], object], pause: float) -> None:
        self.act, self.pause = act, pause
        self.is_stopping = False

    def run(self) -> None:
        """Go on until somebody asks for the end; what was begun is finished."""
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
