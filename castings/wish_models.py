"""Who looks for whom: invitations of models to castings, and searches that people keep."""

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mwork.models import Entity
from profiles import acting
from profiles.models import ModelProfile


class InvitationStatus(models.TextChoices):
    PENDING = "pending"
    ACCEPTED = "accepted"  # the model has answered the casting
    DECLINED = "declined"


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An invitation is its model's, the team's of the casting's employer, and staff's.

        Only to a casting that she may open: what is gone, hidden or a draft again invites nobody.
        """
        castings = self.model.casting.field.related_model  # Casting, whose module imports this one
        rows = self.filter(casting__in=castings.objects.visible_to(user))
        own = Q(model__user=user) | Q(casting__employer__in=acting.employers(user))
        return rows if user.is_staff else rows.filter(own)


class Invitation(Entity):
    """A casting's team asks a model to answer it; once per pair."""

    casting = models.ForeignKey("castings.Casting", models.CASCADE, related_name="invitations")
    model = models.ForeignKey(ModelProfile, models.CASCADE, related_name="invitations")
    status = models.CharField(max_length=10, choices=InvitationStatus, default=InvitationStatus.PENDING)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["casting", "model"], name="invitation_once_per_casting")]
        indexes = [
            models.Index("casting", "created_at", "id", name="invitation_to_casting"),
            models.Index("model", "created_at", "id", name="invitation_of_model"),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.created_at:%Y-%m-%d %H:%M}: {self.status}"


class Target(models.TextChoices):
    CASTINGS = "castings"
    MODELS = "models"


class Alert(models.TextChoices):
    INSTANT = "instant"
    DAILY = "daily"
    OFF = "off"


class SavedSearch(Entity):
    """Filters of a list that a user keeps, and how soon to tell of what they find anew.

    `filters` is what the user wrote. The columns below hold the same for `castings.searches`, which asks them which
    searches find a row: "" and null are any; `terms` holds the rest by the filters' names.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=100)
    target = models.CharField(max_length=10, choices=Target, default=Target.CASTINGS)
    filters = models.JSONField(default=dict)
    alert = models.CharField(max_length=10, choices=Alert, default=Alert.OFF)
    city_key = models.CharField(max_length=100, blank=True, editable=False)
    category = models.CharField(max_length=20, blank=True, editable=False)
    words = ArrayField(models.CharField(max_length=110), null=True, editable=False)
    terms = models.JSONField(default=dict, editable=False)
    told_on = models.DateField(null=True, editable=False, help_text="Almaty's day of the last digest")

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_search_name")]
        indexes = [
            models.Index("target", "city_key", "category", condition=~Q(alert="off"), name="saved_search_alerts"),
            models.Index("user", "created_at", "id", name="saved_search_of_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> UUID:
        return self.user_id
