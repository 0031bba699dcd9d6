"""The shapes of castings and responses on the wire."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from castings.models import Casting, CastingStatus, Moderation, Response, ResponseStatus
from castings.submissions import OUTCOMES
from mwork.api import errors
from mwork.api.plain import Plain
from profiles import acting
from profiles.acting import Right
from profiles.models import MAX_AGE, Category, Experience, Gender, ModelProfile
from profiles.organization_serializers import OrganizationNameSerializer, OrganizationReferenceSerializer
from profiles.serializers import (
    ClearableList,
    ClearableNumber,
    ClearableText,
    StoredUrlField,
    optional_text,
    within,
)

EXAMPLE_CASTING = {
    "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0f1",
    "title": "Съёмка лукбука осенней коллекции",
    "description": "Ищем двух моделей на день съёмок в студии. Монтаж, макияж и обед за нами.",
    "category": "fashion",
    "city": "Almaty",
    "address": "Абая 52",
    "shoot_date": "2026-12-12T04:00:00Z",
    "duration_days": 1,
    "pay_min": 60000,
    "pay_max": 90000,
    "status": "active",
    "requirements": {
        "gender": "female",
        "min_age": 18,
        "max_age": 28,
        "min_height": 172,
        "max_height": None,
        "experience": "beginner",
    },
    "creator": {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0e1",
        "company_name": "Tengri Production",
        "avatar": "https://cdn.mwork.kz/employers/0193a1b2/5f0c7e.webp",
    },
    "cover": "https://cdn.mwork.kz/castings/0193a1b2/5f0c7e.webp",
    "responses_count": 7,
    "views_count": 152,
    "is_promoted": False,
    "is_saved": False,
    "my_response": None,
    "moderation": "none",
    "created_at": "2026-11-20T09:30:00Z",
    "updated_at": "2026-11-20T09:30:00Z",
}

BRIEF = ["id", "title", "category", "city", "shoot_date", "pay_min", "pay_max", "status", "creator"]
WRITABLE = ["title", "description", "category", "city", "address", "shoot_date", "pay_min", "pay_max", "requirements"]


def unless_upside_down(attrs: dict, instance, low: str, high: str) -> None:
    """Raise ValidationError when the range of these two, written or standing, has its ends exchanged."""
    least, most = (attrs.get(name, getattr(instance, name, None)) for name in (low, high))
    if least is not None and most is not None and least > most:
        raise serializers.ValidationError({high: [_("Must not be less than %(low)s.") % {"low": low}]})


class RequirementsSerializer(Plain):
    """What a casting asks of models; null asks for nothing."""

    gender = serializers.ChoiceField(Gender.choices, required=False, allow_null=True)
    min_age = within(0, MAX_AGE, required=False, allow_null=True)
    max_age = within(0, MAX_AGE, required=False, allow_null=True)
    min_height = within(50, 250, required=False, allow_null=True, help_text="cm")
    max_height = within(50, 250, required=False, allow_null=True, help_text="cm")
    experience = serializers.ChoiceField(Experience.choices, required=False, allow_null=True, help_text="At least")

    def validate(self, attrs):
        unless_upside_down(attrs, self.parent.instance, "min_age", "max_age")
        unless_upside_down(attrs, self.parent.instance, "min_height", "max_height")
        return attrs


class CreatorSerializer(Plain):
    id = serializers.UUIDField(help_text="The employer profile's id")
    company_name = serializers.CharField()
    avatar = StoredUrlField(source="logo")


class OwnResponseSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.CharField()


class CastingSerializer(Plain, serializers.ModelSerializer):
    """A casting. `is_saved` and `my_response` are there for signed-in callers, `moderation` for its team and staff."""

    noun, plural, example = "casting", "castings", EXAMPLE_CASTING

    requirements = RequirementsSerializer(source="*")
    creator = CreatorSerializer(source="employer")
    cover = StoredUrlField()
    is_saved = serializers.BooleanField(required=False)
    my_response = OwnResponseSerializer(required=False, allow_null=True)
    moderation = serializers.ChoiceField(
        Moderation.choices,
        required=False,
        help_text="What our staff have said of it; only none and approved are seen by others",
    )

    class Meta:
        model = Casting
        fields = [
            "id", "title", "description", "category", "city", "address", "shoot_date", "duration_days", "pay_min",
            "pay_max", "status", "requirements", "creator", "responses_count", "views_count", "cover",
            "is_promoted", "is_saved", "my_response", "moderation", "created_at", "updated_at",
        ]  # fmt: skip

    def to_representation(self, casting):
        data = super().to_representation(casting)
        if not hasattr(casting, "my_response"):  # nobody is signed in
            del data["my_response"]
        user = self.context["request"].user
        if not (user.is_authenticated and (user.is_staff or acting.allows(casting.acting_role, Right.READ))):
            del data["moderation"]
        return data


class CastingBriefSerializer(Plain, serializers.ModelSerializer):
    """A casting beside one's own response to it."""

    creator = CreatorSerializer(source="employer")

    class Meta:
        model = Casting
        fields = BRIEF


