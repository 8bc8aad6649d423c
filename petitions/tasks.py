"""Celery's way in: each task wakes one verb. The only module that may publish (docs/adr/0006)."""

from celery import shared_task

from petitions import delivery, escalation, integrity, recomputing
from petitions.proposals import auto_dispatch as automation
from petitions.proposals import learning
from petitions.ratings import window
from verbs import database


@shared_task
def lapse() -> None:
    window.lapse_overdue_ratings(now=database.now())


@shared_task
def lock_ratings() -> None:
    window.lock_due_ratings(now=database.now())


@shared_task
def sweep() -> None:
    escalation.sweep(now=database.now())


@shared_task
def raise_flags() -> None:
    integrity.raise_flags(now=database.now())


@shared_task
def recompute() -> None:
    recomputing.recompute_stale(now=database.now())


@shared_task
def deliver() -> None:
    delivery.deliver_unless_running()


@shared_task
def learn() -> None:
    learning.refresh_routing_model(now=database.now())


@shared_task
def auto_dispatch() -> None:
    automation.auto_dispatch(now=database.now())
