"""People, the sessions they are signed in with, the letters' tokens, and who blocked whom."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Upper
from django.utils import timezone

from mwork import realtime
from mwork.models import Entity
from mwork.prepared import Prepared


class Role(models.TextChoices):
    MODEL = "model"
    EMPLOYER = "employer"
    AGENCY = "agency"
    ADMIN = "admin"


OPEN_ROLES = [Role.MODEL, Role.EMPLOYER, Role.AGENCY]  # those that anybody may register with


class Language(models.TextChoices):
    RUSSIAN = "ru"
    KAZAKH = "kk"
    ENGLISH = "en"


class UserQuerySet(models.QuerySet):
    def banned(self, at: datetime | None = None):
        ends_later = models.Q(banned_until__gt=at or Now())
        return self.filter(models.Q(banned_until=None) | ends_later, banned_at__isnull=False)

    def absent(self, at: datetime | None = None):
        """Those whom nobody shall find: banned, or gone."""
        return self.banned(at) | self.filter(closed_at__isnull=False)

    def present(self):
        """Users who have not closed their account."""
        return self.filter(closed_at=None)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A new user with the e-mail in lower case. IntegrityError when it is taken."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **{**fields, "role": Role.ADMIN, "is_superuser": True})

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin, Entity):
    """Somebody with an account. Staff are those of role admin; a closed account keeps its row without its person."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role)
    email_verified = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=Language, default=Language.RUSSIAN)
    banned_at = models.DateTimeField(null=True, blank=True)
    banned_until = models.DateTimeField(null=True, blank=True, help_text="null: for good")
    ban_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        permissions = [
            ("ban_user", "Can ban people and lift bans"),
            ("end_user_sessions", "Can sign people out everywhere"),
            ("manage_staff", "Can say who is staff, and of which groups"),
            ("reset_second_factor", "Can take away a second factor that was lost"),
            ("view_growth", "Can see the charts of growth"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]
        indexes = [
            # Serves `absent()`, which lists exclude: the absent are few.
            models.Index(
                # All that `absent` asks is in it, so that no row is read.
                fields=["role", "id"],
                include=["banned_at", "banned_until", "closed_at"],
                condition=models.Q(banned_at__isnull=False) | models.Q(closed_at__isnull=False),
                name="user_absent",
            ),
            models.Index("created_at", "id", name="user_newest"),
            # Staff look for parts of an address.
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="user_email_search", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_active(self) -> bool:
        """May this user sign in and act? Django's admin and the API both ask this."""
        return self.closed_at is None and not self.is_banned()

    def is_banned(self, at: datetime | None = None) -> bool:
        at = at or timezone.now()
        return self.banned_at is not None and (self.banned_until is None or self.banned_until > at)


KEPT_FOR = timedelta(days=30)  # how long ended sessions and old letters stay on record


class SessionQuerySet(models.QuerySet):
    def open(self, at: datetime | None = None):
        return self.filter(ended_at=None, expires_at__gt=at or timezone.now())

    def stale(self, at: datetime | None = None):
        """Sessions that have been of no use for a month."""
        return self.filter(expires_at__lt=(at or timezone.now()) - KEPT_FOR)

    def end(self, at: datetime | None = None) -> int:
        """End these sessions: both tokens of each are dead from now on, and their sockets close.

        Returns how many were open.
        """
        ending = list(self.open(at).values_list("id", "user_id"))
        count = self.open(at).update(ended_at=at or timezone.now())
        realtime.end_sessions((session for session, _ in ending), (user for _, user in ending))
        return count


class Session(Entity):
    """One sign-in on one device. Both its tokens carry its id; of the refresh token only a hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    refresh_hash = models.CharField(max_length=64, help_text="SHA-256 of the id of the refresh token in force")
    previous_hash = models.CharField(
        max_length=64, blank=True, help_text="of the token that the last rotation replaced"
    )
    rotated_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=200, blank=True, help_text="the client's User-Agent")
    ip = models.GenericIPAddressField(null=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-last_seen_at", "-id"]

    def __str__(self) -> str:
        return f"{self.device or 'an unknown device'}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def owner_id(self) -> UUID:
        return self.user_id


class TicketQuerySet(models.QuerySet):
    def stale(self, at: datetime | None = None):
        """Tickets that nobody used in time."""
        return self.filter(expires_at__lt=at or timezone.now())


class Ticket(Entity):
    """Opens one socket for its session, once, within seconds. A row and not a key in Redis: sockets open without Redis

    too, and of two who show it at once the row's deletion decides. Only a hash is kept.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the ticket")
    expires_at = models.DateTimeField(db_index=True)

    objects = TicketQuerySet.as_manager()

    def __str__(self) -> str:
        return f"for {self.session_id}"


class Purpose(models.TextChoices):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105


LIFETIME = {Purpose.VERIFY_EMAIL: timedelta(hours=24), Purpose.RESET_PASSWORD: timedelta(hours=1)}


class EmailTokenQuerySet(models.QuerySet):
    def stale(self, at: datetime | None = None):
        """Letters that have been of no use for a month."""
        return self.filter(created_at__lt=(at or timezone.now()) - KEPT_FOR)


class EmailToken(Entity):
    """A letter with a single-use link. The token is this row's id, signed: the table alone opens nothing.

    The row is the outbox too: `sent_at` stays null until the letter has left, and a sweep looks after it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="email_tokens")
    purpose = models.CharField(max_length=20, choices=Purpose)
    email = models.EmailField(max_length=254, help_text="the address it was asked for; a later change voids it")
    claimed_at = models.DateTimeField(null=True, help_text="when a worker last set about sending it")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = EmailTokenQuerySet.as_manager()

    class Meta:
        indexes = [
            # The sweep asks for letters that wait; nearly none do.
            models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="email_token_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"

    def is_usable(self, at: datetime | None = None) -> bool:
        age = (at or timezone.now()) - self.created_at
        return self.used_at is None and age < LIFETIME[self.purpose]


class BlockQuerySet(models.QuerySet):
    def between(self, one: UUID, other: UUID):
        """The blocks that either of the two users laid on the other."""
        return self.filter(
            models.Q(blocker_id=one, blocked_id=other) | models.Q(blocker_id=other, blocked_id=one),
        )

    def across(self, one: Iterable[UUID], other: Iterable[UUID]):
        """Those between anybody of the one side and anybody of the other."""
        return self.filter(
            models.Q(blocker__in=one, blocked__in=other) | models.Q(blocker__in=other, blocked__in=one),
        )


class Block(Entity):
    """No chat and no response between these two, whoever of them laid it."""

    blocker = models.ForeignKey(User, models.CASCADE, related_name="blocks_laid")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="blocks_received")

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once_per_pair"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"block of {self.created_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def stands_between(one: UUID, other: UUID) -> bool:
        """Has either of the two users laid one on the other?"""
        return _BETWEEN.exists(one=one, other=other)


_BETWEEN = Prepared(lambda slot: Block.objects.between(slot("one"), slot("other")).only("pk")[:1])
