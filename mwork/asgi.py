"""The ASGI entry point, HTTP and sockets: `daphne mwork.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

from mwork import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
os.environ.setdefault("DATABASE_TIMEOUT", "10")  # seconds; a request that needs more is better refused
os.environ.setdefault("DATABASE_PREPARE", "true")

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  what follows needs the apps to be loaded

from chat.routing import sockets  # noqa: E402

startup.settle()

application = ProtocolTypeRouter({"http": http, "websocket": sockets})
