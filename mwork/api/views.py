"""What every API view shares, and the answers that belong to no app: unknown addresses, what broke elsewhere."""

from io import SEEK_END
from urllib.parse import unquote

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from mwork.api import errors, throttling
from mwork.api.listing import Listing
from mwork.api.parsers import HOSTILE
from mwork.api.permissions import SignedIn
from mwork.api.renderers import answer


class Conventions:
    """The order of checks: throttle, hostile text, method, authentication, permission. Then the view's own code.

    `rate` names the limit in settings.RATES; `access` maps an action of a viewset to its permission class.
    """

    rate = "api"
    access: dict[str, type] = {}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request, *args, **kwargs):
        self.format_kwarg = None
        throttling.check(request, self)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        request.query_params  # noqa: B018  refuses too many of them, also where nobody reads any
        if HOSTILE.search(unquote(request.META.get("QUERY_STRING", ""), errors="surrogateescape")):
            raise errors.Invalid("query", _("Null bytes and broken UTF-8 are not accepted."))
        method = request.method.lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(request.method)
        self.perform_authentication(request)
        self.check_permissions(request)

    def initialize_request(self, request, *args, **kwargs):
        """Two forms of request that DRF would misread: an empty Accept, and a body sent in chunks without a length."""
        request.META["HTTP_ACCEPT"] = request.META.get("HTTP_ACCEPT") or "*/*"
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            stream = request._stream  # under ASGI the whole body, in a file
            request.META["CONTENT_LENGTH"] = str(stream.seek(0, SEEK_END))
            stream.seek(0)
        request.__dict__.pop("headers", None)  # cached before, from what META was
        return super().initialize_request(request, *args, **kwargs)

    def rate_keys(self, request) -> list[str]:
        """The buckets this request counts in: the signed-in user's, by the token's word, or the client address's."""
        claims = [authenticator.claimed_user(request) for authenticator in request.authenticators]
        user_id = next((claim for claim in claims if claim), None)
        return [f"user:{user_id}" if user_id else throttling.address_key(request)]

    @property
    def filterset_class(self):
        """The filters that the present action's `@endpoint` declares; None without."""
        handler = getattr(self, getattr(self, "action", None) or self.request.method.lower(), None)
        return handler.endpoint.filters if handler else None

    def valid(self, request, serializer_class, **kwargs) -> dict:
        """The request's body as the serializer's checked data; ValidationError (400) otherwise."""
        serializer = serializer_class(data=request.data, context={"request": request, "view": self}, **kwargs)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def get_permissions(self):
        if self.access:
            return [self.access.get(self.action, SignedIn)()]
        return super().get_permissions()

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in throttling.headers(getattr(request, "_request", request)).items():
            response[name] = value
        return response


class View(Conventions, APIView):
    """A thing that is not a resource: one class, a method per verb."""


class Resource(Conventions, GenericViewSet):
    """A viewset by UUID. `orderings` names the orders of its list, the default first."""

    lookup_field = "id"
    lookup_value_converter = "uuid"
    orderings: dict[str, tuple[str, ...]] = {"newest": ("-created_at", "-id")}

    def list_orderings(self) -> dict[str, tuple[str, ...]]:
        """The orders that the present action's list may be asked for, the default first."""
        return self.orderings

    def page(self, queryset, serializer_class=None) -> Response:
        """One page of the rows, under the serializer's `plural`, with `pagination`."""
        serializer_class = serializer_class or self.get_serializer_class()
        rows = self.paginate_queryset(queryset)
        data = serializer_class(rows, many=True, context=self.get_serializer_context()).data
        return self.get_paginated_response({serializer_class.plural: data})

    def page_of(self, listing: Listing, **values) -> Response:
        """One page of a hot list, in the view's orders; the values fill the slots of its own."""
        user, asked = self.request.user, listing.asked(self.request.query_params)
        order = self.paginator.read(self.request, self)
        rows = self.paginator.empty() if asked is None else listing.page(self.paginator, asked, order, user, **values)
        return self.get_paginated_response({listing.gives.plural: listing.shown(rows, self.get_serializer_context())})

    def one(self, row, serializer_class=None, status: int = 200) -> Response:
        """One row under the serializer's noun."""
        serializer_class = serializer_class or self.get_serializer_class()
        return answer(serializer_class(row, context=self.get_serializer_context()), status)


@extend_schema(exclude=True)
class UnknownAddress(View):
    """Every address under /api/v1 that nothing else answers: 404 for any method and any caller."""

    authentication_classes = []
    permission_classes = []

    def initial(self, request, *args, **kwargs):
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        throttling.check(request, self)
        raise errors.NotFound


def bad_request(request: HttpRequest, exception=None) -> JsonResponse:
    """handler400: what Django refuses before a view is reached, such as a foreign Host header."""
    too_large = isinstance(exception, errors.django_errors.RequestDataTooBig)
    error = errors.PayloadTooLarge() if too_large else errors.Invalid("request", _("The request is malformed."))
    return JsonResponse(errors.envelope(error), status=error.status_code)


def server_error(request: HttpRequest) -> JsonResponse:
    """handler500: what broke outside a view of the API, whose own errors never come here."""
    error = errors.ApiError()
    return JsonResponse(errors.envelope(error), status=error.status_code)
