"""The Celery task of this room. It only calls a verb."""

from celery import shared_task

from surveys.sampling import draw_due_sample
from verbs import database


@shared_task
def draw_sample() -> None:
    draw_due_sample(now=database.now())
