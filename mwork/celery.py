"""The Celery application: `celery -A mwork.celery worker --beat`."""

import os

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

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
