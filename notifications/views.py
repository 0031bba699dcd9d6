"""Notifications over HTTP."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import IsOwner
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource, View
from notifications import serializers, services
from notifications.filters import NotificationFilter
from notifications.models import Notification


class Notifications(Resource):
    tag = "notifications"
    queryset = Notification.objects.all()
    serializer_class = serializers.NotificationSerializer
    access = {"read": IsOwner}

    def get_queryset(self):
        return Notification.objects.filter(user=self.request.user.id)

    @endpoint(gives=serializers.NotificationSerializer, many=True, filters=NotificationFilter)
    def list(self, request):
        """List what one was told, the newest first.

        `unread_count` beside it is of all, whatever is asked for.
        """
        page = self.page(self.filter_queryset(self.get_queryset()))
        page.data["unread_count"] = services.unread(request.user)
        return page

    @endpoint(gives=serializers.NotificationSerializer)
    def read(self, request, id):
        """Mark one as read.

        Again is the same.
        """
        return self.one(services.read(notification=self.get_object()))


class ReadAll(View):
    tag = "notifications"

    @endpoint(gives=serializers.ReadSerializer)
    def post(self, request):
        """Mark all as read.

        `read` is how many were not.
        """
        return answer(serializers.ReadSerializer({"read": services.read_all(user=request.user)}))


class PreferencesView(View):
    tag = "notifications"

    @endpoint(gives=serializers.PreferencesSerializer)
    def get(self, request):
        """Show what one wants to hear.

        Everything, until one says otherwise.
        """
        return answer(serializers.PreferencesSerializer(services.preferences(request.user)))

    @endpoint(takes=serializers.PreferencesSerializer, gives=serializers.PreferencesSerializer)
    def put(self, request):
        """Change what one wants to hear.

        A missing field stays. What is switched off is not written at all; money and moderation always come. `digest`
        daily gathers the letters of a day into one, sent in the morning.
        """
        data = self.valid(request, serializers.PreferencesSerializer, partial=True)
        return answer(serializers.PreferencesSerializer(services.prefer(user=request.user, **data)))

    @endpoint(takes=serializers.PreferencesSerializer, gives=serializers.PreferencesSerializer)
    def patch(self, request):
        """Change some of what one wants to hear.

        The same as PUT.
        """
        return self.put(request)


class Devices(View):
    tag = "notifications"

    @idempotent
    @endpoint(takes=serializers.DeviceSerializer, gives=serializers.DeviceSerializer, status=201, also=200)
    def post(self, request):
        """Have pushes sent to a device.

        200 when its token is known already. A token belongs to whoever registered it last; one user has ten at most,
        and the ones registered longest ago make room.
        """
        data = self.valid(request, serializers.DeviceSerializer)
        device, made = services.register_device(user=request.user, **data)
        return answer(serializers.DeviceSerializer(device), 201 if made else 200)


class DeviceByToken(View):
    tag = "notifications"

    @endpoint(status=204, parameters=(OpenApiParameter("token", str, OpenApiParameter.PATH),))
    def delete(self, request, token):
        """Have no more pushes sent to one's own device."""
        if not token.isascii() or not token.isprintable() or not services.forget_device(user=request.user, token=token):
            raise errors.NotFound
        return Response(status=204)
