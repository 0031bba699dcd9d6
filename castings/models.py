"""Castings, the answers to them, and who keeps or looked at which."""

from datetime import datetime
from enum import nonmember
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.promotion import Promotable
from castings.analytics_models import CastingViewCount, CastingViewDay, CityStanding  # noqa: F401  found here by Django
from castings.review_models import Review  # noqa: F401  found here by Django
from castings.wish_models import Alert, Invitation, InvitationStatus, SavedSearch, Target  # noqa: F401  found here by Django
from mwork import clock, search
from mwork.daily_views import DailyView
from mwork.models import Entity, IllegalMove, NoneOf
from profiles import acting
from profiles.models import Category, EmployerProfile, Experience, Gender, ModelProfile, present

# What matching asks of a casting: in the indexes that it walks, so that it reads no rows.
MATCHED = [
    "category", "gender", "min_age", "max_age", "min_height", "max_height", "experience", "shoot_date", "employer",
    "moderation",
]  # fmt: skip


def _ordered(low: str, high: str) -> Q:
    """The range is open at an end or not upside down."""
    return Q(**{f"{low}__isnull": True}) | Q(**{f"{high}__isnull": True}) | Q(**{f"{low}__lte": F(high)})


class CastingStatus(models.TextChoices):
    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    moves = nonmember(
        {
            "draft": {"active", "cancelled"},
            "active": {"draft", "completed", "cancelled"},  # back to draft only without responses
            "completed": set(),
            "cancelled": set(),
        }
    )


class Moderation(models.TextChoices):
    """What staff have said of a casting. Its status is its owner's affair and goes its own way."""

    NONE = "none", _("not looked at")
    WAITING = "waiting", _("waiting for a decision")  # nobody has seen it: it has to be approved first
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    HIDDEN = "hidden", _("hidden")
    SPAM = "spam", _("spam")

    shown = nonmember(("none", "approved"))
    unseen = nonmember(("waiting", "refused"))  # before its first publication, or after a change of its text
    taken_off = nonmember(("hidden", "spam"))
    decisions = nonmember(  # decision → the states that it is made in
        {
            "approve": {"none", "waiting", "refused"},
            "refuse": {"waiting"},
            "hide": {"none", "waiting", "approved", "refused", "spam"},
            "spam": {"none", "waiting", "approved", "refused", "hidden"},
            "restore": {"hidden", "spam"},
        }
    )


class CastingQuerySet(models.QuerySet):
    def present(self):
        """Without deleted ones, and those of banned users and closed accounts."""
        absent = EmployerProfile.objects.of_absent_users().values("id")
        return self.filter(NoneOf(F("employer_id"), absent), deleted_at=None)

    def shown(self):
        """What lists may show to anybody, of any status: present, and not hidden by staff."""
        return self.present().filter(moderation__in=Moderation.shown)

    def active(self):
        return self.shown().filter(status=CastingStatus.ACTIVE)

    def to_look_at(self):
        """What staff have not decided on and somebody sees or wants to be seen, the riskiest first."""
        rows = self.present().filter(status=CastingStatus.ACTIVE, moderation__in=("none", "waiting"))
        return rows.order_by("-risk_score", "created_at", "id")

    def visible_to(self, user):
        """What this user may open by its id: a draft and a hidden one are its employer's team's and staff's only."""
        if user.is_authenticated and user.is_staff:
            return self.filter(deleted_at=None)
        visible = Q(moderation__in=Moderation.shown) & ~Q(status=CastingStatus.DRAFT)
        if user.is_authenticated:
            visible |= Q(employer__in=acting.employers(user))
        return self.present().filter(visible)

    def owned_by(self, user):
        """Those of every employer this user acts for, of any status; none of an anonymous one."""
        return self.present().filter(employer__in=acting.employers(user))

    def with_role(self, user):
        """Each with `acting_role`, the user's place in the team of its employer, for profiles.permissions."""
        return self.annotate(acting_role=acting.role(user, "employer_id"))

    def for_list(self, user):
        """With all that one row of the wire needs, in the same query."""
        rows = self.select_related("employer").with_role(user)
        if not user.is_authenticated:
            return rows
        saved = SavedCasting.objects.filter(casting=OuterRef("pk"), user=user)
        own = Response.objects.standing().filter(casting=OuterRef("pk"), applicant__user=user)
        answer = Subquery(own.values(answer=JSONObject(id="id", status="status"))[:1])
        return rows.annotate(is_saved=Exists(saved), my_response=answer)


