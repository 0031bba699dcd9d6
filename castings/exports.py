"""What a person is given of what lies here: accounts.exporting. How we judge a text is ours, not hers."""

from django.db.models import Q

from accounts.exporting import section
from castings.models import Casting, Invitation, Response, Review, SavedCasting, SavedSearch
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


@section("saved_searches", SavedSearch)
def saved_searches(user):
    return user.saved_searches.order_by("id").values("id", "name", "target", "filters", "alert", "created_at")


@section("casting_invitations", Invitation)
def casting_invitations(user):
    """Those to her, and those to her castings."""
    rows = Invitation.objects.filter(Q(model__user=user) | Q(casting__employer__user=user)).order_by("id")
    return rows.values("id", "casting_id", "model_id", "status", "created_at")


@section("reviews", Review)
def reviews(user):
    """What she has written of others; what was written of her is its authors'."""
    rows = user.reviews_written.filter(deleted_at=None).order_by("id")
    return rows.values("id", "casting_id", "model_id", "employer_id", "rating", "comment", "is_hidden", "created_at")
