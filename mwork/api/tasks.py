from celery import shared_task

from mwork.api import idempotency


@shared_task
def purge_idempotency_keys() -> None:
    idempotency.purge()
