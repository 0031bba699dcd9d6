"""The shapes of matches and invitations on the wire."""

from rest_framework import serializers

from castings.models import Invitation, InvitationStatus
from castings.serializers import (
    BRIEF,
    EXAMPLE_CASTING,
    CastingBriefSerializer,
    CastingSerializer,
    ReceivedResponseSerializer,
)
from castings.submissions import OUTCOMES
from mwork.api.errors import RequirementsNotMet
from mwork.api.schema import ErrorBodySerializer, error_example
from profiles.serializers import EXAMPLE_MODEL, ModelShortSerializer

MOST_INVITED = 50  # models of one request


class MatchSerializer(serializers.Serializer):
    """`reasons` and `missing` name criteria: city, category, age, height, gender, experience, language, pay."""

    score = serializers.IntegerField(help_text="0 to 100")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What fits")
    missing = serializers.ListField(child=serializers.CharField(), help_text="What doesn't fit or was left unsaid")


EXAMPLE_MATCH = {"score": 87, "reasons": ["city", "category", "age", "gender"], "missing": ["language", "pay"]}


class MatchedCastingSerializer(CastingSerializer):
    """A casting with how well it goes with the caller's profile."""

    example = {**EXAMPLE_CASTING, "match": EXAMPLE_MATCH}

    match = MatchSerializer()

    class Meta(CastingSerializer.Meta):
        fields = [*CastingSerializer.Meta.fields, "match"]


class MatchedModelSerializer(ModelShortSerializer):
    """A model with how well she goes with the casting."""

    example = {**EXAMPLE_MODEL, "match": EXAMPLE_MATCH, "is_invited": False, "has_responded": False}

    match = MatchSerializer()
    is_invited = serializers.BooleanField()
    has_responded = serializers.BooleanField()

    class Meta(ModelShortSerializer.Meta):
        fields = [*ModelShortSerializer.Meta.fields, "match", "is_invited", "has_responded"]


class MatchedResponseSerializer(ReceivedResponseSerializer):
    """A received response; in the order `match` with how well its applicant goes with the casting."""

    example = {**ReceivedResponseSerializer.example, "match": EXAMPLE_MATCH}

    match = MatchSerializer(required=False)

    class Meta(ReceivedResponseSerializer.Meta):
        fields = [*ReceivedResponseSerializer.Meta.fields, "match"]


EXAMPLE_INVITATION = {
    "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa111",
    "casting_id": EXAMPLE_CASTING["id"],
    "status": "pending",
    "created_at": "2026-11-21T18:05:00Z",
}


class SentInvitationSerializer(serializers.ModelSerializer):
    """An invitation as the casting's team sees it."""

    noun, plural = "invitation", "invitations"
    example = {**EXAMPLE_INVITATION, "model": EXAMPLE_MODEL}

    casting_id = serializers.UUIDField()
    status = serializers.ChoiceField(InvitationStatus.choices)
    model = ModelShortSerializer()

    class Meta:
        model = Invitation
        fields = ["id", "casting_id", "model", "status", "created_at"]


class OwnInvitationSerializer(SentInvitationSerializer):
    """An invitation as the model sees it."""

    example = {**EXAMPLE_INVITATION, "casting": {name: EXAMPLE_CASTING[name] for name in BRIEF}}

    model = None
    casting = CastingBriefSerializer()

    class Meta(SentInvitationSerializer.Meta):
        fields = ["id", "casting_id", "casting", "status", "created_at"]


class InviteSerializer(serializers.Serializer):
    example = {"model_ids": [EXAMPLE_MODEL["id"]]}

    model_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_INVITED)

    def validate_model_ids(self, ids):
        """Without repeats, in their order."""
        return list(dict.fromkeys(ids))


class InvitationOutcomeSerializer(serializers.Serializer):
    """What became of one model: the invitation, or the error."""

    model_id = serializers.UUIDField()
    status = serializers.ChoiceField(OUTCOMES)
    invitation = SentInvitationSerializer(required=False)
    error = ErrorBodySerializer(required=False)


class InvitationOutcomesSerializer(serializers.Serializer):
    example = {
        "results": [
            {"model_id": EXAMPLE_MODEL["id"], "status": "created", "invitation": SentInvitationSerializer.example},
            {
                "model_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c2",
                "status": "error",
                "error": error_example(RequirementsNotMet)["error"],
            },
        ]
    }

    results = InvitationOutcomeSerializer(many=True)
