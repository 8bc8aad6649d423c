"""Every periodic job: name, task, when, why. Celery beat reads it, tests/config/test_schedule.py checks it.

A job here is only a wake-up: it must be safe to run twice and safe to miss (docs/adr/0006).
"""

from typing import NamedTuple

from celery.schedules import BaseSchedule, crontab


class Job(NamedTuple):
    """One periodic job. `task` is a Celery task's name, `when` its schedule, `why` the reason it exists."""

    name: str
    task: str
    when: BaseSchedule
    why: str


JOBS: list[Job] = [
    Job(
        name="lapse",
        task="petitions.tasks.lapse",
        when=crontab(minute="*/10"),
        why="closes resolved petitions that nobody rated inside the rating window (15 calendar days)",
    ),
]


def beat_schedule() -> dict[str, dict[str, object]]:
    """Return JOBS in the form of Celery's `beat_schedule` setting.

    A tick that was not consumed before the next one is due is dropped: it has no work of its own.
    """
    return {job.name: {"task": job.task, "schedule": job.when, "options": {"expires": 300}} for job in JOBS}
