"""The shapes of profiles on the wire."""

from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from mwork import clock
from profiles import counters
from profiles.models import (
    MAX_AGE,
    MIN_AGE,
    Category,
    EmployerProfile,
    Experience,
    Gender,
    ModelProfile,
    Visibility,
    WorkExperience,
)

EXAMPLE_MODEL = {
    "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1",
    "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
    "name": "Айгерім Нұрланова",
    "age": 23,
    "gender": "female",
    "height": 176,
    "city": "Almaty",
    "categories": ["fashion", "editorial"],
    "experience": "intermediate",
    "is_promoted": False,
    "rating": 4.8,
    "reviews_count": 12,
}
EXAMPLE_WORK = {"company": "Kazakhstan Fashion Week", "position": "Runway model", "start_date": "2024-04-20"}


def within(least: int, most: int, **kwargs) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, **kwargs)


class ClearableTextField(serializers.CharField):
    """A text that may be absent; null clears it to the empty text that the column holds."""

    def validate_empty_values(self, data):
        return (True, "") if data is None else super().validate_empty_values(data)


class ClearableListField(serializers.ListField):
    """A list that may be absent, without repeats; null clears it."""

    def validate_empty_values(self, data):
        return (True, []) if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data):
        return list(dict.fromkeys(super().to_internal_value(data)))


def optional_text(most: int, **kwargs) -> ClearableTextField:
    return ClearableTextField(max_length=most, required=False, allow_blank=True, allow_null=True, **kwargs)


class ModelShortSerializer(serializers.ModelSerializer):
    """A model in a list."""

    noun, plural, example = "model", "models", EXAMPLE_MODEL

    user_id = serializers.UUIDField()
    age = serializers.IntegerField()

    class Meta:
        model = ModelProfile
        fields = [
            "id", "user_id", "name", "age", "gender", "height", "city", "categories", "experience",
            "is_promoted", "rating", "reviews_count",
        ]  # fmt: skip


class PromotedModelsSerializer(serializers.Serializer):
    example = {"models": [EXAMPLE_MODEL], "promoted_until": "2026-12-01T00:00:00Z"}

    models = ModelShortSerializer(many=True)
    promoted_until = serializers.DateTimeField(allow_null=True)


class MeasurementsSerializer(serializers.Serializer):
    bust = within(40, 200, required=False, allow_null=True)
    waist = within(30, 200, required=False, allow_null=True)
    hips = within(40, 200, required=False, allow_null=True)


class WorkExperienceSerializer(serializers.ModelSerializer):
    noun = "experience"
    example = {"id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0d1", **EXAMPLE_WORK, "end_date": None}

    class Meta:
        model = WorkExperience
        fields = ["id", "company", "position", "start_date", "end_date"]

    def validate(self, attrs):
        start = attrs.get("start_date", getattr(self.instance, "start_date", None))
        end = attrs.get("end_date", getattr(self.instance, "end_date", None))
        if end and end < start:
            raise serializers.ValidationError({"end_date": [_("Must not be before start_date.")]})
        return attrs


class ModelSerializer(ModelShortSerializer):
    """A model's whole page. The birth date is shown to its owner only."""

    example = {
        **EXAMPLE_MODEL,
        "bio": "Подиум и съёмки, пять лет опыта.",
        "weight": 55,
        "measurements": {"bust": 84, "waist": 61, "hips": 89},
        "shoe_size": 39,
        "clothing_size": "S",
        "hair_color": "black",
        "eye_color": "brown",
        "skin_tone": "fair",
        "country": "Kazakhstan",
        "languages": ["Kazakh", "Russian", "English"],
        "can_travel": True,
        "work_experience": [WorkExperienceSerializer.example],
        "promoted_until": None,
        "visibility": "public",
        "created_at": "2026-10-02T08:00:00Z",
        "updated_at": "2026-11-20T09:30:00Z",
    }

    measurements = MeasurementsSerializer(source="*")
    work_experience = WorkExperienceSerializer(many=True)

    class Meta:
        model = ModelProfile
        fields = [
            *ModelShortSerializer.Meta.fields, "birth_date", "bio", "weight", "measurements", "shoe_size",
            "clothing_size", "hair_color", "eye_color", "skin_tone", "country", "languages", "can_travel",
            "work_experience", "promoted_until", "visibility", "created_at", "updated_at",
        ]  # fmt: skip
        extra_kwargs = {"birth_date": {"required": False}}

    def to_representation(self, profile):
        data = super().to_representation(profile)
        if profile.owner_id != self.context["request"].user.pk:
            del data["birth_date"]
        return data


