"""The shapes of notifications on the wire. Texts are in the reader's stored language, whatever the client's says."""

from django.core.validators import RegexValidator
from django.utils import translation
from rest_framework import serializers

from notifications import kinds
from notifications.models import Device, Digest, Notification, Platform, Preferences


class NotificationSerializer(serializers.ModelSerializer):
    noun, plural = "notification", "notifications"
    beside = {"unread_count": {"type": "integer"}}
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
        "type": "response_status_change",
        "title": "You have been chosen",
        "message": "Your response to “Lookbook in Almaty” is accepted. Congratulations!",
        "data": {"casting_id": "0193a1b2-9d0e-7f10-8a5b-6c7d8e9fa0b1", "status": "accepted"},
        "is_read": False,
        "created_at": "2026-11-20T09:30:00Z",
    }

    title = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ["id", "type", "title", "message", "data", "is_read", "created_at"]

    def to_representation(self, notification):
        reader = self.context["request"].user if "request" in self.context else notification.user
        with translation.override(reader.language):
            return super().to_representation(notification)

    def get_title(self, notification) -> str:
        return kinds.title(notification.kind, notification.data)

    def get_message(self, notification) -> str:
        return kinds.message(notification.kind, notification.data)


class ReadSerializer(serializers.Serializer):
    example = {"read": 3}

    read = serializers.IntegerField(help_text="How many were unread")


class ChannelsSerializer(serializers.ModelSerializer):
    class Meta:
        model = Preferences
        fields = ["email", "push"]


class PreferencesSerializer(serializers.ModelSerializer):
    """A missing field stays."""

    noun = "preferences"
    example = {
        "new_casting": True,
        "new_response": True,
        "response_status_change": True,
        "new_message": True,
        "casting_reminder": True,
        "channels": {"email": True, "push": True},
        "digest": "instant",
    }

    channels = ChannelsSerializer(source="*", required=False)
    digest = serializers.ChoiceField(Digest.choices, required=False, help_text="Letters as they come, or one a day")

    class Meta:
        model = Preferences
        fields = [
            "new_casting",
            "new_response",
            "response_status_change",
            "new_message",
            "casting_reminder",
            "channels",
            "digest",
        ]


class DeviceSerializer(serializers.ModelSerializer):
    noun = "device"
    example = {"token": "dQw4w9WgXcQ:APA91bHun4…", "platform": "android"}

    # Without the model's unique validator: a token that somebody had before changes hands.
    token = serializers.CharField(max_length=1024, validators=[RegexValidator(r"^[!-~]+$")])
    platform = serializers.ChoiceField(Platform.choices)

    class Meta:
        model = Device
        fields = ["token", "platform"]
