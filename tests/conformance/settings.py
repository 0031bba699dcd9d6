"""The settings of the check: those of the tests, but with jobs left in the queue and files in a folder of the run's."""

import os
from pathlib import Path

from mwork import conf
from tests.settings import *  # noqa: F403

FOLDER = Path(os.environ["CONFORMANCE_FOLDER"])
CELERY_TASK_ALWAYS_EAGER = False
ROBOKASSA = conf.robokassa(True, PORT, SECRET_KEY)  # noqa: F405  the sandbox
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MEDIA_ROOT = FOLDER / "media"
STORAGES["default"]["OPTIONS"]["location"] = MEDIA_ROOT  # noqa: F405
STORAGES["private"]["OPTIONS"]["location"] = FOLDER / "private"  # noqa: F405
LOGGING["root"]["level"] = LOGGING["loggers"]["django"]["level"] = "ERROR"  # noqa: F405  what is refused is asked for on purpose
