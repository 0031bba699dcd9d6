"""/auth/me: the one answer to which several floors add their line, so it stands on the roof."""

from rest_framework import serializers
from rest_framework.response import Response

from accounts import services
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
