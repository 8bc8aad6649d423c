"""The real Celery application with numbers for the faults: `celery -A tests.faults.worker worker` (or `beat`).

Small batches, so that kills hit in the middle of work; beat wakes several times a second; a mark in the house's
folder says what the worker does. The file's name is the process group, which a worker shares with its pool.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from celery import signals

from config.celery_app import app

django.setup()

from limits import sweeping  # noqa: E402  # after setup
from limits.promises import ClockTable  # noqa: E402

BATCH = int(os.environ.get("FAULTS_BATCH", "40"))
EVERY_SECONDS = float(os.environ.get("FAULTS_EVERY", "0.2"))
IDLE, BUSY = "0", "1"

app.conf.beat_schedule = {"sweep": app.conf.beat_schedule["sweep"] | {"schedule": EVERY_SECONDS}}
app.conf.beat_max_loop_interval = EVERY_SECONDS


def mark(doing: str) -> None:
    """Say what this worker does, in one write of one byte."""
    path = Path(os.environ["FAULTS"]) / f"mark-{os.getpgrp()}"
    with path.open("r+" if path.exists() else "w") as file:
        file.write(doing)


@signals.worker_ready.connect
def say_ready(**_more: Any) -> None:
    mark(IDLE)


real_batch: Callable[..., sweeping.Swept] = sweeping.sweep_batch


def marked_batch(table: ClockTable, *, now: datetime, limit: int) -> sweeping.Swept:
    """The real batch, in a smaller size."""
    mark(BUSY)
    try:
        return real_batch(table, now=now, limit=min(limit, BATCH))
    finally:
        mark(IDLE)


sweeping.sweep_batch = marked_batch  # type: ignore[assignment]
