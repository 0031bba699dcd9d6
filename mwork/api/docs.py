"""The OpenAPI document over HTTP."""

from functools import cache

from django.utils import translation
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.response import Response


class DocumentView(SpectacularJSONAPIView):
    """The same document for everybody. It takes a second to make: made once a process."""

    authentication_classes = []

    def _get_schema_response(self, request):
        return Response(document())


@cache
def document() -> dict:
    """The OpenAPI document, in English."""
    with translation.override("en"):
        return spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema(request=None, public=True)
