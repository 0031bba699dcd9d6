"""The shapes of organizations, teams and rosters on the wire."""

from rest_framework import serializers

from accounts import names
from profiles import counters, teams
from profiles.models import EmployerProfile, Invitation, Member, MemberRole, ModelProfile, Representation
from profiles.serializers import ModelShortSerializer, PublicEmployerSerializer, StoredUrlField

EXAMPLE_ID = "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa111"
EXAMPLE_ORGANIZATION = {
    "id": PublicEmployerSerializer.example["id"],
    "kind": "agency",
    "company_name": "Tengri Models",
    "city": "Almaty",
    "logo": "https://cdn.mwork.kz/employers/0193a1b2/5f0c7e.webp",
    "is_verified": True,
    "rating": 4.6,
    "reviews_count": 31,
}
EXAMPLE_SHORT = {name: EXAMPLE_ORGANIZATION[name] for name in ("id", "company_name", "logo")}


class OrganizationShortSerializer(serializers.ModelSerializer):
    """An organization in a list."""

    noun, plural, example = "organization", "organizations", EXAMPLE_ORGANIZATION

    kind = serializers.ChoiceField(teams.WORKERS, source="user.role")
    logo = StoredUrlField()

    class Meta:
        model = EmployerProfile
        fields = ["id", "kind", "company_name", "city", "logo", "is_verified", "rating", "reviews_count"]


class OwnOrganizationSerializer(OrganizationShortSerializer):
    """An organization that the caller acts for, and as what."""

    example = {**EXAMPLE_ORGANIZATION, "my_role": "editor"}

    my_role = serializers.ChoiceField(MemberRole.choices, source="acting_role")

    class Meta:
        model = EmployerProfile
        fields = [*OrganizationShortSerializer.Meta.fields, "my_role"]


class OrganizationSerializer(OrganizationShortSerializer):
    """An organization's public page. `is_following` and `my_role` are there for signed-in callers."""

    example = {
        **EXAMPLE_ORGANIZATION,
        "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b3",
        "description": "Модельное агентство: лукбуки, реклама, показы.",
        "website": "https://tengri.example.kz",
        "country": "Kazakhstan",
        "active_castings": 4,
        "followers_count": 210,
        "members_count": 5,
        "models_count": 38,
        "is_following": False,
        "my_role": None,
        "created_at": "2026-08-15T06:00:00Z",
    }

    user_id = serializers.UUIDField(help_text="The owner's")
    website = serializers.CharField()
    active_castings = serializers.SerializerMethodField()
    followers_count = serializers.IntegerField()
    members_count = serializers.IntegerField()
    models_count = serializers.IntegerField(help_text="Public models on an agency's roster")
    is_following = serializers.BooleanField(required=False)
    my_role = serializers.ChoiceField(MemberRole.choices, source="acting_role", required=False, allow_null=True)

    class Meta:
        model = EmployerProfile
        fields = [
            *OrganizationShortSerializer.Meta.fields, "user_id", "description", "website", "country",
            "active_castings", "followers_count", "members_count", "models_count", "is_following", "my_role",
            "created_at",
        ]  # fmt: skip

    def get_active_castings(self, organization) -> int:
        return counters.of(organization, "active_castings")

    def to_representation(self, organization):
        data = super().to_representation(organization)
        if not self.context["request"].user.is_authenticated:
            data.pop("is_following", None)
            del data["my_role"]
        return data


class MemberSerializer(serializers.ModelSerializer):
    """Somebody in a team. `name` is what her own page is called, null without one."""

    noun, plural = "member", "members"
    example = {
        "id": EXAMPLE_ID,
        "organization_id": EXAMPLE_ORGANIZATION["id"],
        "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b4",
        "name": "Студия «Тёплый свет»",
        "email": "dana@example.kz",
        "role": "editor",
        "created_at": "2026-11-21T18:05:00Z",
    }

    organization_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Member
        fields = ["id", "organization_id", "user_id", "name", "email", "role", "created_at"]

    def get_name(self, member) -> str | None:
        if "names" not in self.context:  # once a page, for all its rows
            rows = self.parent.instance if self.parent else [member]
            self.context["names"] = names.of(row.user_id for row in rows)
        return self.context["names"].get(member.user_id)


class MemberRoleSerializer(serializers.Serializer):
    example = {"role": "viewer"}

    role = serializers.ChoiceField(MemberRole.given)


class InvitationInputSerializer(MemberRoleSerializer):
    example = {"email": "dana@example.kz", "role": "editor"}

    email = serializers.EmailField(max_length=254)


class InvitationSerializer(serializers.ModelSerializer):
    """An open invitation. Its link is in the letter only."""

    noun, plural = "invitation", "invitations"
    example = {
        "id": EXAMPLE_ID,
        "organization_id": EXAMPLE_ORGANIZATION["id"],
        **InvitationInputSerializer.example,
        "invited_at": "2026-11-21T18:05:00Z",
        "expires_at": "2026-11-28T18:05:00Z",
    }

    organization_id = serializers.UUIDField()

    class Meta:
        model = Invitation
        fields = ["id", "organization_id", "email", "role", "invited_at", "expires_at"]


class OrganizationNameSerializer(serializers.ModelSerializer):
    logo = StoredUrlField()

    class Meta:
        model = EmployerProfile
        fields = ["id", "company_name", "logo"]


class ModelNameSerializer(serializers.ModelSerializer):
    main_photo = StoredUrlField()

    class Meta:
        model = ModelProfile
        fields = ["id", "name", "main_photo"]


class RepresentationSerializer(serializers.ModelSerializer):
    """An agency's question to a model, and what became of it."""

    noun, plural = "representation", "representations"
    example = {
        "id": EXAMPLE_ID,
        "status": "pending",
        "organization": EXAMPLE_SHORT,
        "model": {name: ModelShortSerializer.example[name] for name in ("id", "name", "main_photo")},
        "created_at": "2026-11-21T18:05:00Z",
        "answered_at": None,
        "ended_at": None,
    }

    organization = OrganizationNameSerializer()
    model = ModelNameSerializer()

    class Meta:
        model = Representation
        fields = ["id", "status", "organization", "model", "created_at", "answered_at", "ended_at"]


class RepresentationBriefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Representation
        fields = ["id", "status", "created_at", "answered_at", "ended_at"]


class RosterModelSerializer(ModelShortSerializer):
    """A model on a roster; `representation` is shown to the agency's team and staff."""

    example = {
        **ModelShortSerializer.example,
        "representation": {
            name: RepresentationSerializer.example[name]
            for name in ("id", "status", "created_at", "answered_at", "ended_at")
        },
    }

    representation = RepresentationBriefSerializer(required=False)

    class Meta:
        model = ModelProfile
        fields = [*ModelShortSerializer.Meta.fields, "representation"]

    def to_representation(self, representation):
        """Of a row of the roster: the model, and what stands between her and the agency."""
        model = representation.model
        model.representation = representation
        data = super().to_representation(model)
        if not self.context["is_team"]:
            del data["representation"]
        return data


class RosterInputSerializer(serializers.Serializer):
    example = {"model_id": ModelShortSerializer.example["id"]}

    model_id = serializers.UUIDField()


class OrganizationReferenceSerializer(serializers.Serializer):
    """For which organization somebody acts who acts for several; without it, for the caller's own."""

    organization_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="In whose team the caller is an editor or more"
    )
