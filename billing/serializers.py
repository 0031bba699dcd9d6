"""The shapes of plans and subscriptions on the wire, where unlimited is -1."""

from rest_framework import serializers

from billing.models import Analytics, Feature, Period, Plan, Status


class LimitField(serializers.IntegerField):
    """A maximum; null inside is -1 on the wire."""

    def get_attribute(self, instance):
        value = super().get_attribute(instance)
        return -1 if value is None else value


class FeaturesSerializer(serializers.ModelSerializer):
    max_photos = LimitField()
    max_responses_per_month = LimitField()

    class Meta:
        model = Plan
        fields = Feature.values


class PlanSerializer(serializers.ModelSerializer):
    example = {
        "name": "PRO",
        "price_monthly": 5000,
        "price_yearly": 50000,
        "features": {
            "max_photos": 20,
            "max_responses_per_month": 30,
            "chat_access": True,
            "profile_promotion": False,
            "analytics": Analytics.BASIC.value,
            "priority_support": False,
        },
    }

    features = FeaturesSerializer(source="*")

    class Meta:
        model = Plan
        fields = ["name", "price_monthly", "price_yearly", "features"]


class PlansSerializer(serializers.Serializer):
    """Every plan there is, cheapest first: too few for pages."""

    example = {"plans": [PlanSerializer.example]}

    plans = PlanSerializer(many=True)


class SubscriptionBriefSerializer(serializers.Serializer):
    """What /auth/me tells of it; `expires_at` is null on the default plan."""

    plan = serializers.CharField(source="plan.name")
    expires_at = serializers.DateTimeField(allow_null=True)


class UsageSerializer(serializers.Serializer):
    photos_uploaded = serializers.IntegerField()
    photos_limit = LimitField()
    responses_sent = serializers.IntegerField(help_text="Of this calendar month's, by Almaty's calendar")
    responses_limit = LimitField()
    responses_bought = serializers.IntegerField(help_text="What is left; used when the month's are")


class SubscriptionSerializer(SubscriptionBriefSerializer):
    noun = "subscription"
    example = {
        "plan": "PRO",
        "status": "active",
        "started_at": "2026-11-01T00:00:00Z",
        "expires_at": "2026-12-01T00:00:00Z",
        "auto_renew": True,
        "billing_period": "monthly",
        "usage": {
            "photos_uploaded": 12,
            "photos_limit": 20,
            "responses_sent": 8,
            "responses_limit": 30,
            "responses_bought": 10,
        },
    }

    status = serializers.ChoiceField(Status.choices)
    started_at = serializers.DateTimeField()
    auto_renew = serializers.BooleanField()
    billing_period = serializers.ChoiceField(Period.choices, allow_null=True)
    usage = UsageSerializer()


class SubscribeSerializer(serializers.Serializer):
    """A plan and how long one payment lasts."""

    example = {"plan_name": "PRO", "billing_period": "monthly"}

    plan_name = serializers.CharField(max_length=20)
    billing_period = serializers.ChoiceField(Period.choices)
