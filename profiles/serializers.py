"""The shapes of profiles on the wire."""

from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from mwork import clock, storage
from profiles import completeness, counters
from profiles.models import (
    COUNTRY,
    MAX_AGE,
    MIN_AGE,
    RANGES,
    Category,
    EmployerProfile,
    Experience,
    Gender,
    ModelProfile,
    Visibility,
    WorkExperience,
)
from profiles.photo_serializers import PhotoSerializer

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
    "main_photo": "https://cdn.mwork.kz/photos/0193a1b2/5f0c7e.webp",
    "is_promoted": False,
    "rating": 4.8,
    "reviews_count": 12,
}
EXAMPLE_WORK = {"company": "Kazakhstan Fashion Week", "position": "Runway model", "start_date": "2024-04-20"}


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction; a text that reads like one is refused."""

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


def within(least: int, most: int, **kwargs) -> WholeNumberField:
    return WholeNumberField(min_value=least, max_value=most, **kwargs)


class Clearable:
    """Mixed into a field that may be absent; null sets it to `cleared`, what the column holds without a word."""

    def __init__(self, *, cleared, **kwargs):
        self.cleared = cleared
        super().__init__(required=False, allow_null=True, **kwargs)

    def run_validation(self, data=serializers.empty):
        value = super().run_validation(data)
        return self.cleared if value is None else value


class ClearableText(Clearable, serializers.CharField):
    pass


class ClearableFlag(Clearable, serializers.BooleanField):
    pass


class ClearableChoice(Clearable, serializers.ChoiceField):
    pass


class ClearableNumber(Clearable, WholeNumberField):
    pass


class ClearableList(Clearable, serializers.ListField):
    """Without repeats."""

    def to_internal_value(self, data):
        return list(dict.fromkeys(super().to_internal_value(data)))


def optional_text(most: int, **kwargs) -> ClearableText:
    return ClearableText(cleared="", max_length=most, allow_blank=True, **kwargs)


class StoredUrlField(serializers.CharField):
    """The address of a public file; null when there is none."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, name) -> str | None:
        return storage.url(name)


class ModelShortSerializer(serializers.ModelSerializer):
    """A model in a list."""

    noun, plural, example = "model", "models", EXAMPLE_MODEL

    user_id = serializers.UUIDField()
    age = serializers.IntegerField()
    main_photo = StoredUrlField()

    of_columns = {"age": ("birth_date", clock.ages), "main_photo": ("main_photo", lambda: storage.url)}

    class Meta:
        model = ModelProfile
        fields = [
            "id", "user_id", "name", "age", "gender", "height", "city", "categories", "experience", "main_photo",
            "is_promoted", "rating", "reviews_count",
        ]  # fmt: skip


class PromotedModelsSerializer(serializers.Serializer):
    example = {"models": [EXAMPLE_MODEL], "promoted_until": "2026-12-01T00:00:00Z"}

    models = ModelShortSerializer(many=True)
    promoted_until = serializers.DateTimeField(allow_null=True)


