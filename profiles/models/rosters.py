"""Whom an agency speaks for, and who follows an organization."""

from datetime import datetime
from enum import nonmember

from django.conf import settings
from django.db import models
from django.db.models import Q

from mwork.models import Entity, IllegalMove
from profiles.models.profiles import EmployerProfile, ModelProfile, Visibility


class RepresentationStatus(models.TextChoices):
    PENDING = "pending"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"

    moves = nonmember(
        {
            "pending": {"active", "declined", "ended"},  # ended: the agency has taken its question back
            "active": {"ended"},
            "declined": set(),
            "ended": set(),
        }
    )
    open = nonmember(("pending", "active"))


class RepresentationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=RepresentationStatus.open)

    def shown_to_all(self):
        """The roster as anybody sees it: who agreed, and shows herself."""
        present = ModelProfile.objects.of_present_users().filter(visibility=Visibility.PUBLIC)
        return self.filter(status=RepresentationStatus.ACTIVE, model__in=present)

    def for_list(self):
        return self.select_related("model", "organization")


class Representation(Entity):
    """An agency asks a model whether it may answer castings for her. Each question is a row; one may be open a pair."""

    organization = models.ForeignKey(EmployerProfile, models.CASCADE, related_name="representations")
    model = models.ForeignKey(ModelProfile, models.CASCADE, related_name="representations")
    status = models.CharField(max_length=10, choices=RepresentationStatus, default=RepresentationStatus.PENDING)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_model = models.BooleanField(default=False)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "model"],
                condition=Q(status__in=("pending", "active")),
                name="representation_one_open",
            ),
        ]
        indexes = [
            models.Index("organization", "created_at", "id", name="representation_of_agency"),
            models.Index("model", "created_at", "id", name="representation_of_model"),
        ]

    def __str__(self) -> str:
        return f"asked on {self.created_at:%Y-%m-%d}: {self.status}"

    @property
    def closed_at(self) -> datetime | None:
        """When the model declined or either side ended it; None while it is open."""
        return self.ended_at or (self.answered_at if self.status == RepresentationStatus.DECLINED else None)

    def move_to(self, status: str) -> bool:
        """Change the status, unsaved; False when it is the present one. IllegalMove when it may not be."""
        if status == self.status:
            return False
        if status not in RepresentationStatus.moves[self.status]:
            raise IllegalMove(self.status, status)
        self.status = status
        return True


class Follow(Entity):
    """A user wants to hear of an organization's new castings."""

    organization = models.ForeignKey(EmployerProfile, models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="follow_once")]
        indexes = [models.Index("organization", "id", name="follow_of_organization")]  # announcements walk it

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.organization_id}"
