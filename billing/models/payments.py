"""Orders and what is known of each: every notice, answer and decision, as it came."""

from datetime import datetime, timedelta
from enum import nonmember
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.plans import Period, Plan
from billing.models.subscriptions import Renewal
from mwork.models import Entity, IllegalMove

OPEN_FOR = timedelta(hours=24)


class Product(models.TextChoices):
    SUBSCRIPTION = "subscription"
    RESPONSES = "responses"
    PROMOTION = "promotion"


class PaymentStatus(models.TextChoices):
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"

    # Money that arrives late is honoured: nothing but a refund is the last word.
    moves = nonmember(
        {
            "pending": {"paid", "failed", "cancelled", "expired"},
            "failed": {"paid"},
            "cancelled": {"paid"},
            "expired": {"paid"},
            "paid": {"refunded"},
            "refunded": set(),
        }
    )
    settled = nonmember(frozenset({"paid", "refunded"}))


class NextInvId(models.Func):
    """The next number of the sequence that migration 0003 makes."""

    template = "nextval('billing_inv_id')"
    output_field = models.BigIntegerField()
    allowed_default = True


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_staff else self.filter(user=user)

    def pending(self):
        return self.filter(status=PaymentStatus.PENDING)

    def stale(self, at: datetime | None = None, older_than: timedelta = OPEN_FOR):
        """Orders that nobody has paid for so long. Charges of renewals have their own end."""
        return self.pending().filter(renewal=None, created_at__lte=(at or timezone.now()) - older_than)


class Payment(Entity):
    """An order: one product for one price. `inv_id` is its number with the provider, `amount` whole tenge."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    inv_id = models.BigIntegerField(unique=True, db_default=NextInvId(), editable=False)
    product = models.CharField(max_length=12, choices=Product)
    amount = models.PositiveIntegerField(help_text="Whole tenge")
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.PENDING)
    # What was ordered, as it was then: prices and packages may change before the money comes.
    plan = models.ForeignKey(Plan, models.PROTECT, null=True)
    billing_period = models.CharField(max_length=10, choices=Period, null=True)
    responses = models.PositiveSmallIntegerField(null=True)
    promotion_days = models.PositiveSmallIntegerField(null=True)
    promotion_kind = models.CharField(max_length=10, blank=True, help_text="model or casting")
    promotion_id = models.UUIDField(null=True)
    is_recurring = models.BooleanField(default=False, help_text="Asked the provider to let us charge the card again")
    renewal = models.ForeignKey(Renewal, models.PROTECT, null=True, related_name="charges")
    attempt = models.PositiveSmallIntegerField(null=True, help_text="Which try of the renewal")
    paid_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="When the provider was last asked about it")
    needs_review = models.BooleanField(default=False, help_text="Paid, but nothing could be granted")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        permissions = [
            ("refund_payment", "Can refund orders"),
            ("settle_payment", "Can settle orders by hand"),
            ("view_revenue", "Can see the charts of revenue"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "refunded"], paid_at__isnull=False)
                | Q(paid_at=None) & ~Q(status__in=["paid", "refunded"]),
                name="payment_paid_has_time",
            ),
            models.CheckConstraint(
                condition=Q(product="subscription", plan__isnull=False, billing_period__isnull=False)
                | Q(product="responses", responses__isnull=False)
                | Q(product="promotion", promotion_days__isnull=False, promotion_id__isnull=False),
                name="payment_names_its_product",
            ),
            models.UniqueConstraint(
                fields=["renewal", "attempt"], condition=Q(renewal__isnull=False), name="payment_once_per_attempt"
            ),
        ]
        indexes = [
            models.Index("user", "created_at", "id", name="payment_of_user"),
            models.Index("created_at", "id", name="payment_newest"),
            models.Index("created_at", condition=Q(status="pending"), name="payment_pending"),
            models.Index("paid_at", condition=Q(paid_at__isnull=False), name="payment_paid"),
            models.Index("id", condition=Q(needs_review=True), name="payment_review"),
        ]

    def __str__(self) -> str:
        return self.order_id

    @property
    def owner_id(self) -> UUID:
        return self.user_id

    @property
    def order_id(self) -> str:
        return f"order-{self.inv_id}"

    @property
    def audit_label(self) -> str:
        return self.order_id

    def move_to(self, status: str) -> bool:
        """Change the status, unsaved; False when it is the present one. IllegalMove when it may not be."""
        if status == self.status:
            return False
        if status not in PaymentStatus.moves[self.status]:
            raise IllegalMove(self.status, status)
        self.status = status
        return True


class EventKind(models.TextChoices):
    NOTICE = "notice"  # came to the result address
    STATE = "state"  # an answer of OpStateExt
    CHARGE = "charge"  # the answer to a charge of a renewal
    BY_HAND = "by_hand"  # a decision of staff


class Verdict(models.TextChoices):
    """What became of an event. RECEIVED: stored and not yet judged."""

    RECEIVED = "received"
    GRANTED = "granted"
    REPEATED = "repeated"  # paid already: nothing done
    REVIEW = "review"  # paid, but there was nothing left to grant to
    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_ORDER = "unknown_order"
    WRONG_ORDER = "wrong_order"  # signed, but its Shp names another order
    WRONG_SUM = "wrong_sum"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    REFUNDED = "refunded"


class PaymentEvent(Entity):
    """Something that was heard or decided of an order. Stored before it is judged, and kept as it came."""

    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind)
    verdict = models.CharField(max_length=15, choices=Verdict, default=Verdict.RECEIVED)
    reason = models.CharField(max_length=500, blank=True, help_text="Why, in words")
    raw = models.BinaryField(help_text="As received, byte for byte")
    address = models.GenericIPAddressField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index("payment", "created_at", name="payment_event_of_payment")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.verdict}"
