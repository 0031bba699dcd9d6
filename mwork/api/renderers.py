"""The success envelope, made here and nowhere else (errors: mwork.api.errors)."""

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

_default = JSONEncoder().default


def written(data) -> bytes:
    """JSON as it goes to clients, over HTTP and over sockets. Times are RFC 3339 in UTC with a Z."""
    return orjson.dumps(data, _default, orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


class EnvelopeRenderer(JSONRenderer):
    """Wraps what a view answers as {"status": "success", "data": …}; a bare text becomes "message" instead."""

    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        response = (renderer_context or {}).get("response")
        if data is None:
            return b""
        if not getattr(response, "exception", False):
            data = {"status": "success", "message" if isinstance(data, str) else "data": data}
        return written(data)


class Negotiation(DefaultContentNegotiation):
    """JSON is all there is to choose; only who asks for something else is looked at closely."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if len(renderers) == 1 and request.META.get("HTTP_ACCEPT") in ("*/*", "application/json"):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)


def answer(serializer, status: int = 200) -> Response:
    """The serializer's data under its noun (`noun` on the serializer class); flat when it has none."""
    noun = getattr(serializer, "noun", None)
    return Response({noun: serializer.data} if noun else serializer.data, status)
