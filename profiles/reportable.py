"""Pages of models and employers as what is reported, and what can be decided about a reported one."""

from uuid import UUID

from accounts import reports
from accounts.models import Report
from mwork.api.errors import NotFound
from profiles import moderation
from profiles.models import EmployerProfile, ModelProfile

MODEL = (
    "id", "user_id", "name", "bio", "birth_date", "gender", "height", "weight", "bust", "waist", "hips", "shoe_size",
    "city", "country", "languages", "categories", "experience", "visibility", "rating", "reviews_count", "created_at",
    "updated_at",
)  # fmt: skip
EMPLOYER = (
    "id", "user_id", "company_name", "description", "website", "contact_person", "phone", "city", "country", "logo",
    "is_verified", "rating", "reviews_count", "created_at", "updated_at",
)  # fmt: skip


def find_model(reporter, profile_id: UUID) -> ModelProfile | None:
    return ModelProfile.objects.visible_to(reporter).filter(id=profile_id).first()


def freeze_model(profile: ModelProfile) -> dict:
    """Its photos by the names of their files: deleting a photo deletes its files, and then only the names remain."""
    photos = [reports.frozen(photo, "id", "file", "caption", "is_main") for photo in profile.photos.all()]
    jobs = [
        reports.frozen(job, "company", "position", "start_date", "end_date") for job in profile.work_experience.all()
    ]
    return {**reports.frozen(profile, *MODEL), "photos": photos, "work_experience": jobs}


def find_employer(reporter, profile_id: UUID) -> EmployerProfile | None:
    return EmployerProfile.objects.visible_to(reporter).filter(id=profile_id).first()


def freeze_employer(profile: EmployerProfile) -> dict:
    return reports.frozen(profile, *EMPLOYER)


def unverify(*, report: Report, actor, reason: str) -> None:
    employer = EmployerProfile.objects.filter(id=report.target_id).first()
    if employer is None:
        raise NotFound
    moderation.unverify(employer=employer, actor=actor, reason=reason)
