"""The ASGI entry point: `daphne mwork.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
os.environ.setdefault("DATABASE_TIMEOUT", "10")  # seconds; a request that needs more is better refused

application = get_asgi_application()
