"""Every periodic job: name, task, when, why. Celery beat reads it, tests/config/test_schedule.py checks it.

A job here is only a wake-up: it must be safe to run twice and safe to miss (docs/adr/0006).
"""

from typing import NamedTuple

from celery.schedules import BaseSchedule, crontab, schedule


class Job(NamedTuple):
    """One periodic job. `task` is a Celery task's name, `when` its schedule, `why` the reason it exists."""

    name: str
    task: str
    when: BaseSchedule
    why: str


JOBS: list[Job] = [
    Job(
        name="sweep",
        task="limits.tasks.sweep",
        when=schedule(15),
        why="raises every level that a running limit has reached; `sweep --loop` does so without a broker",
    ),
    Job(
        name="deliver",
        task="notices.tasks.deliver",
        when=schedule(5),
        why="sends the notices that wait, and again those whose next attempt is due (the first after 5 s)",
    ),
    Job(
        name="drop_old_drafts",
        task="drafts.tasks.drop_old_drafts",
        when=crontab(hour="3", minute="20"),
        why="drops what was typed and not sent for 30 days",
    ),
    Job(
        name="drop_unclaimed_files",
        task="files.tasks.drop_unclaimed_files",
        when=crontab(minute="40"),
        why="removes what was uploaded, and not sent with any step, a day ago",
    ),
    Job(
        name="lapse",
        task="petitions.tasks.lapse",
        when=crontab(minute="*/10"),
        why="closes resolved petitions that nobody rated inside the rating window (15 calendar days)",
    ),
    Job(
        name="lock_ratings",
        task="petitions.tasks.lock_ratings",
        when=crontab(minute="*/5"),
        why="locks ratings that can no longer be changed (12 hours) and writes what they are scored by",
    ),
    Job(
        name="recompute",
        task="limits.tasks.recompute",
        when=crontab(minute="*/5"),
        why="recomputes running limits after the calendar was edited, or a rule was changed for them too",
    ),
    Job(
        name="learn",
        task="petitions.tasks.learn",
        when=crontab(minute="*/10"),
        why="makes the next routing model after petitions were resolved, or the responsibility catalogue was edited",
    ),
    Job(
        name="refresh_index",
        task="petitions.tasks.refresh_index",
        when=crontab(),
        why="writes the rows of the search again that are of an older version; until it is done nobody can search",
    ),
    Job(
        name="auto_dispatch",
        task="petitions.tasks.auto_dispatch",
        when=crontab(),
        why="dispatches petitions of the categories whose administrator switched that on, where the proposal is sure",
    ),
    Job(
        name="freeze",
        task="scores.tasks.freeze",
        when=crontab(minute="*/10"),
        why="freezes the scorecards of each month whose 5th following working day has ended, for good",
    ),
    Job(
        name="raise_flags",
        task="petitions.tasks.raise_flags",
        when=crontab(minute="*/10"),
        why="flags what supervisors should look at: late transfers, answers without contact, ratings at once",
    ),
    Job(
        name="draw_sample",
        task="surveys.tasks.draw_sample",
        when=crontab(minute=20),
        why="draws last month's sample for the third-party survey once its ratings are locked (on the 2nd)",
    ),
]


def beat_schedule() -> dict[str, dict[str, object]]:
    """Return JOBS in the form of Celery's `beat_schedule` setting.

    A wake-up that no worker took within five minutes is dropped: a later one does the same work.
    """
    return {job.name: {"task": job.task, "schedule": job.when, "options": {"expires": 300}} for job in JOBS}
