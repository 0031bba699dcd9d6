"""The WSGI entry point, for HTTP servers that are not asynchronous."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
os.environ.setdefault("DATABASE_TIMEOUT", "10")  # seconds; a request that needs more is better refused

application = get_wsgi_application()
