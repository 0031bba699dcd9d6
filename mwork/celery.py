"""The Celery application: `celery -A mwork.celery worker --beat`."""

import os
import time

from celery import Celery
from celery.signals import beat_embedded_init, before_task_publish, worker_process_init

from mwork.running import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")

app = Celery("mwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
@worker_process_init.connect
def _end_with_the_worker(**_: object) -> None:
    """Pool children and beat end with a killed worker instead of living on without it."""
    end_with_parent()


@before_task_publish.connect
def _note_the_time(headers: dict, **_: object) -> None:
    """How long a job has waited is told at /metrics."""
    headers["queued_at"] = time.time()
