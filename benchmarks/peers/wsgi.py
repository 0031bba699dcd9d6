"""The entry point of peers.default_drf."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.default_drf")
os.environ.setdefault("DATABASE_POOL", "false")
application = get_wsgi_application()
