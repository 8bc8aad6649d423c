"""Every periodic job names a task that exists, takes what it is given, and says why it runs."""

import inspect

import pytest
from celery.schedules import crontab, schedule
from django.conf import settings

from config.celery_app import app
from config.schedule import JOBS, Job, beat_schedule

app.loader.import_default_modules()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_wakes_a_registered_task_that_takes_its_arguments(job: Job) -> None:
    task = app.tasks[job.task]
    entry = beat_schedule()[job.name]
    inspect.signature(task.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_says_when_and_why(job: Job) -> None:
    assert isinstance(job.when, crontab | schedule)
    assert len(job.why) > 20
    assert not job.why.endswith(".")


def test_names_are_unique_and_every_job_is_in_the_beat() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert set(beat_schedule()) == {job.name for job in JOBS} == set(settings.CELERY_BEAT_SCHEDULE)
    assert app.conf.beat_schedule == settings.CELERY_BEAT_SCHEDULE


def test_a_tick_that_nobody_took_expires_within_five_minutes() -> None:
    # reliability: nothing has an ETA above five minutes; the next tick does the same work.
    assert all(entry["options"]["expires"] <= 300 for entry in beat_schedule().values())  # type: ignore[index]


def test_every_task_of_ours_is_woken_by_a_job() -> None:
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == {job.task for job in JOBS}


def test_the_broker_is_expendable_as_reliability_says() -> None:
    conf = app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_acks_on_failure_or_timeout
    assert conf.task_ignore_result
    assert (conf.task_soft_time_limit, conf.task_time_limit, conf.worker_prefetch_multiplier) == (60, 90, 1)
    assert (conf.task_serializer, list(conf.accept_content)) == ("json", ["json"])
