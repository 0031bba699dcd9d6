"""What the two sides of a completed casting say of each other."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from mwork.models import Entity
from profiles import acting
from profiles.models import EmployerProfile, ModelProfile

LONGEST = 1000  # characters of a comment and of a reply


class ReviewTarget(models.TextChoices):
    """What is reviewed; also the name of the column that points to it."""

    MODEL = "model"
    EMPLOYER = "employer"

    @property
    def profiles(self) -> type[ModelProfile] | type[EmployerProfile]:
        return ModelProfile if self == ReviewTarget.MODEL else EmployerProfile


class ReviewQuerySet(models.QuerySet):
    def shown(self):
        """What anybody may read, and what ratings are made of."""
        return self.filter(is_hidden=False)

    def visible_to(self, user):
        """What this user may open by its id: a hidden one is for the side that wrote it and staff only."""
        present = self.filter(deleted_at=None)
        if user.is_authenticated and user.is_staff:
            return present
        visible = Q(is_hidden=False)
        if user.is_authenticated:
            visible |= Q(author=user, model=None) | Q(employer=None, casting__employer__in=acting.employers(user))
        return present.filter(visible)

    def with_role(self, user):
        """Each with `acting_role`, the user's place in the team of the company on one of its sides."""
        return self.annotate(acting_role=acting.role(user, "casting__employer_id"))

    def of(self, target_type: str, target_id: UUID):
        return self.filter(**{target_type: target_id})

    def for_list(self):
        """With all that one row of the wire needs, in the same query."""
        return self.select_related("casting__employer__user", "model", "employer", "author__model_profile")


class Review(Entity):
    """One side's word on the other after a completed casting. Each side has one per casting and other side.

    Of a model it is the company's: `author` is who of its team has written it, and `side` in whose name it stands.
    It outlives its author's account, without a name, and goes with a model's page when it is about her. A hidden one
    that its author deletes keeps an empty row, so that nobody writes it anew.
    """

    casting = models.ForeignKey("castings.Casting", models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reviews_written")
    model = models.ForeignKey(ModelProfile, models.CASCADE, null=True, related_name="reviews", db_index=False)
    employer = models.ForeignKey(EmployerProfile, models.CASCADE, null=True, related_name="reviews", db_index=False)
    rating = models.PositiveSmallIntegerField(help_text="1 to 5")
    comment = models.TextField(max_length=LONGEST, blank=True)
    reply = models.TextField(max_length=LONGEST, blank=True, help_text="of whom it is about, once")
    replied_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False, help_text="by staff: nobody else reads it, and it does not count")
    deleted_at = models.DateTimeField(null=True, help_text="of a hidden one that its author has deleted")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        permissions = [("moderate_review", "Can hide reviews and show them again")]
        constraints = [
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="review_rating_range"),
            models.CheckConstraint(
                condition=Q(model=None, employer__isnull=False) | Q(model__isnull=False, employer=None),
                name="review_of_one",
            ),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(is_hidden=True), name="review_deleted_is_hidden"),
            # The employer's side speaks once of each model, whoever writes for it; a model once of the employer.
            models.UniqueConstraint(
                fields=["casting", "model"], condition=Q(model__isnull=False), name="review_of_model_once"
            ),
            models.UniqueConstraint(
                fields=["casting", "author"], condition=Q(employer__isnull=False), name="review_of_employer_once"
            ),
        ]
        indexes = [
            # They order the lists, and hold all that a rating is made of.
            models.Index("model", "is_hidden", "created_at", "id", include=["rating"], name="review_of_model"),
            models.Index("employer", "is_hidden", "created_at", "id", include=["rating"], name="review_of_employer"),
            models.Index("created_at", "id", name="review_newest"),  # the desk's list
        ]

    def __str__(self) -> str:
        return f"{self.rating} of 5 for the {self.target_type}"

    @property
    def target_type(self) -> ReviewTarget:
        return ReviewTarget.MODEL if self.model_id else ReviewTarget.EMPLOYER

    @property
    def target_id(self) -> UUID:
        return self.model_id or self.employer_id

    @property
    def target(self) -> ModelProfile | EmployerProfile:
        return self.model or self.employer

    @property
    def owner_id(self) -> UUID:
        return self.author_id

    @property
    def by_company(self) -> bool:
        return self.model_id is not None

    @property
    def side(self):
        """The user in whose name it is shown: the model, or the owner of the company."""
        return self.casting.employer.user if self.by_company else self.author
