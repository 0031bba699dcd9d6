from celery import shared_task

from chat import services


@shared_task
def sweep_attachments() -> None:
    services.sweep()
