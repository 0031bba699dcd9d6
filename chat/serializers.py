"""The shapes of rooms and messages on the wire, the same over HTTP and over sockets."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Role
from chat.models import Attachment, Message, Room
from mwork import storage
from mwork.api.plain import Plain

MESSAGE_LENGTH, MOST_ATTACHMENTS = 4000, 10
EXAMPLE_MESSAGE = {
    "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa201",
    "room_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa200",
    "seq": 7,
    "sender_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
    "content": "Здравствуйте! Ждём вас в четверг в десять.",
    "attachments": [
        {
            "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa202",
            "url": "https://mwork.kz/files/attachments/0193a1b2/5f0c7e.webp:1w2x3y",
            "content_type": "image/webp",
            "size": 183204,
            "name": "moodboard.webp",
        }
    ],
    "client_id": "b9d7c0f2-1",
    "created_at": "2026-11-21T18:05:00Z",
    "edited_at": None,
    "deleted_at": None,
}


class ParticipantSerializer(Plain):
    """Somebody in a room. `name` is null while the person has no profile; a closed account is told by its name."""

    id = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    photo = serializers.SerializerMethodField()
    role = serializers.ChoiceField(Role.choices)

    def get_name(self, user) -> str | None:
        if user.closed_at:
            return str(_("Deleted user"))
        profile = _profile(user)
        return getattr(profile, "name", None) or getattr(profile, "company_name", None)

    def get_photo(self, user) -> str | None:
        profile = _profile(user)
        return storage.url(getattr(profile, "main_photo", "") or getattr(profile, "logo", ""))


def _profile(user):
    """The user's profile of either kind, loaded with the room; None without one."""
    return getattr(user, "model_profile", None) or getattr(user, "employer_profile", None)


class AttachmentSerializer(Plain, serializers.ModelSerializer):
    """A file of a message. Its address is signed and expires after an hour."""

    url = serializers.CharField()

    class Meta:
        model = Attachment
        fields = ["id", "url", "content_type", "size", "name"]


class MessageSerializer(Plain, serializers.ModelSerializer):
    """A message. `sender_id` is null for what we say ourselves; a deleted one keeps its place without content."""

    noun, plural = "message", "messages"
    example = EXAMPLE_MESSAGE

    room_id = serializers.UUIDField()
    sender_id = serializers.UUIDField(allow_null=True)
    content = serializers.CharField(source="text")
    attachments = AttachmentSerializer(many=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "room_id",
            "seq",
            "sender_id",
            "content",
            "attachments",
            "client_id",
            "created_at",
            "edited_at",
            "deleted_at",
        ]


class HistorySerializer(serializers.Serializer):
    """A piece of a room's messages, flat in `data`."""

    example = {"messages": [EXAMPLE_MESSAGE], "has_more": False}

    messages = MessageSerializer(many=True)
    has_more = serializers.BooleanField(help_text="Whether there are more in the direction asked for")


class RoomSerializer(Plain, serializers.ModelSerializer):
    """A room as one of its members sees it."""

    noun, plural = "room", "rooms"
    example = {
        "id": EXAMPLE_MESSAGE["room_id"],
        "casting_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0f1",
        "participants": [
            {
                "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
                "name": "Айгерім Нұрланова",
                "photo": "https://cdn.mwork.kz/photos/0193a1b2/5f0c7e.webp",
                "role": "model",
            },
            {
                "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b3",
                "name": "Tengri Production",
                "photo": "https://cdn.mwork.kz/employers/0193a1b2/5f0c7e.webp",
                "role": "employer",
            },
        ],
        "last_message": EXAMPLE_MESSAGE,
        "last_seq": 7,
        "unread_count": 2,
        "created_at": "2026-11-20T09:30:00Z",
        "updated_at": "2026-11-21T18:05:00Z",
    }

    casting_id = serializers.UUIDField(allow_null=True)
    participants = ParticipantSerializer(source="people", many=True)
    last_message = MessageSerializer(allow_null=True)
    unread_count = serializers.SerializerMethodField()

    class Meta:
        model = Room
        fields = [
            "id",
            "casting_id",
            "participants",
            "last_message",
            "last_seq",
            "unread_count",
            "created_at",
            "updated_at",
        ]

    def get_unread_count(self, room) -> int:
        return room.last_seq - room.last_read_seq


class OpenRoomSerializer(serializers.Serializer):
    example = {"participant_id": EXAMPLE_MESSAGE["sender_id"], "casting_id": RoomSerializer.example["casting_id"]}

    participant_id = serializers.UUIDField(help_text="The other's user id")
    casting_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class SaySerializer(serializers.Serializer):
    """What somebody says. `client_id` makes it safe to send again: the same returns the same message."""

    example = {"content": EXAMPLE_MESSAGE["content"], "client_id": "b9d7c0f2-1"}

    content = serializers.CharField(max_length=MESSAGE_LENGTH, allow_blank=True, default="")
    attachment_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_ATTACHMENTS, required=False, default=list
    )
    client_id = serializers.CharField(max_length=64, required=False, allow_null=True, default=None)

    def validate(self, attrs):
        if not attrs["content"] and not attrs["attachment_ids"]:
            raise serializers.ValidationError({"content": [_("Say something, or name a file.")]})
        return attrs


class SayAnywhereSerializer(SaySerializer):
    """The first generation's body, which names the room or the other person."""

    example = {"room_id": EXAMPLE_MESSAGE["room_id"], "content": EXAMPLE_MESSAGE["content"]}

    room_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    participant_id = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs):
        if bool(attrs["room_id"]) == bool(attrs["participant_id"]):
            raise serializers.ValidationError({"room_id": [_("Name either the room or the person.")]})
        return super().validate(attrs)


class EditSerializer(serializers.Serializer):
    example = {"content": "Ждём вас в пятницу в десять."}

    content = serializers.CharField(max_length=MESSAGE_LENGTH, allow_blank=True)


class ReadSerializer(serializers.Serializer):
    example = {"seq": 7}

    seq = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, allow_null=True, default=None, help_text="Up to here; all"
    )


class ReadingSerializer(serializers.Serializer):
    """How far the caller has read, flat in `data`."""

    example = {"room_id": EXAMPLE_MESSAGE["room_id"], "last_read_seq": 7, "unread_count": 0}

    room_id = serializers.UUIDField()
    last_read_seq = serializers.IntegerField()
    unread_count = serializers.IntegerField()


class UnreadSerializer(serializers.Serializer):
    """What is unread, flat in `data`; rooms without anything unread are left out."""

    example = {"unread_count": 2, "rooms": {EXAMPLE_MESSAGE["room_id"]: 2}}

    unread_count = serializers.IntegerField()
    rooms = serializers.DictField(child=serializers.IntegerField())