class CastingInputSerializer(serializers.Serializer):
    """What an employer may write of a casting."""

    example = {name: EXAMPLE_CASTING[name] for name in WRITABLE}

    title = serializers.CharField(min_length=3, max_length=200)
    description = serializers.CharField(max_length=5000)
    category = serializers.ChoiceField(Category.choices, required=False, allow_null=True)
    city = serializers.CharField(min_length=2, max_length=100)
    address = optional_text(300)
    shoot_date = serializers.DateTimeField()
    duration_days = ClearableNumber(cleared=1, min_value=1, max_value=365)
    pay_min = within(0, 2_000_000_000, required=False, allow_null=True, help_text="Whole tenge")
    pay_max = within(0, 2_000_000_000, required=False, allow_null=True, help_text="Whole tenge")
    requirements = RequirementsSerializer(required=False, allow_null=True)

    def validate_shoot_date(self, moment):
        if moment <= timezone.now():
            raise serializers.ValidationError(_("Must be in the future."))
        return moment

    def validate(self, attrs):
        unless_upside_down(attrs, self.instance, "pay_min", "pay_max")
        if "requirements" in attrs:
            nothing = dict.fromkeys(RequirementsSerializer().fields)
            attrs.update(nothing if attrs["requirements"] is None else attrs["requirements"])
            del attrs["requirements"]
        return attrs


class NewCastingSerializer(OrganizationReferenceSerializer, CastingInputSerializer):
    status = serializers.ChoiceField([CastingStatus.DRAFT, CastingStatus.ACTIVE], default=CastingStatus.DRAFT)


class CastingStatusSerializer(serializers.Serializer):
    example = {"status": "active"}

    status = serializers.ChoiceField(CastingStatus.choices)


class ResponseInputSerializer(serializers.Serializer):
    example = {
        "message": "Здравствуйте! Свободна в эту дату, опыт лукбуков есть.",
        "portfolio_links": ["https://portfolio.example.kz/aigerim"],
    }

    message = optional_text(2000)
    portfolio_links = ClearableList(cleared=[], child=serializers.URLField(max_length=500), max_length=10)

    def validate_portfolio_links(self, links):
        for link in links:
            if not link.lower().startswith(("http://", "https://")):
                raise serializers.ValidationError(_("Only http and https addresses."))
        return links


class SubmissionSerializer(OrganizationReferenceSerializer, ResponseInputSerializer):
    """An agency's answer for models of its roster, the same words for each."""

    example = {
        "model_ids": ["0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1", "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c2"],
        "message": "Здравствуйте! Предлагаем двух моделей, обе свободны в эту дату.",
    }

    model_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=50)

    def validate_model_ids(self, ids):
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError(_("Name each model once."))
        return ids


class AnswerSerializer(SubmissionSerializer):
    """A model's own answer, or with `model_ids` an agency's."""

    example = ResponseInputSerializer.example

    model_ids = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=50,
        required=False,
        help_text="For an agency, and then required: models of its roster, each once",
    )


class CastingReferenceSerializer(serializers.Serializer):
    casting_id = serializers.UUIDField()


class ResponseByCastingSerializer(ResponseInputSerializer):
    """The first generation's body, which names the casting."""

    example = {"casting_id": EXAMPLE_CASTING["id"], **ResponseInputSerializer.example}

    casting_id = serializers.UUIDField()


