"""Where a request comes from."""

from ipaddress import ip_address
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For counts only for as many hops as TRUSTED_PROXIES says:

    each of our proxies appends the address it was called from, so the client is that many entries from the right.
    """
    peer = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104  a label for "unknown", nothing is bound
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if not settings.TRUSTED_PROXIES or len(hops) < settings.TRUSTED_PROXIES:
        return peer
    try:
        found = ip_address(hops[-settings.TRUSTED_PROXIES])
        return str(getattr(found, "ipv4_mapped", None) or found)
    except ValueError:
        return peer


def viewer(request) -> str:
    """Who looks, as daily views keep it: a keyed hash of the user's id, or of an anonymous client's address."""
    return viewer_key(request.user.id if request.user.is_authenticated else address(request))


def viewer_key(who: UUID | str) -> str:
    """The same for the same user or address; nobody without our key can tell whose it is."""
    return salted_hmac("mwork.viewer", str(who), algorithm="sha256").hexdigest()[:32]
