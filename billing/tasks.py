"""Celery's door to what happens to money by itself."""

from celery import shared_task

from billing import reconciliation, renewals, services, settlement


@shared_task
def renew_subscriptions() -> None:
    renewals.renew()


@shared_task
def expire_subscriptions() -> None:
    try:
        renewals.renew()  # after an outage both are due: nobody shall lose a plan whose renewal was merely late
    finally:
        services.expire()


@shared_task
def expire_orders() -> None:
    settlement.expire_orders()


@shared_task
def reconcile_payments() -> None:
    reconciliation.reconcile()


@shared_task
def send_reminders() -> None:
    renewals.remind()
