"""The tasks that deliver, and how they are woken: after the commit, by the ids of what waits."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from uuid import UUID

from celery import shared_task
from django.db import transaction

from mwork import jobs
from notifications import deliveries

AT_ONCE = 10  # deliveries in one task: with a mail server that hangs, still within the task's time limit


@shared_task(name="notifications.tasks.deliver")
def deliver(*, delivery_ids: list[str]) -> None:
    for delivery_id in delivery_ids:
        deliveries.deliver(UUID(delivery_id))


@shared_task(name="notifications.tasks.deliver_bulk")
def deliver_bulk(*, delivery_ids: list[str]) -> None:
    """The same from a queue of its own (see the settings), so that ten thousand letters hold up no single one."""
    deliver(delivery_ids=delivery_ids)


def after_commit(delivery_ids: Iterable[UUID]) -> None:
    """Have a few deliveries sent once the present transaction has committed."""
    for part in _parts(delivery_ids):
        jobs.after_commit(deliver, delivery_ids=part)


def in_bulk(delivery_ids: Iterable[UUID]) -> None:
    """Have many deliveries sent once the present transaction has committed. Stops where the broker is away: the sweep

    takes the rest.
    """
    transaction.on_commit(partial(_queue_all, list(delivery_ids)))


def _queue_all(delivery_ids: list[UUID]) -> None:
    for part in _parts(delivery_ids):
        if not jobs.queue(deliver_bulk, delivery_ids=part):
            break


def _parts(delivery_ids: Iterable[UUID]) -> Iterator[list[str]]:
    ids = iter(delivery_ids)
    while part := [str(delivery_id) for delivery_id in islice(ids, AT_ONCE)]:
        yield part
