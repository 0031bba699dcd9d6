"""What a server's process does once, before its first request."""

import gc
from importlib import import_module

from django.conf import settings

from mwork.celery import app

YOUNG = 10_000  # objects made since the last look; a page makes more than the 700 after which Python looks by itself


def settle() -> None:
    """Load what the first request would, and let the garbage collector look at it no more. Django must be set up.

    All of it stays, 150 000 objects and more, and every full collection would stop all threads for a tenth of a second
    to walk them.
    """
    import_module(settings.ROOT_URLCONF)
    app.finalize()  # what queueing the first job needs: a tenth of a second for the message that it is about
    app.producer_pool  # noqa: B018  loads the transport
    app.backend  # noqa: B018  looks through all that is installed, for each thread if it is not shared
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
