"""The settings of the tests: the program's own, with what would only slow them down exchanged."""

from mwork.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 takes a third of a second by design
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STAFF_SECOND_FACTOR = False  # the tests of the second factor put it on
RATES = dict.fromkeys(RATES)  # noqa: F405  the tests of rates set their own
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 0  # noqa: F405  as in the servers
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # or each client of a test would look through all static files: a third of the whole run
