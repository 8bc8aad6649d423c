"""The Celery task of notices: it calls one verb."""

from celery import shared_task

from notices import sending


@shared_task
def deliver() -> None:
    sending.deliver_unless_running()
