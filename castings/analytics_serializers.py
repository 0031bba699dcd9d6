"""The shapes of figures on the wire."""

from rest_framework import serializers

from billing.models import Analytics
from castings.analytics.stretch import DEFAULT_PERIOD, PERIODS
from castings.models import CastingStatus
from castings.serializers import EXAMPLE_CASTING

EXAMPLE_STRETCH = {"level": "advanced", "period": 7, "date_from": "2026-11-19", "date_to": "2026-11-25"}
EXAMPLE_DAY = {"date": "2026-11-25", "views": 14, "responses": 2, "accepted": 1}


class PeriodSerializer(serializers.Serializer):
    """The query."""

    period = serializers.ChoiceField(PERIODS, default=DEFAULT_PERIOD, help_text="Days, today among them")


class EmployerPeriodSerializer(PeriodSerializer):
    organization_id = serializers.UUIDField(
        required=False, help_text="In whose team the caller is; without it, the caller's own profile"
    )


class ResponseSumsSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    viewed = serializers.IntegerField()
    shortlisted = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class DaySerializer(serializers.Serializer):
    date = serializers.DateField()
    views = serializers.IntegerField()
    responses = serializers.IntegerField(help_text="Sent on that day")
    accepted = serializers.IntegerField(help_text="Of those sent on that day")


class CityViewsSerializer(serializers.Serializer):
    city = serializers.CharField(allow_null=True, help_text="null: not known")
    views = serializers.IntegerField()


class RoleViewsSerializer(serializers.Serializer):
    role = serializers.CharField(help_text="model, employer, agency, admin, or anonymous")
    views = serializers.IntegerField()


class CityPlaceSerializer(serializers.Serializer):
    city = serializers.CharField()
    place = serializers.IntegerField(help_text="1 is the first")
    of = serializers.IntegerField(help_text="Listed models of the city")
    views = serializers.IntegerField(help_text="In as many days up to as_of")
    as_of = serializers.DateField()


class UnreadSumsSerializer(serializers.Serializer):
    messages = serializers.IntegerField()
    notifications = serializers.IntegerField()


class FiguresSerializer(serializers.Serializer):
    """What both kinds of figures say first."""

    noun = "analytics"

    level = serializers.ChoiceField([Analytics.BASIC, Analytics.ADVANCED])
    period = serializers.IntegerField(help_text="Days")
    date_from = serializers.DateField(help_text="The first day, Almaty's")
    date_to = serializers.DateField(help_text="Today in Almaty")

    def to_representation(self, figures):
        """Without the figures that the plan does not tell; one that is told may be null."""
        return {name: value for name, value in super().to_representation(figures).items() if name in figures}


class ModelFiguresSerializer(FiguresSerializer):
    """A model's figures. Those from `daily` on are there with advanced analytics."""

    example = {
        **EXAMPLE_STRETCH,
        "profile_views": 96,
        "responses": {"total": 4, "pending": 1, "viewed": 0, "shortlisted": 1, "accepted": 1, "rejected": 1},
        "acceptance_rate": 0.25,
        "unread": {"messages": 2, "notifications": 5},
        "daily": [EXAMPLE_DAY],
        "views_by_city": [{"city": "Almaty", "views": 61}, {"city": None, "views": 35}],
        "views_by_role": [{"role": "employer", "views": 58}, {"role": "anonymous", "views": 38}],
        "city_place": {"city": "Almaty", "place": 12, "of": 340, "views": 90, "as_of": "2026-11-24"},
    }

    profile_views = serializers.IntegerField()
    responses = ResponseSumsSerializer()
    acceptance_rate = serializers.FloatField(allow_null=True, help_text="0 to 1; null without responses")
    unread = UnreadSumsSerializer()
    daily = DaySerializer(many=True, required=False)
    views_by_city = CityViewsSerializer(many=True, required=False)
    views_by_role = RoleViewsSerializer(many=True, required=False)
    city_place = CityPlaceSerializer(required=False, allow_null=True)


class CastingSumsSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    draft = serializers.IntegerField()
    active = serializers.IntegerField()
    completed = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class FunnelSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    status = serializers.ChoiceField(CastingStatus.choices)
    views = serializers.IntegerField()
    responses = serializers.IntegerField()
    shortlisted = serializers.IntegerField(help_text="Shortlisted or accepted")
    accepted = serializers.IntegerField()


class GroupSerializer(serializers.Serializer):
    responses = serializers.IntegerField()
    accepted = serializers.IntegerField()


class CityGroupSerializer(GroupSerializer):
    city = serializers.CharField()


class GenderGroupSerializer(GroupSerializer):
    gender = serializers.CharField()


class AgeGroupSerializer(GroupSerializer):
    age = serializers.CharField(help_text="14-17, 18-24, 25-34, 35-44, 45+ on the day of the response")


class EmployerFiguresSerializer(FiguresSerializer):
    """An employer's figures. Those from `daily` on are there with advanced analytics."""

    example = {
        **EXAMPLE_STRETCH,
        "castings": {"total": 6, "draft": 1, "active": 3, "completed": 2, "cancelled": 0},
        "views": 420,
        "responses": 31,
        "accepted": 4,
        "daily": [EXAMPLE_DAY],
        "funnel": [
            {**{name: EXAMPLE_CASTING[name] for name in ("id", "title", "status")}, "views": 152, "responses": 7,
             "shortlisted": 3, "accepted": 1},
        ],
        "by_city": [{"city": "Almaty", "responses": 22, "accepted": 3}],
        "by_gender": [{"gender": "female", "responses": 27, "accepted": 4}],
        "by_age": [{"age": "18-24", "responses": 25, "accepted": 4}],
        "views_by_city": [{"city": "Almaty", "views": 61}, {"city": None, "views": 35}],
        "views_by_role": [{"role": "model", "views": 58}, {"role": "anonymous", "views": 38}],
    }  # fmt: skip

    castings = CastingSumsSerializer()
    views = serializers.IntegerField()
    responses = serializers.IntegerField()
    accepted = serializers.IntegerField()
    daily = DaySerializer(many=True, required=False)
    funnel = FunnelSerializer(many=True, required=False, help_text="The newest 100 castings but drafts")
    by_city = CityGroupSerializer(many=True, required=False)
    by_gender = GenderGroupSerializer(many=True, required=False)
    by_age = AgeGroupSerializer(many=True, required=False)
    views_by_city = CityViewsSerializer(many=True, required=False)
    views_by_role = RoleViewsSerializer(many=True, required=False)
