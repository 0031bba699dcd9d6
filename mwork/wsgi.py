"""The WSGI entry point, all HTTP in production: served by `mwork.serve_wsgi`."""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import lru_cache

import django
from django.core.handlers.wsgi import WSGIHandler
from django.urls import ResolverMatch, get_resolver

from mwork import running, startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
os.environ.setdefault("DATABASE_TIMEOUT", "10")  # seconds; a request that needs more is better refused
os.environ.setdefault("DATABASE_POOL", "false")  # our threads are few
os.environ.setdefault("DATABASE_PREPARE", "true")
running.end_with_parent()  # a server's worker process loads this module; it is not to live on without the server
parent = multiprocessing.parent_process()
if parent and not parent.is_alive():  # it has died before we could ask for that
    sys.exit("mwork: the server has ended")
if parent:  # granian's worker, which begins with the handlers of its parent: until it serves they would end nothing
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)

PIECE = 64 * 1024  # bytes read at once
LONGEST = 12 * 1024 * 1024  # bytes of a body without a length that are taken in: more than any address takes
IN_MEMORY = 1024 * 1024  # bytes of it that are not written to a file
ADDRESSES = 512  # whose views are remembered


@lru_cache(ADDRESSES)
def view_of(path: str) -> ResolverMatch:
    """What stands at the address. Found by trying pattern after pattern; lists are asked at the same one all day."""
    found = get_resolver().resolve(path)
    found.tried = None  # a hundred objects, of which only Django's page of explanation makes something
    return found


class Handler(WSGIHandler):
    def resolve_request(self, request):
        request.resolver_match = view_of(request.path_info)
        return request.resolver_match


django.setup(set_prefix=False)
handler = Handler()
startup.settle()


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Django's application, for bodies sent in chunks too: Django reads as much as CONTENT_LENGTH says.

    nginx has read the body before it asks us and tells the length; others who ask us may not.
    """
    if environ.get("CONTENT_LENGTH") or "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return handler(environ, start_response)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
        while (piece := environ["wsgi.input"].read(PIECE)) and body.tell() <= LONGEST:
            body.write(piece)
        environ |= {"CONTENT_LENGTH": str(body.tell()), "wsgi.input": body}
        body.seek(0)
        return handler(environ, start_response)
