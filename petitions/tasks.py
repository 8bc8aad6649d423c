"""Celery's way in: each task wakes one verb. The only module that may publish (docs/adr/0006)."""

from celery import shared_task

from petitions import queries, rating


@shared_task
def lapse() -> None:
    rating.lapse_overdue_ratings(now=queries.database_now())
