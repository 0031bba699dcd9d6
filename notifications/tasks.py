"""Celery's door to the notifications. What delivers is in notifications.waking."""

from uuid import UUID

from celery import shared_task

from mwork import jobs
from notifications import alerts, announcements, deliveries, digests, reminders, services, waking


@shared_task
def deliver_waiting() -> None:
    """What a dead worker, broker or server left behind; one delivery's failure is not the next one's."""
    waking.in_bulk(deliveries.waiting())


@shared_task
def announce(*, casting_id: str) -> None:
    announcements.announce(UUID(casting_id))


@shared_task
def announce_waiting() -> None:
    for casting_id in announcements.waiting():
        jobs.queue(announce, casting_id=str(casting_id))


@shared_task
def tell_of_models() -> None:
    alerts.tell_of_models()


@shared_task
def send_search_digests() -> None:
    alerts.collect()


@shared_task
def remind_of_shoots() -> None:
    reminders.remind()


@shared_task
def send_digests() -> None:
    digests.collect()


@shared_task
def purge() -> None:
    services.purge()
