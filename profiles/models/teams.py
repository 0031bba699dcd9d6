"""Who works for an organization, and who has been asked to. An organization is an employer's or an agency's profile."""

from datetime import datetime
from enum import nonmember
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import KEPT_FOR, Language
from mwork.models import Entity
from profiles.models.profiles import EmployerProfile


class MemberRole(models.TextChoices):
    """What each of them may do is in profiles.acting."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"

    given = nonmember(("admin", "editor", "viewer"))  # the owner is whose profile it is


class Member(Entity):
    """Somebody's place in an organization's team.

    The owner's row is written by a trigger (migration 0003) with the profile, so that this one table tells who may act
    for whom, however the profile came to be.
    """

    organization = models.ForeignKey(EmployerProfile, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="teams")
    role = models.CharField(max_length=10, choices=MemberRole)

    class Meta:
        constraints = [
            # By the user first: every check of a right asks for hers.
            models.UniqueConstraint(fields=["user", "organization"], name="member_once"),
            models.UniqueConstraint(fields=["organization"], condition=Q(role="owner"), name="member_one_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.role} since {self.created_at:%Y-%m-%d}"


class InvitationQuerySet(models.QuerySet):
    def open(self, at: datetime | None = None):
        """Those that may still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at or timezone.now())

    def stale(self, at: datetime | None = None):
        """Those that have been of no use for a month."""
        return self.filter(expires_at__lt=(at or timezone.now()) - KEPT_FOR)


class Invitation(Entity):
    """Somebody is asked to join a team, by a letter to her address, with or without an account.

    The row is the letter's outbox too: `sent_at` is null until the letter has left. Of the token only a hash is kept;
    inviting again makes a new one (`round` counts them) and voids the one before.
    """

    organization = models.ForeignKey(EmployerProfile, models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, help_text="lower case")
    role = models.CharField(max_length=10, choices=[(role, role) for role in MemberRole.given])
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language, help_text="of the letter to somebody without account")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    round = models.PositiveSmallIntegerField(default=1)
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True, help_text="when a worker last set about sending the letter")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_per_address",
            ),
            models.CheckConstraint(condition=~Q(role="owner"), name="invitation_not_to_own"),
        ]
        indexes = [
            models.Index("email", name="invitation_to_address"),
            # The sweep asks for letters that wait; nearly none do.
            models.Index("invited_at", condition=Q(sent_at=None), name="invitation_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    @property
    def owner_id(self) -> UUID:
        return self.organization.user_id

    def is_open(self, at: datetime | None = None) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > (at or timezone.now())
