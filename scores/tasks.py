"""The Celery task of this room. It only calls a verb."""

from celery import shared_task

from scores.freezing import freeze_due
from verbs import database


@shared_task
def freeze() -> None:
    freeze_due(now=database.now())
