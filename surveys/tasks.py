"""Celery's way in, as petitions/tasks.py: the task wakes one verb."""

from celery import shared_task

from petitions.queries import database_now
from surveys.sampling import draw_due_sample


@shared_task
def draw_sample() -> None:
    draw_due_sample(now=database_now())