class MeasurementsSerializer(serializers.Serializer):
    bust = within(*RANGES["bust"], required=False, allow_null=True)
    waist = within(*RANGES["waist"], required=False, allow_null=True)
    hips = within(*RANGES["hips"], required=False, allow_null=True)


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
        "photos": [PhotoSerializer.example],
        "completeness": 95,
        "work_experience": [WorkExperienceSerializer.example],
        "promoted_until": None,
        "visibility": "public",
        "created_at": "2026-10-02T08:00:00Z",
        "updated_at": "2026-11-20T09:30:00Z",
    }

    measurements = MeasurementsSerializer(source="*")
    photos = PhotoSerializer(many=True)
    work_experience = WorkExperienceSerializer(many=True)
    completeness = serializers.SerializerMethodField(help_text="0 to 100")
    missing = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What is open, for the owner"
    )

    class Meta:
        model = ModelProfile
        fields = [
            *ModelShortSerializer.Meta.fields, "birth_date", "bio", "weight", "measurements", "shoe_size",
            "clothing_size", "hair_color", "eye_color", "skin_tone", "country", "languages", "can_travel",
            "photos", "work_experience", "completeness", "missing", "promoted_until",
            "visibility", "created_at", "updated_at",
        ]  # fmt: skip
        extra_kwargs = {"birth_date": {"required": False}}

    def get_completeness(self, profile) -> int:
        return completeness.points(profile, self._photos(profile))

    def _photos(self, profile) -> int:
        """How many count: not what staff have hidden."""
        return sum(not photo.is_hidden for photo in profile.photos.all())

    def to_representation(self, profile):
        data = super().to_representation(profile)
        if profile.owner_id == self.context["request"].user.pk:
            data["missing"] = completeness.missing(profile, self._photos(profile))
        else:
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
    height = within(*RANGES["height"], help_text="cm")
    weight = within(*RANGES["weight"], required=False, allow_null=True, help_text="kg")
    bust = within(*RANGES["bust"], required=False, allow_null=True, help_text="cm")
    waist = within(*RANGES["waist"], required=False, allow_null=True, help_text="cm")
    hips = within(*RANGES["hips"], required=False, allow_null=True, help_text="cm")
    measurements = MeasurementsSerializer(required=False, allow_null=True)
    shoe_size = within(*RANGES["shoe_size"], required=False, allow_null=True, help_text="EU")
    clothing_size = optional_text(20)
    hair_color = optional_text(50)
    eye_color = optional_text(50)
    skin_tone = optional_text(50)
    city = serializers.CharField(min_length=2, max_length=100)
    country = ClearableText(cleared=COUNTRY, min_length=2, max_length=100)
    languages = ClearableList(cleared=[], child=serializers.CharField(min_length=2, max_length=50), max_length=20)
    categories = ClearableList(cleared=[], child=serializers.ChoiceField(Category.choices), max_length=len(Category))
    experience = serializers.ChoiceField(Experience.choices, required=False, allow_null=True)
    can_travel = ClearableFlag(cleared=False)
    visibility = ClearableChoice(cleared=Visibility.PUBLIC, choices=Visibility.choices)

    def validate_birth_date(self, born):
        if not MIN_AGE <= clock.years_between(born, clock.today()) <= MAX_AGE:
            text = _("The age must be from %(least)s to %(most)s.") % {"least": MIN_AGE, "most": MAX_AGE}
            raise serializers.ValidationError(text)
        return born

    def validate(self, attrs):
        if "measurements" in attrs:
            nothing = dict.fromkeys(MeasurementsSerializer().fields)
            measurements = attrs.pop("measurements")
            attrs.update(nothing if measurements is None else measurements)
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
        "logo": "https://cdn.mwork.kz/employers/0193a1b2/5f0c7e.webp",
        "is_verified": True,
        "rating": 4.6,
        "reviews_count": 31,
        "active_castings": 4,
        "created_at": "2026-08-15T06:00:00Z",
    }

    user_id = serializers.UUIDField()
    website = serializers.CharField()
    logo = StoredUrlField()
    active_castings = serializers.SerializerMethodField()

    class Meta:
        model = EmployerProfile
        fields = [
            "id", "user_id", "company_name", "description", "website", "city", "country", "logo", "is_verified",
            "rating", "reviews_count", "active_castings", "created_at",
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
        validators=[RegexValidator(r"^\+[1-9][0-9]{7,14}\Z", _("Give the number in E.164, such as +77011234567."))],
    )
    city = optional_text(100, min_length=2)
    country = ClearableText(cleared=COUNTRY, min_length=2, max_length=100)


class OwnProfileSerializer(serializers.Serializer):
    """The caller's own profile: a model's or an employer's, whole."""

    example = {"role": "model", "profile": ModelSerializer.example}

    role = serializers.CharField()
    profile = serializers.DictField()
