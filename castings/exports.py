"""What a person is given of what lies here: accounts.exporting. How we judge a text is ours, not hers."""

from accounts.exporting import section
from castings.models import Casting, Response, SavedCasting
from mwork import storage

CASTING = (
    "id", "title", "description", "category", "city", "address", "shoot_date", "duration_days", "pay_min", "pay_max",
    "status", "moderation", "gender", "min_age", "max_age", "min_height", "max_height", "experience", "cover",
    "responses_count", "views_count", "is_promoted", "promoted_until", "created_at", "updated_at", "deleted_at",
)  # fmt: skip


@section("castings", Casting)
def castings(user):
    for casting in Casting.objects.filter(employer__user=user).order_by("id").values(*CASTING):
        yield {**casting, "cover": storage.url(casting["cover"])}


@section("responses", Response)
def responses(user):
    """Withdrawn ones too. An employer's private note is the employer's; what she has noted is about others."""
    rows = Response.objects.filter(applicant__user=user).order_by("id")
    fields = ("id", "casting_id", "message", "portfolio_links", "status", "uses_bought", "applied_at", "updated_at")
    return rows.values(*fields)


@section("saved_castings", SavedCasting)
def saved_castings(user):
    return user.saved_castings.order_by("id").values("casting_id", "created_at")
