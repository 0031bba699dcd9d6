"""The shapes of reviews on the wire."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Role
from castings.review_models import LONGEST, Review, ReviewTarget
from castings.serializers import EXAMPLE_CASTING
from mwork import storage
from profiles.models import Visibility
from profiles.serializers import WholeNumberField


class ReviewAuthorSerializer(serializers.Serializer):
    """Whose word it is: the model's, or the company's, whoever of its team has written it.

    `id` is the profile's; it, the name and the photo are null for a person whose page nobody may see.

    A closed account is told by its name.
    """

    id = serializers.SerializerMethodField()
    user_id = serializers.UUIDField(source="pk", help_text="A company's owner's")
    name = serializers.SerializerMethodField()
    photo = serializers.SerializerMethodField()
    role = serializers.ChoiceField(Role.choices)

    def get_id(self, user) -> str | None:
        page = _page(user)
        return str(page.id) if page else None

    def get_name(self, user) -> str | None:
        if user.closed_at:
            return str(_("Deleted user"))
        page = _page(user)
        return getattr(page, "name", None) or getattr(page, "company_name", None)

    def get_photo(self, user) -> str | None:
        page = _page(user)
        return storage.url(getattr(page, "main_photo", "") or getattr(page, "logo", ""))


def _page(user):
    """The user's profile of either kind, loaded with the review; None when it is gone, hidden, or its owner banned."""
    page = getattr(user, "model_profile" if user.role == Role.MODEL else "employer_profile", None)
    hidden = page is None or getattr(page, "visibility", None) == Visibility.HIDDEN
    return None if hidden or not user.is_active else page


class ReviewCastingSerializer(serializers.Serializer):
    """`title` is null while staff hide the casting: a review does not show what no other page does."""

    id = serializers.UUIDField()
    title = serializers.SerializerMethodField()

    def get_title(self, casting) -> str | None:
        return casting.title if casting.is_shown else None


class ReviewSerializer(serializers.ModelSerializer):
    """A review. `reply` is of whom it is about; null while there is none."""

    noun, plural = "review", "reviews"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa301",
        "target_type": "employer",
        "target_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0e1",
        "casting": {"id": EXAMPLE_CASTING["id"], "title": EXAMPLE_CASTING["title"]},
        "author": {
            "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1",
            "user_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1",
            "name": "Айгерім Нұрланова",
            "photo": "https://cdn.mwork.kz/photos/0193a1b2/5f0c7e.webp",
            "role": "model",
        },
        "rating": 5,
        "comment": "Всё по расписанию, оплата в тот же день.",
        "reply": "Спасибо! Будем рады поработать ещё.",
        "replied_at": "2026-12-14T08:00:00Z",
        "created_at": "2026-12-13T15:20:00Z",
    }

    target_type = serializers.ChoiceField(ReviewTarget.choices)
    target_id = serializers.UUIDField()
    casting = ReviewCastingSerializer()
    author = ReviewAuthorSerializer(source="side")
    rating = serializers.IntegerField(help_text="1 to 5")
    reply = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id", "target_type", "target_id", "casting", "author", "rating", "comment", "reply", "replied_at",
            "created_at",
        ]  # fmt: skip

    def get_reply(self, review) -> str | None:
        return review.reply or None


class ReviewTargetSerializer(serializers.Serializer):
    """Whose reviews, in the query."""

    target_type = serializers.ChoiceField(ReviewTarget.choices)
    target_id = serializers.UUIDField(help_text="The profile's id")


class NewReviewSerializer(ReviewTargetSerializer):
    example = {
        "target_type": "employer",
        "target_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0e1",
        "casting_id": EXAMPLE_CASTING["id"],
        "rating": 5,
        "comment": "Всё по расписанию, оплата в тот же день.",
    }

    casting_id = serializers.UUIDField()
    rating = WholeNumberField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class ReplySerializer(serializers.Serializer):
    example = {"reply": "Спасибо! Будем рады поработать ещё."}

    reply = serializers.CharField(max_length=LONGEST)
