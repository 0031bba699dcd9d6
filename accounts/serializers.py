"""The shapes of accounts on the wire."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import names
from accounts.models import OPEN_ROLES, Language, Session, User

EXAMPLE_USER = {
    "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
    "email": "aigerim@example.kz",
    "role": "model",
    "email_verified": False,
    "language": "kk",
    "created_at": "2026-11-20T09:30:00Z",
}
TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…"  # noqa: S105


class UserSerializer(serializers.ModelSerializer):
    noun, example = "user", EXAMPLE_USER

    class Meta:
        model = User
        fields = ["id", "email", "role", "email_verified", "language", "created_at"]
        read_only_fields = ["id", "email", "role", "email_verified", "created_at"]


class LanguageSerializer(serializers.Serializer):
    example = {"language": "kk"}

    language = serializers.ChoiceField(Language.choices)


class EmailField(serializers.EmailField):
    """An e-mail address as it is stored: trimmed, in lower case."""

    def __init__(self, **kwargs):
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data):
        return super().to_internal_value(data).lower()


class PasswordField(serializers.CharField):
    """A new password; `check` it with the person it belongs to. Spaces at its ends are part of it."""

    def __init__(self, **kwargs):
        super().__init__(min_length=8, max_length=128, trim_whitespace=False, write_only=True, **kwargs)

    @staticmethod
    def check(password: str, user: User, field: str = "password") -> None:
        """Raise ValidationError under the field's name for a password that Django's validators refuse."""
        try:
            validate_password(password, user)
        except DjangoValidationError as error:
            raise serializers.ValidationError({field: error.messages}) from error


class OldPasswordField(serializers.CharField):
    """A password that exists already: compared, not judged."""

    def __init__(self, **kwargs):
        super().__init__(max_length=128, trim_whitespace=False, write_only=True, **kwargs)


class RegisterSerializer(serializers.Serializer):
    example = {"email": "aigerim@example.kz", "password": "Tulpar-7-kanat", "role": "model"}

    email = EmailField()
    password = PasswordField()
    role = serializers.ChoiceField(OPEN_ROLES)
    language = serializers.ChoiceField(Language.choices, required=False, help_text="Accept-Language decides without it")

    def validate(self, attrs):
        PasswordField.check(attrs["password"], User(email=attrs["email"]))
        return attrs


class LoginSerializer(serializers.Serializer):
    example = {"email": "aigerim@example.kz", "password": "Tulpar-7-kanat"}

    email = EmailField()
    password = OldPasswordField()


class TokensSerializer(serializers.Serializer):
    """What a sign-in answers, flat in `data`."""

    example = {"access_token": TOKEN, "refresh_token": TOKEN, "expires_in": 900, "user": EXAMPLE_USER}

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")
    user = UserSerializer()


class RefreshSerializer(serializers.Serializer):
    example = {"refresh_token": TOKEN}

    refresh_token = serializers.CharField(max_length=4096)
    rotate = serializers.BooleanField(default=False, help_text="Also give a new refresh token; this one then dies")


class RefreshedSerializer(serializers.Serializer):
    example = {"access_token": TOKEN, "expires_in": 900}

    access_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")
    refresh_token = serializers.CharField(required=False, help_text="Only when `rotate` was asked for")


class EmailSerializer(serializers.Serializer):
    example = {"email": "aigerim@example.kz"}

    email = EmailField()


class TokenSerializer(serializers.Serializer):
    example = {"token": "IjAxOTNhMWIy…"}

    token = serializers.CharField(max_length=500)


class ResetSerializer(serializers.Serializer):
    example = {"token": "IjAxOTNhMWIy…", "password": "Tulpar-8-kanat"}

    token = serializers.CharField(max_length=500)
    password = PasswordField(help_text="Judged with the person it is for, once the token has named her")


class ChangePasswordSerializer(serializers.Serializer):
    example = {"current_password": "Tulpar-7-kanat", "password": "Tulpar-8-kanat"}

    current_password = OldPasswordField()
    password = PasswordField()

    def validate(self, attrs):
        user = self.context["request"].user
        if not user.check_password(attrs["current_password"]):
            raise serializers.ValidationError({"current_password": [_("The password is wrong.")]})
        PasswordField.check(attrs["password"], user)
        return attrs


class ClosingSerializer(serializers.Serializer):
    example = {"password": "Tulpar-7-kanat"}

    password = OldPasswordField()


class SessionSerializer(serializers.ModelSerializer):
    noun, plural = "session", "sessions"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b2",
        "device": "MWork/2.1 (iPhone; iOS 19)",
        "ip": "203.0.113.7",
        "created_at": "2026-11-20T09:30:00Z",
        "last_seen_at": "2026-11-21T18:05:00Z",
        "current": True,
    }

    current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ["id", "device", "ip", "created_at", "last_seen_at", "current"]

    def get_current(self, session) -> bool:
        return session.id == self.context["request"].auth.id


class TicketSerializer(serializers.Serializer):
    noun = "ticket"
    example = {"ticket": "kJ3rD0…", "expires_in": 30}

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")


class BlockedUserSerializer(serializers.Serializer):
    """Somebody the caller blocked. `name` is null while the person has no profile."""

    plural = "users"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b3",
        "role": "employer",
        "name": "Tengri Production",
        "blocked_at": "2026-11-21T18:05:00Z",
    }

    id = serializers.UUIDField(source="blocked_id")
    role = serializers.CharField(source="blocked.role")
    name = serializers.SerializerMethodField()
    blocked_at = serializers.DateTimeField(source="created_at")

    def get_name(self, block) -> str | None:
        if "names" not in self.context:  # once a page, for all its rows
            self.context["names"] = names.of(row.blocked_id for row in self.parent.instance)
        return self.context["names"].get(block.blocked_id)
