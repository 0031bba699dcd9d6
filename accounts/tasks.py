"""Celery's door to the letters and the housekeeping."""

from uuid import UUID

from celery import shared_task

from accounts import letters, services
from accounts.models import EmailToken, Session, Ticket


@shared_task
def send_letter(*, letter_id: str) -> None:
    letters.send(UUID(letter_id))


@shared_task
def send_waiting_letters() -> None:
    """What a dead worker, broker or mail server left behind; one letter's failure is not the next one's."""
    for letter_id in letters.waiting():
        send_letter.delay(letter_id=str(letter_id))


@shared_task
def purge_expired() -> None:
    Session.objects.stale().delete()
    EmailToken.objects.stale().delete()
    Ticket.objects.stale().delete()


@shared_task
def forget_late() -> None:
    services.forget_late()
