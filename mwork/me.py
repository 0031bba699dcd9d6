"""/auth/me: the answers to which several floors add their line, so they stand on the roof."""

from rest_framework import serializers
from rest_framework.response import Response

from accounts import exporting, services
from accounts.serializers import ClosingSerializer, LanguageSerializer, UserSerializer
from billing import limits
from billing.serializers import SubscriptionBriefSerializer
from chat import services as chat_services
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import View
from notifications import services as notifications


class MeSerializer(UserSerializer):
    """The caller, with what is in force for her."""

    example = {
        **UserSerializer.example,
        "subscription": {"plan": "FREE", "expires_at": None},
        "unread_notifications": 3,
        "unread_messages": 0,
    }

    subscription = SubscriptionBriefSerializer(source="subscription_in_force")
    unread_notifications = serializers.SerializerMethodField()
    unread_messages = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "subscription", "unread_notifications", "unread_messages"]

    def get_unread_notifications(self, user) -> int:
        return notifications.unread(user)

    def get_unread_messages(self, user) -> int:
        return chat_services.unread_count(user)

    def to_representation(self, user):
        # Asked here and not through the reverse relation: whoever never bought has no row.
        user.subscription_in_force = limits.subscription_of(user)
        return super().to_representation(user)


class Me(View):
    tag = "auth"

    @endpoint(gives=MeSerializer)
    def get(self, request):
        """Show oneself.

        With the plan in force; `expires_at` is null on the free one.
        """
        return answer(MeSerializer(request.user))

    @endpoint(takes=LanguageSerializer, gives=MeSerializer)
    def patch(self, request):
        """Change one's language.

        Letters and notifications are written in it.
        """
        request.user.language = self.valid(request, LanguageSerializer)["language"]
        request.user.save(update_fields=["language"])
        return answer(MeSerializer(request.user))

    @endpoint(takes=ClosingSerializer, status=204)
    def delete(self, request):
        """Close one's account.

        Personal data is erased, profile and castings leave every list, the e-mail is free again. There is no way back.
        """
        services.close(user=request.user, **self.valid(request, ClosingSerializer))
        return Response(status=204)


def _one():
    return serializers.DictField(allow_null=True, help_text="null: there is none")


def _many():
    return serializers.ListField(child=serializers.DictField())


class ExportSerializer(serializers.Serializer):
    """All that is kept of the caller, by section; what partners and other people gave is not in it."""

    noun = "export"
    example = {
        "made_at": "2026-11-20T09:30:00Z",
        "account": UserSerializer.example,
        "messages": [
            {
                "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa201",
                "room_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa200",
                "seq": 7,
                "content": "Здравствуйте! Свободна в эту дату.",
                "created_at": "2026-11-21T18:05:00Z",
                "edited_at": None,
                "deleted_at": None,
            }
        ],
    }

    made_at = serializers.DateTimeField()
    account, model_profile, employer_profile = _one(), _one(), _one()
    subscription, notification_preferences = _one(), _one()
    sessions, letters, blocks, reports, decisions = _many(), _many(), _many(), _many(), _many()
    payments, paid_periods, renewals, bought_responses = _many(), _many(), _many(), _many()
    work_experience, photos, castings, responses, saved_castings = _many(), _many(), _many(), _many(), _many()
    saved_searches, casting_invitations, reviews = _many(), _many(), _many()
    teams, team_invitations, representations, follows = _many(), _many(), _many(), _many()
    rooms, messages, attachments = _many(), _many(), _many()
    notifications, devices, deliveries = _many(), _many(), _many()


class Export(View):
    tag = "auth"
    rate = "auth"  # it reads everything: a few times a minute are enough, counted apart from signing in

    def rate_keys(self, request) -> list[str]:
        return [f"export:{key}" for key in super().rate_keys(request)]

    @endpoint(gives=ExportSerializer)
    def get(self, request):
        """Export one's own data.

        Everything that is kept of the caller, as JSON. Messages of others, and what others have said of the caller, are
        not in it; addresses of attachments expire after an hour.
        """
        headers = {"Content-Disposition": 'attachment; filename="mwork-export.json"'}
        return Response({ExportSerializer.noun: exporting.export(request.user)}, headers=headers)
