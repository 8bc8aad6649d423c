"""The Celery task of this room. It only calls a verb."""

from celery import shared_task

from drafts.keeping import drop_old
from verbs import database


@shared_task
def drop_old_drafts() -> None:
    drop_old(now=database.now())
