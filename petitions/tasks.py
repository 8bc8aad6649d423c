"""The Celery tasks: each calls one function. Only the schedule (config/schedule.py) sends tasks (docs/adr/0006)."""

from celery import shared_task

from petitions.proposals import auto_dispatch as automation
from petitions.proposals import learning
from petitions.ratings import window
from petitions.search import index
from petitions.supervision import flags
from verbs import database


@shared_task
def lapse() -> None:
    window.lapse_overdue_ratings(now=database.now())


@shared_task
def lock_ratings() -> None:
    window.lock_due_ratings(now=database.now())


@shared_task
def raise_flags() -> None:
    flags.raise_flags(now=database.now())


@shared_task
def refresh_index() -> None:
    index.refresh()


@shared_task
def learn() -> None:
    learning.refresh_routing_model(now=database.now())


@shared_task
def auto_dispatch() -> None:
    automation.auto_dispatch(now=database.now())
