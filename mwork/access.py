"""One line and one count for each request: the access log (logger `mwork.access`) and its metrics."""

import logging
import time

from mwork import metrics
from mwork.logs import route_of

logger = logging.getLogger(__name__)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
QUIET = {"health", "health/ready", "metrics"}  # asked every few seconds; only their failures are worth a line


class AccessMiddleware:
    """Right below RequestIdMiddleware, so that it sees all that the others answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - start
        method = request.method if request.method in METHODS else "OTHER"  # clients make up names
        route, status = route_of(request), response.status_code
        metrics.REQUESTS.labels(method, route, status).inc()
        metrics.SECONDS.labels(method, route).observe(seconds)
        if route not in QUIET or status >= 400:
            fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            fields["user"] = _user_id(request)
            text = "%(method)s %(route)s %(status)d %(ms).1f ms, user %(user)s"
            logger.info(text, fields, extra={"fields": fields})
        return response


def _user_id(request) -> str | None:
    """Whose request it was, as far as somebody has asked: None for nobody, and where nothing needed to know."""
    user = getattr(request, "_cached_user", None)  # of the desk's session; `request.user` would ask the database
    if user is None and "user" in vars(request) and not hasattr(request.user, "_setupfunc"):
        user = request.user  # of the API's token
    return str(user.pk) if user is not None and user.pk else None