class Casting(Promotable, Entity):
    """A job that models answer. What it asks of them may be absent: null asks for nothing."""

    employer = models.ForeignKey(EmployerProfile, models.CASCADE, related_name="castings")
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000)
    category = models.CharField(max_length=20, choices=Category, null=True, blank=True)
    city = models.CharField(max_length=100)
    address = models.CharField(max_length=300, blank=True)
    shoot_date = models.DateTimeField()
    duration_days = models.PositiveSmallIntegerField(default=1)
    pay_min = models.PositiveIntegerField(null=True, blank=True, help_text="Whole tenge")
    pay_max = models.PositiveIntegerField(null=True, blank=True, help_text="Whole tenge")
    status = models.CharField(max_length=10, choices=CastingStatus, default=CastingStatus.DRAFT)
    moderation = models.CharField(
        max_length=10, choices=Moderation, default=Moderation.NONE, db_default=Moderation.NONE, editable=False
    )
    # By castings.risk, when it was published or changed last. Staff's alone: no answer of the API holds it.
    risk_score = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False, help_text="0 to 100")
    risk_reasons = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        editable=False,
        help_text="[{code, weight}], the heaviest first",
    )
    # By castings.copies: the description's fingerprint, from which it can't be read.
    text_bands = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=Value([], ArrayField(models.BigIntegerField())),
        editable=False,
    )
    gender = models.CharField(max_length=10, choices=Gender, null=True, blank=True)
    min_age = models.PositiveSmallIntegerField(null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(null=True, blank=True)
    min_height = models.PositiveSmallIntegerField(null=True, blank=True, help_text="cm")
    max_height = models.PositiveSmallIntegerField(null=True, blank=True, help_text="cm")
    experience = models.CharField(max_length=20, choices=Experience, null=True, blank=True, help_text="At least")
    cover = models.CharField(max_length=200, blank=True, editable=False)
    cover_thumbnail = models.CharField(max_length=200, blank=True, editable=False)
    responses_count = models.PositiveIntegerField(default=0, editable=False)
    views_count = models.PositiveIntegerField(default=0, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    # Null while those who fit have still to be told. The casting is its own outbox: publishing writes no other row.
    announced_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    city_key = search.city_key()
    search_text = search.search_column("title", "description")
    # The upper end of the pay, -1 without any: what the order by pay and the filter by pay compare.
    pay_top = models.GeneratedField(
        expression=Coalesce("pay_max", "pay_min", Value(-1)),
        output_field=models.IntegerField(),
        db_persist=True,
        editable=False,
    )

    objects = CastingQuerySet.as_manager()

    class Meta:
        permissions = [("moderate_casting", "Can approve, hide and restore castings")]
        constraints = [
            models.CheckConstraint(condition=_ordered("pay_min", "pay_max"), name="casting_pay_range"),
            models.CheckConstraint(condition=_ordered("min_age", "max_age"), name="casting_age_range"),
            models.CheckConstraint(condition=_ordered("min_height", "max_height"), name="casting_height_range"),
            models.CheckConstraint(condition=Q(duration_days__range=(1, 365)), name="casting_duration"),
            models.CheckConstraint(condition=Q(risk_score__lte=100), name="casting_risk_range"),
            models.CheckConstraint(
                condition=Q(is_promoted=False) | Q(promoted_until__isnull=False),
                name="casting_promotion_has_an_end",
            ),
        ]
        indexes = [
            search.search_index("casting_search"),
            # Each orders a list and carries its filter columns, so that a page is a short walk and no sort.
            models.Index(
                F("status"),
                F("is_promoted").desc(),
                F("created_at").desc(),
                F("id").desc(),
                include=["city_key", *MATCHED],
                condition=Q(deleted_at=None),
                name="casting_newest",
            ),
            # How many a list has is counted here: as narrow as can be, for up to ten thousand rows are read.
            models.Index(
                "status", "employer_id", include=["moderation"], condition=Q(deleted_at=None), name="casting_counted"
            ),
            models.Index(
                F("city_key"),
                F("is_promoted").desc(),
                F("created_at").desc(),
                F("id").desc(),
                include=MATCHED,
                condition=Q(deleted_at=None, status="active"),
                name="casting_of_city",
            ),
            models.Index("status", "pay_top", "created_at", "id", condition=Q(deleted_at=None), name="casting_by_pay"),
            models.Index("status", "shoot_date", "id", condition=Q(deleted_at=None), name="casting_by_shoot_date"),
            models.Index("promoted_until", condition=Q(is_promoted=True), name="casting_promotion_ends"),
            models.Index("created_at", "id", name="casting_made"),  # the desk's list: of any state
            # The sweep asks for castings to announce; nearly none wait.
            models.Index("id", condition=Q(announced_at=None, status="active"), name="casting_to_announce"),
            models.Index(
                F("risk_score").desc(),
                "created_at",
                "id",
                condition=Q(deleted_at=None, status="active", moderation__in=["none", "waiting"]),
                name="casting_to_look_at",
            ),
            GinIndex(fields=["text_bands"], name="casting_copies", fastupdate=False),  # asked as often as written
            models.Index("employer", condition=Q(moderation="spam"), name="casting_spam_of"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def owner_id(self) -> UUID:
        """The employer's user; needs the employer, which every list loads."""
        return self.employer.user_id

    @property
    def is_final(self) -> bool:
        return not CastingStatus.moves[self.status]

    @property
    def is_shown(self) -> bool:
        """False while staff hide it, or have still to look at it."""
        return self.moderation in Moderation.shown

    @property
    def audit_label(self) -> str:
        return self.title

    def is_open(self, at: datetime | None = None) -> bool:
        """May it be answered? Active, not hidden, and the shoot is ahead."""
        return self.status == CastingStatus.ACTIVE and self.is_shown and self.shoot_date > (at or timezone.now())

    def move_to(self, status: str) -> bool:
        """Change the status, unsaved; False when it is the present one. IllegalMove when it may not be."""
        if status == self.status:
            return False
        back_to_draft = status == CastingStatus.DRAFT and self.responses_count
        if status not in CastingStatus.moves[self.status] or back_to_draft:
            raise IllegalMove(self.status, status)
        self.status = status
        return True


class CastingView(DailyView):
    subject = models.ForeignKey(Casting, models.CASCADE, related_name="views")

    counts, days = CastingViewCount, CastingViewDay

    class Meta(DailyView.Meta):
        pass


class SavedCasting(models.Model):
    """A casting that a user keeps at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_castings")
    casting = models.ForeignKey(Casting, models.CASCADE, related_name="saved_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "casting"], name="saved_casting_once")]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.casting_id}"


class ResponseStatus(models.TextChoices):
    PENDING = "pending"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # never on the wire: to everybody a withdrawn response is gone

    moves = nonmember(
        {
            "pending": {"viewed", "shortlisted", "accepted", "rejected"},
            "viewed": {"pending", "shortlisted", "accepted", "rejected"},
            "shortlisted": {"viewed", "accepted", "rejected"},
            "accepted": {"rejected"},
            "rejected": {"accepted"},
            "withdrawn": set(),
        }
    )
    wire = nonmember(("pending", "viewed", "shortlisted", "accepted", "rejected"))
    decided = nonmember(frozenset({"accepted", "rejected"}))
    withdrawable = nonmember(frozenset({"pending", "viewed"}))


class ResponseQuerySet(models.QuerySet):
    def standing(self):
        """Without withdrawn ones."""
        return self.exclude(status=ResponseStatus.WITHDRAWN)

    def visible_to(self, user):
        """A response is its applicant's, the team's of the casting's employer, and staff's."""
        if user.is_staff:
            return self.standing()
        return self.standing().filter(Q(applicant__user=user) | Q(casting__employer__in=acting.employers(user)))

    def with_role(self, user):
        """Each with `acting_role`, the user's place in the team of the casting's employer."""
        return self.annotate(acting_role=acting.role(user, "casting__employer_id"))

    def with_sender_role(self, user):
        """Each with `sender_role`, the user's place in the team of the agency that sent it."""
        return self.annotate(sender_role=acting.role(user, "agency_id"))

    def of_present_users(self):
        """Without those of models who are banned."""
        return self.filter(present("applicant__"))

    def since(self, moment: datetime):
        return self.filter(applied_at__gte=moment)

    def on_own_plan(self, at: datetime | None = None):
        """Those that count towards their applicants' month, which `at` is in."""
        rows = self.standing().filter(uses_bought=False, on_agency_plan=False)
        return rows.since(clock.month_start(at))


class Response(Entity):
    """A model's answer to a casting, one per pair. Withdrawn, it keeps its row, which opens anew when she returns."""

    casting = models.ForeignKey(Casting, models.CASCADE, related_name="responses")
    applicant = models.ForeignKey(ModelProfile, models.CASCADE, related_name="responses")
    message = models.TextField(max_length=2000, blank=True)
    portfolio_links = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    status = models.CharField(max_length=12, choices=ResponseStatus, default=ResponseStatus.PENDING)
    note = models.TextField(max_length=2000, blank=True, help_text="The employer's own; the model never sees it")
    uses_bought = models.BooleanField(default=False, help_text="Sent beyond the month's, with a bought response")
    # Of an answer that an agency gave for a model of its roster.
    agency = models.ForeignKey(EmployerProfile, models.SET_NULL, null=True, blank=True, related_name="submitted")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Of its team"
    )
    on_agency_plan = models.BooleanField(default=False, help_text="Does not count towards the model's own month")
    applied_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["casting", "applicant"], name="response_once_per_casting")]
        indexes = [
            models.Index("casting", "applied_at", "id", name="response_of_casting"),
            models.Index("applicant", "applied_at", "id", name="response_of_applicant"),
            models.Index("applied_at", "id", name="response_newest"),
        ]

    def __str__(self) -> str:
        return f"response of {self.applied_at:%Y-%m-%d %H:%M}: {self.status}"

    def move_to(self, status: str) -> bool:
        """Change the status, unsaved; False when it is the present one. IllegalMove when it may not be.

        A decision may be turned round only while the casting is active.
        """
        if status == self.status:
            return False
        too_late = self.status in ResponseStatus.decided and self.casting.status != CastingStatus.ACTIVE
        if status not in ResponseStatus.moves[self.status] or too_late:
            raise IllegalMove(self.status, status)
        self.status = status
        return True
