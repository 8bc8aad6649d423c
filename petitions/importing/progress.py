"""A run at the terminal: Shown prints how far it is, Stop ends it on a signal.

Each is put around the iterator of the file's rows, and passes the rows on.
"""

import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from petitions.importing.reading import Row

# Without a terminal there is no bar: a line is printed this often (assumption).
LINE_SECONDS = 10.0


class Stop:
    """Remembers that a signal came, so that the letter in hand is finished first.

    The same signal again stops the run at once.
    """

    def __init__(self) -> None:
        self.signal = 0

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number
        signal.signal(number, signal.default_int_handler)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen for Ctrl-C and SIGTERM inside the block, even if the shell started the run with them ignored."""
        before = {number: signal.signal(number, self) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def ends(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows until a signal has come."""
        for row in rows:
            if self.signal:
                return
            yield row


@dataclass(frozen=True)
class Shown:
    """Shows how far the run is, with the rate and the time left: a bar on a terminal, a line now and then elsewhere."""

    console: Console
    total: int
    line_seconds: float = LINE_SECONDS

    def __call__(self, rows: Iterable[Row]) -> Iterator[Row]:
        return self._bar(rows) if self.console.is_terminal else self._lines(rows)

    def _bar(self, rows: Iterable[Row]) -> Iterator[Row]:
        columns = (
            TextColumn(_("导入")),
            BarColumn(),
            MofNCompleteColumn(),
            _SpeedColumn(),
            TextColumn(_("剩余")),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            yield from progress.track(rows, total=self.total)

    def _lines(self, rows: Iterable[Row]) -> Iterator[Row]:
        started = printed = time.monotonic()
        for done, row in enumerate(rows):
            now = time.monotonic()
            if now - printed >= self.line_seconds and done:
                printed, speed = now, done / (now - started)
                figures = {"done": done, "total": self.total, "speed": speed, "rest": (self.total - done) / speed}
                self.console.print(_("%(done)d/%(total)d，%(speed).0f件/秒，剩余约%(rest).0f秒") % figures)
            yield row


class _SpeedColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(_("%(speed).0f件/秒") % {"speed": task.speed or 0})