class ModelInputSerializer(serializers.Serializer):
    """What a model may write. Measurements come flat or nested; an age becomes a birth date."""

    example = {
        "name": "Айгерім Нұрланова",
        "birth_date": "2003-05-14",
        "gender": "female",
        "height": 176,
        "city": "Almaty",
        "bust": 84,
        "waist": 61,
        "hips": 89,
        "languages": ["Kazakh", "Russian"],
        "categories": ["fashion", "editorial"],
    }

    name = serializers.CharField(min_length=2, max_length=100)
    bio = optional_text(2000)
    age = within(MIN_AGE, MAX_AGE, required=False)
    birth_date = serializers.DateField(required=False)
    gender = serializers.ChoiceField(Gender.choices)
    height = within(100, 250, help_text="cm")
    weight = within(30, 200, required=False, allow_null=True, help_text="kg")
    bust = within(40, 200, required=False, allow_null=True, help_text="cm")
    waist = within(30, 200, required=False, allow_null=True, help_text="cm")
    hips = within(40, 200, required=False, allow_null=True, help_text="cm")
    measurements = MeasurementsSerializer(required=False, allow_null=True)
    shoe_size = within(15, 60, required=False, allow_null=True, help_text="EU")
    clothing_size = optional_text(20)
    hair_color = optional_text(50)
    eye_color = optional_text(50)
    skin_tone = optional_text(50)
    city = serializers.CharField(min_length=2, max_length=100)
    country = serializers.CharField(min_length=2, max_length=100, required=False)
    languages = ClearableListField(
        child=serializers.CharField(min_length=2, max_length=50),
        max_length=20,
        required=False,
        allow_null=True,
    )
    categories = ClearableListField(
        child=serializers.ChoiceField(Category.choices),
        max_length=len(Category),
        required=False,
        allow_null=True,
    )
    experience = serializers.ChoiceField(Experience.choices, required=False, allow_null=True)
    can_travel = serializers.BooleanField(required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)

    def validate_birth_date(self, born):
        if not MIN_AGE <= clock.years_between(born, clock.today()) <= MAX_AGE:
            text = _("The age must be from %(least)s to %(most)s.") % {"least": MIN_AGE, "most": MAX_AGE}
            raise serializers.ValidationError(text)
        return born

    def validate(self, attrs):
        attrs.update(attrs.pop("measurements", None) or {})
        age = attrs.pop("age", None)
        known = getattr(self.instance, "birth_date", None)
        # An age that is true already leaves the exact birth date alone: clients send back what they were shown.
        if age is not None and "birth_date" not in attrs and not (known and self.instance.age == age):
            attrs["birth_date"] = clock.years_before(clock.today(), age)
        if not self.partial and "birth_date" not in attrs:
            raise serializers.ValidationError({"age": [_("Give age or birth_date.")]})
        return attrs


class PublicEmployerSerializer(serializers.ModelSerializer):
    """An employer as anybody sees it."""

    noun = "employer"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0e1",
        "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b3",
        "company_name": "Tengri Production",
        "description": "Рекламные съёмки по всему Казахстану.",
        "website": "https://tengri.example.kz",
        "city": "Almaty",
        "country": "Kazakhstan",
        "is_verified": True,
        "rating": 4.6,
        "reviews_count": 31,
        "active_castings": 4,
        "created_at": "2026-08-15T06:00:00Z",
    }

    user_id = serializers.UUIDField()
    active_castings = serializers.SerializerMethodField()

    class Meta:
        model = EmployerProfile
        fields = [
            "id", "user_id", "company_name", "description", "website", "city", "country", "is_verified", "rating",
            "reviews_count", "active_castings", "created_at",
        ]  # fmt: skip

    def get_active_castings(self, employer) -> int:
        return counters.of(employer, "active_castings")


class EmployerSerializer(PublicEmployerSerializer):
    """An employer's page; `contact_person` and `phone` are shown to its owner and staff only."""

    example = {**PublicEmployerSerializer.example, "contact_person": "Дана Сәрсен", "phone": "+77011234567"}

    class Meta:
        model = EmployerProfile
        fields = [*PublicEmployerSerializer.Meta.fields, "contact_person", "phone"]
        extra_kwargs = {"contact_person": {"required": False}, "phone": {"required": False}}

    def to_representation(self, employer):
        data = super().to_representation(employer)
        user = self.context["request"].user
        if not (user.is_authenticated and (user.is_staff or user.pk == employer.owner_id)):
            del data["contact_person"], data["phone"]
        return data


class EmployerInputSerializer(serializers.Serializer):
    example = {
        "company_name": "Tengri Production",
        "website": "https://tengri.example.kz",
        "contact_person": "Дана Сәрсен",
        "phone": "+77011234567",
        "city": "Almaty",
    }

    company_name = serializers.CharField(min_length=2, max_length=200)
    description = optional_text(5000)
    website = optional_text(300, validators=[URLValidator(schemes=["http", "https"])])
    contact_person = optional_text(100)
    phone = optional_text(
        16,
        validators=[RegexValidator(r"^\+[1-9]\d{7,14}\Z", _("Give the number in E.164, such as +77011234567."))],
    )
    city = optional_text(100)
    country = serializers.CharField(min_length=2, max_length=100, required=False)


class OwnProfileSerializer(serializers.Serializer):
    """The caller's own profile: a model's or an employer's, whole."""

    example = {"role": "model", "profile": ModelSerializer.example}

    role = serializers.CharField()
    profile = serializers.DictField()
