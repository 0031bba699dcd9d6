"""Chat over HTTP: /chat. The socket says the same through the same services."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from chat import loading, serializers, services
from chat.filters import MessageFilter
from chat.models import Membership, Message, Room
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.listing import Listing
from mwork.api.pagination import MOST, whole_number
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource, View
from mwork.prepared import Prepared

HISTORY = 50  # messages of a room's page by default
MAY_NOT = (errors.AccountBlocked, errors.LimitReached)
SAYING = (*MAY_NOT, errors.InvalidState, errors.Duplicate)


OWN = Listing(
    lambda user: Room.objects.visible_to(user).select_related("last_message"),
    serializers.RoomSerializer,
    complete=loading.of_rooms,
)
_MEMBER = Prepared(lambda slot: Membership.objects.filter(room=slot("room_id"), user=slot("user_id")))
_NEWEST = Prepared(lambda slot: Message.objects.filter(room=slot("room_id")).order_by("-seq"))
_BEFORE = Prepared(lambda slot: Message.objects.filter(room=slot("room_id"), seq__lt=slot("seq")).order_by("-seq"))
_AFTER = Prepared(lambda slot: Message.objects.filter(room=slot("room_id"), seq__gt=slot("seq")).order_by("seq"))


class Rooms(Resource):
    tag = "chat"
    queryset = Room.objects.all()
    serializer_class = serializers.RoomSerializer
    orderings = {"latest": ("-updated_at", "-id")}

    @endpoint(gives=serializers.RoomSerializer, many=True, refuses=(errors.LimitReached,))
    def list(self, request):
        """List one's own rooms.

        The one with the latest activity first.
        """
        answered = self.page_of(OWN)
        if not answered.data["rooms"]:
            services.require_a_room_or_the_plan(request.user)
        return answered

    @idempotent
    @endpoint(
        takes=serializers.OpenRoomSerializer,
        gives=serializers.RoomSerializer,
        status=201,
        also=200,
        refuses=(*MAY_NOT, errors.NotFound),
    )
    def create(self, request):
        """Open a room with somebody.

        About a casting of one of the two, or about none. 200 with the room that these two have for it already. The
        plan decides who may open one.
        """
        services.require_a_room_or_the_plan(request.user)
        data = self.valid(request, serializers.OpenRoomSerializer)
        room, is_new = services.open_room(opener=request.user, **data)
        return self.one(Room.objects.visible_to(request.user).for_list().get(id=room.id), status=201 if is_new else 200)


class Messages(Resource):
    tag = "chat"
    queryset = Message.objects.all()
    serializer_class = serializers.MessageSerializer

    def get_room(self, room_id: UUID) -> Room:
        """The caller's room; NotFound for any other."""
        rooms = Room.objects.visible_to(self.request.user).select_related("first", "second")
        room = rooms.filter(id=room_id).first()
        if room is None:
            raise errors.NotFound
        return room

    def get_message(self, room_id: UUID, id: UUID) -> Message:
        message = Message.objects.visible_to(self.request.user).filter(room=room_id, id=id).first()
        if message is None:
            raise errors.NotFound
        return message

    @endpoint(
        gives=serializers.HistorySerializer,
        parameters=(
            OpenApiParameter("limit", int, description=f"Messages, 1 to {MOST}; {HISTORY} by default."),
            OpenApiParameter("before", UUID, description="The id of a message: those before it, newest first."),
            OpenApiParameter("after_seq", int, description="Those after this number, oldest first: what one missed."),
        ),
    )
    def list(self, request, room_id):
        """Read a room's messages.

        Newest first, back from the end or from `before`; with `after_seq` oldest first from there, so that a client
        that was away gets exactly what it missed.
        """
        if not _MEMBER.exists(room_id=room_id, user_id=request.user.id):
            raise errors.NotFound
        limit = min(whole_number(request, "limit", HISTORY, least=1), MOST)
        rows = self._asked_for(room_id, limit + 1)
        loading.files(rows)
        piece = {"messages": rows[:limit], "has_more": len(rows) > limit}
        return answer(serializers.HistorySerializer(piece))

    def _asked_for(self, room_id: UUID, limit: int) -> Sequence[Message]:
        query = self.request.query_params
        if "after_seq" in query:
            if "before" in query:
                raise errors.Invalid("before", _("Use one of before and after_seq."))
            seq = whole_number(self.request, "after_seq", 0, least=0)
            return _AFTER.all(room_id=room_id, seq=seq, limit=limit)
        if "before" not in query:
            return _NEWEST.all(room_id=room_id, limit=limit)
        try:
            seq = Message.objects.values_list("seq", flat=True).get(room=room_id, id=UUID(query["before"]))
        except (ValueError, Message.DoesNotExist):
            raise errors.Invalid("before", _("No message of this room has this id.")) from None
        return _BEFORE.all(room_id=room_id, seq=seq, limit=limit)

    @idempotent
    @endpoint(
        takes=serializers.SaySerializer, gives=serializers.MessageSerializer, status=201, also=200, refuses=SAYING
    )
    def create(self, request, room_id):
        """Say something.

        201 means it is stored for good. `client_id` makes it safe to send again after a lost answer: the same returns
        the same message with 200, for ever, and counts towards no rate. 30 messages a minute, sockets included.
        """
        try:
            return self._say(room_id, self.valid(request, serializers.SaySerializer))
        except (errors.AccountBlocked, errors.LimitReached, errors.InvalidState):
            raise
        except errors.NotFound:
            services.require_a_room_or_the_plan(request.user)
            raise
        except APIException:
            self._refuse_whom_nothing_helps(room_id)
            raise

    def _refuse_whom_nothing_helps(self, room_id: UUID) -> None:
        """Who may not say anything here is told so, whatever is amiss with the body besides."""
        user = self.request.user
        services.require_a_room_or_the_plan(user)
        try:
            services.require_may_say(user=user, room=self.get_room(room_id))
        except (errors.AccountBlocked, errors.LimitReached, errors.InvalidState):
            if not services.has_said(user=user, room_id=room_id, client_id=self._client_id()):
                raise

    @idempotent
    @endpoint(
        takes=serializers.SayAnywhereSerializer,
        gives=serializers.MessageSerializer,
        status=201,
        also=200,
        refuses=(*SAYING, errors.NotFound),
    )
    def send(self, request):
        """Say something in the room, or to the person, that the body names.

        The first generation's address. To a person: in the room about no casting, else in the latest one of the two,
        else in a new one.
        """
        services.require_a_room_or_the_plan(request.user)
        data = self.valid(request, serializers.SayAnywhereSerializer)
        room_id, participant_id = data.pop("room_id"), data.pop("participant_id")
        if participant_id:
            room_id = services.room_to_say_in(user=request.user, participant_id=participant_id).id
        return self._say(room_id, data)

    def _client_id(self):
        """What the body gives, if it can be read: refused otherwise, it is not judged yet."""
        try:
            return serializers.SaySerializer().fields["client_id"].run_validation(self.request.data.get("client_id"))
        except APIException:
            return None

    def _say(self, room_id: UUID, data: dict) -> Response:
        message, is_new = services.say(sender=self.request.user, room_id=room_id, **data)
        return self.one(message, status=201 if is_new else 200)

    @endpoint(
        takes=serializers.EditSerializer, gives=serializers.MessageSerializer, refuses=(*MAY_NOT, errors.InvalidState)
    )
    def edit(self, request, room_id, id):
        """Change one's own message.

        Within 15 minutes; `edited_at` tells of it.
        """
        message = self.get_message(room_id, id)
        self._require_own(message)
        data = self.valid(request, serializers.EditSerializer)
        return self.one(services.edit(user=request.user, message=message, **data))

    @endpoint(status=204)
    def destroy(self, request, room_id, id):
        """Delete one's own message.

        A stone stays in its place, without content and files.
        """
        message = self.get_message(room_id, id)
        self._require_own(message)
        services.delete(user=request.user, message=message)
        return Response(status=204)

    def _require_own(self, message: Message) -> None:
        if message.sender_id != self.request.user.id:
            raise errors.Forbidden

    @endpoint(gives=serializers.MessageSerializer, many=True, filters=MessageFilter)
    def search(self, request):
        """Search in one's own rooms.

        Every word of `q`, in any case, with ё as е; newest first.
        """
        own = Message.objects.visible_to(request.user).prefetch_related("attachments")
        return self.page(self.filter_queryset(own))


class ReadRoom(View):
    tag = "chat"

    @endpoint(takes=serializers.ReadSerializer, gives=serializers.ReadingSerializer)
    def post(self, request, room_id):
        """Mark a room as read.

        All of it, or up to `seq`; never back.
        """
        if not Room.objects.visible_to(request.user).filter(id=room_id).exists():
            raise errors.NotFound
        seq = self.valid(request, serializers.ReadSerializer)["seq"]
        last_read_seq, unread_count = services.read(user=request.user, room_id=room_id, seq=seq)
        reading = {"room_id": room_id, "last_read_seq": last_read_seq, "unread_count": unread_count}
        return answer(serializers.ReadingSerializer(reading))


class Unread(View):
    tag = "chat"

    @endpoint(gives=serializers.UnreadSerializer)
    def get(self, request):
        """Count what is unread, by room."""
        rooms = services.unread(request.user)
        return answer(serializers.UnreadSerializer({"unread_count": sum(rooms.values()), "rooms": rooms}))
