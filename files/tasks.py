"""The Celery task of this room. It only calls a verb."""

from celery import shared_task

from files.storing import drop_unclaimed
from verbs import database


@shared_task
def drop_unclaimed_files() -> None:
    drop_unclaimed(now=database.now())
