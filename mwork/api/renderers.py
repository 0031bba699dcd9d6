"""The success envelope, made here and nowhere else (errors: mwork.api.errors)."""

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response


class EnvelopeRenderer(JSONRenderer):
    """Wraps what a view answers as {"status": "success", "data": …}; a bare text becomes "message" instead."""

    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        response = (renderer_context or {}).get("response")
        if data is not None and not getattr(response, "exception", False):
            data = {"status": "success", "message" if isinstance(data, str) else "data": data}
        return super().render(data, accepted_media_type, renderer_context)


def answer(serializer, status: int = 200) -> Response:
    """The serializer's data under its noun (`noun` on the serializer class); flat when it has none."""
    noun = getattr(serializer, "noun", None)
    return Response({noun: serializer.data} if noun else serializer.data, status)
