"""What a person is given of what lies here: accounts.exporting."""

from django.db.models import Q

from accounts.exporting import row, section
from mwork import storage
from profiles.models import (
    EmployerProfile,
    Follow,
    Invitation,
    Member,
    ModelProfile,
    Photo,
    Representation,
    WorkExperience,
)

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


@section("teams", Member)
def teams(user):
    return user.teams.order_by("id").values("organization_id", "role", "created_at")


@section("team_invitations", Invitation)
def team_invitations(user):
    """Those that her own organization has sent, without the addresses, which are others'."""
    rows = Invitation.objects.filter(organization__user=user).order_by("id")
    return rows.values("id", "role", "invited_at", "expires_at", "accepted_at", "revoked_at")


@section("representations", Representation)
def representations(user):
    rows = Representation.objects.filter(Q(model__user=user) | Q(organization__user=user)).order_by("id")
    return rows.values("id", "organization_id", "model_id", "status", "created_at", "answered_at", "ended_at")


@section("follows", Follow)
def follows(user):
    return user.follows.order_by("id").values("organization_id", "created_at")