class ByAgency(Plain):
    """Mixed into a response's shape: `agency` is there when one has answered for the model."""

    agency = OrganizationNameSerializer(required=False, help_text="There when one has answered for the model")

    def to_representation(self, response):
        data = super().to_representation(response)
        if data["agency"] is None:
            del data["agency"]
        return data


class ResponseSerializer(ByAgency, serializers.ModelSerializer):
    """A response as its applicant sees it."""

    noun, plural = "response", "responses"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa101",
        "casting_id": EXAMPLE_CASTING["id"],
        **ResponseInputSerializer.example,
        "status": "pending",
        "applied_at": "2026-11-21T18:05:00Z",
    }

    casting_id = serializers.UUIDField()
    status = serializers.ChoiceField(ResponseStatus.wire)

    class Meta:
        model = Response
        fields = ["id", "casting_id", "message", "portfolio_links", "status", "agency", "applied_at"]


class RefusalSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    details = serializers.DictField(child=serializers.ListField(), required=False)


class OutcomeSerializer(serializers.Serializer):
    """What became of an agency's answer for one model: `response` when it was made, else `error`."""

    model_id = serializers.UUIDField()
    status = serializers.ChoiceField(OUTCOMES)
    response = ResponseSerializer(required=False)
    error = RefusalSerializer(required=False)

    def to_representation(self, outcome):
        created, refused = OUTCOMES
        if outcome.error:
            told = {"status": refused, "error": errors.body(outcome.error)}
        else:
            told = {"status": created, "response": ResponseSerializer(outcome.response, context=self.context).data}
        return {"model_id": str(outcome.model_id), **told}


class OutcomesSerializer(serializers.Serializer):
    """One result per model, in the order of `model_ids`."""

    example = {
        "results": [
            {"model_id": SubmissionSerializer.example["model_ids"][0], "status": "created",
             "response": ResponseSerializer.example},
            {"model_id": SubmissionSerializer.example["model_ids"][1], "status": "error",
             "error": {"code": "NOT_FOUND", "message": "She is not on your roster."}},
        ]
    }  # fmt: skip

    results = OutcomeSerializer(many=True)


class OwnResponseWithCastingSerializer(ResponseSerializer):
    """One's own response beside the casting in short, which may have been deleted since."""

    example = {
        **ResponseSerializer.example,
        "casting": {name: EXAMPLE_CASTING[name] for name in BRIEF},
    }

    casting = CastingBriefSerializer()

    class Meta:
        model = Response
        fields = [*ResponseSerializer.Meta.fields, "casting"]


class ApplicantSerializer(Plain, serializers.ModelSerializer):
    user_id = serializers.UUIDField()
    age = serializers.IntegerField()
    photo = StoredUrlField(source="main_photo")

    class Meta:
        model = ModelProfile
        fields = ["id", "user_id", "name", "photo", "age", "height", "city", "rating"]


class ReceivedResponseSerializer(ByAgency, serializers.ModelSerializer):
    """A response as the casting's owner sees it, with the private note."""

    noun, plural = "response", "responses"
    example = {
        **ResponseSerializer.example,
        "applicant": {
            "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1",
            "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
            "name": "Айгерім Нұрланова",
            "photo": "https://cdn.mwork.kz/photos/0193a1b2/5f0c7e.webp",
            "age": 23,
            "height": 176,
            "city": "Almaty",
            "rating": 4.8,
        },
        "note": "Позвать на кастинг в четверг.",
    }

    casting_id = serializers.UUIDField()
    status = serializers.ChoiceField(ResponseStatus.wire)
    applicant = ApplicantSerializer()

    class Meta:
        model = Response
        fields = [
            "id", "casting_id", "applicant", "message", "portfolio_links", "status", "agency", "note", "applied_at",
        ]  # fmt: skip


class ResponseStatusSerializer(serializers.Serializer):
    example = {"status": "accepted"}

    status = serializers.ChoiceField(ResponseStatus.wire)


class NoteSerializer(serializers.Serializer):
    example = {"note": "Позвать на кастинг в четверг."}

    note = ClearableText(cleared="", max_length=2000, allow_blank=True)

    def validate(self, attrs):
        if "note" not in attrs:
            raise serializers.ValidationError({"note": [self.fields["note"].error_messages["required"]]})
        return attrs
