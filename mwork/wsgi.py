"""The WSGI entry point, for HTTP servers that are not asynchronous."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")

application = get_wsgi_application()
