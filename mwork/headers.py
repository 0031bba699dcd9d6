"""What every answer says to the browser, beside what Django's SecurityMiddleware says.

A page loads scripts from our own files and those it marks with its nonce; what is no page loads nothing. Django 6 has a
middleware of its own for this, which may take the place of this one.
"""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import SimpleLazyObject

NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    """Gives the request a `csp_nonce`, made when a template asks for it, and the answer its headers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        nonces = []
        request.csp_nonce = SimpleLazyObject(lambda: nonces.append(secrets.token_urlsafe(16)) or nonces[0])
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and settings.DEBUG and response.status_code in (404, 500):
            return response  # Django's pages of explanation have scripts without a nonce
        response.headers.setdefault("Content-Security-Policy", page_policy(nonces) if is_page else NO_PAGE)
        return response


def page_policy(nonces: list[str]) -> str:
    """The Content-Security-Policy of a page whose inline scripts carry these nonces."""
    pictures = [settings.PUBLIC_URL, *([settings.S3["public"], settings.S3["endpoint"]] if settings.S3 else [])]
    # Browsers hold forms to where their answer redirects: to the pay page, and from the sandbox's back to the client.
    paying = list(settings.ROBOKASSA_FRONTEND.values())
    if settings.ROBOKASSA:
        paying.append(settings.ROBOKASSA["merchant"]["pay_url"])
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *(f"'nonce-{nonce}'" for nonce in nonces)]),
            # ReDoc and Swagger make elements with styles; a style runs nothing.
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: {_origins(pictures)}",
            "worker-src 'self' blob:",  # ReDoc's search
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action 'self' {_origins(paying)}",
            "frame-ancestors 'none'",
        ]
    )


def _origins(addresses: list[str]) -> str:
    parts = {urlsplit(address) for address in addresses}
    return " ".join(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))
