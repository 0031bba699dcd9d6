"""What a person is given of what lies here: accounts.exporting."""

from accounts.exporting import row, section
from mwork import storage
from profiles.models import EmployerProfile, ModelProfile, Photo, WorkExperience

MODEL = (
    "id", "name", "bio", "birth_date", "gender", "height", "weight", "bust", "waist", "hips", "shoe_size",
    "clothing_size", "hair_color", "eye_color", "skin_tone", "city", "country", "languages", "categories", "experience",
    "can_travel", "visibility", "is_promoted", "promoted_until", "rating", "reviews_count", "views_count", "created_at",
    "updated_at",
)  # fmt: skip
EMPLOYER = (
    "id", "company_name", "description", "website", "contact_person", "phone", "city", "country", "logo", "is_verified",
    "rating", "reviews_count", "created_at", "updated_at",
)  # fmt: skip
PHOTO = ("id", "file", "thumbnail", "caption", "width", "height", "size", "is_main", "order", "hidden_at", "created_at")


@section("model_profile", ModelProfile)
def model_profile(user):
    return row(ModelProfile.objects.filter(user=user), *MODEL)


@section("work_experience", WorkExperience)
def work_experience(user):
    rows = WorkExperience.objects.filter(profile__user=user).order_by("id")
    return rows.values("id", "company", "position", "start_date", "end_date", "created_at")


@section("photos", Photo)
def photos(user):
    for photo in Photo.objects.filter(profile__user=user).values(*PHOTO):
        file, thumbnail = photo.pop("file"), photo.pop("thumbnail")
        yield {**photo, "url": storage.url(file), "thumbnail_url": storage.url(thumbnail)}


@section("employer_profile", EmployerProfile)
def employer_profile(user):
    found = row(EmployerProfile.objects.filter(user=user), *EMPLOYER)
    return found and {**found, "logo": storage.url(found["logo"])}
