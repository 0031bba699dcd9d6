"""The OpenAPI document over HTTP."""

from functools import cache

from django.utils import translation
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.response import Response


class DocumentView(SpectacularJSONAPIView):
    """The same document for everybody. It takes a second to make: made once a process."""

    authentication_classes = []

    def _get_schema_response(self, request):
        return Response(_document(self.generator_class, self.urlconf))


@cache
def _document(generator_class, urlconf) -> dict:
    with translation.override("en"):
        return generator_class(urlconf=urlconf).get_schema(request=None, public=True)
