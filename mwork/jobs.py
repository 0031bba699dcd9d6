"""Waking a worker. The row that a job is about is the truth; the queue is only a bell, and may be away."""

import logging
from functools import partial

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from mwork import redis

logger = logging.getLogger(__name__)


def after_commit(task: Task, **kwargs) -> None:
    """Queue the task once the present transaction has committed (at once outside of one)."""
    transaction.on_commit(partial(queue, task, **kwargs))


def queue(task: Task, **kwargs) -> bool:
    """Queue the task; False when the broker is away, which a sweep must make good."""
    if not redis.is_away():
        try:
            task.delay(**kwargs)
            return True
        except (OperationalError, RedisError):
            redis.mark_away()
    logger.warning("The broker is away: %s waits for its sweep", task.name)
    return False
