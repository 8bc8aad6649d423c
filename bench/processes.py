"""The CPU time that processes have used: to the nanosecond where Linux says so, for whole trees of processes.

PostgreSQL counts with its background writers, without the backend of whoever measures. A thread that has ended is
forgotten, with what it used after the last look: granian and PostgreSQL keep theirs for as long as they are asked.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

PROC = Path("/proc")


class Meter:
    """The CPU time of some process trees, since this meter was made; what idling costs is taken off."""

    def __init__(self, *roots: int, without: Callable[[], set[int]] = set) -> None:
        """Watch the processes of these ids and all below them, without those that `without` names."""
        self.roots, self.without = roots, without
        self.seen: dict[str, int] = {}
        self.left_out: set[int] = set()
        self.known: set[int] = set()
        self.used, self.idle = 0, 0.0
        self.total()
        self.used = 0

    def _processes(self) -> set[int]:
        found, ahead = set(), list(self.roots)
        while ahead:
            pid = ahead.pop()
            found.add(pid)
            for children in (PROC / str(pid) / "task").glob("*/children"):
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    ahead += map(int, children.read_text().split())
        if found - self.known:
            self.left_out = self.without()
            self.known |= found
        return found - self.left_out

    def total(self) -> int:
        """Return the nanoseconds used until now."""
        for pid in self._processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                for task in (PROC / str(pid) / "task").iterdir():
                    now = int((task / "schedstat").read_text().split()[0])
                    self.used += now - self.seen.get(task.name, 0)
                    self.seen[task.name] = now
        return self.used

    def watch_idle(self, seconds: int) -> None:
        """Measure what the processes use while nothing is asked: in the quietest of so many seconds."""
        used = []
        for _second in range(seconds):
            before, began = self.total(), time.perf_counter()
            time.sleep(1)
            used.append((self.total() - before) / (time.perf_counter() - began))
        self.idle = min(used)

    def milliseconds(self, before: int, seconds: float) -> float:
        """Return the milliseconds used since `before`, seconds ago, without what idling takes."""
        return max(self.total() - before - self.idle * seconds, 0) / 1e6


def pss_mib(root: int) -> float:
    """Return the memory of a process and all below it: private pages, and a share of those that are shared."""
    parent = psutil.Process(root)
    return sum(process.memory_full_info().pss for process in (parent, *parent.children(recursive=True))) / 2**20
