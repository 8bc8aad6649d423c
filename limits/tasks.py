"""The Celery tasks of limits: each calls one verb."""

from celery import shared_task

from departments import calendars
from limits import recomputing, sweeping
from verbs import database


@shared_task
def sweep() -> None:
    sweeping.sweep(now=database.now())


@shared_task
def recompute() -> None:
    calendars.follow_shipped(now=database.now())
    recomputing.recompute_stale(now=database.now())
