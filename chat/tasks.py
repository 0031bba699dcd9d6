from celery import shared_task

from chat import attachments


@shared_task
def sweep_attachments() -> None:
    attachments.sweep()
