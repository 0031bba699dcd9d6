"""Revenue and what comes before it, each from one query."""

from datetime import date, datetime, time

from django.contrib.auth import get_user_model
from django.db.models import Count, DateField, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from billing.models import Payment, PaymentStatus, Product
from mwork import clock

MONTHS = 12
NAMES = {Product.RESPONSES: _("Responses"), Product.PROMOTION: _("Promotion")}


def by_month(months: int = MONTHS) -> list[dict]:
    """The latest months in which money came, the newest first: `month` (a date in Almaty), whole tenge `total` and by

    product, `refunded`, and the number of `orders`. A refund counts in the month of its payment.
    """
    kept = Q(status=PaymentStatus.PAID)
    sums = {f"{product}_sum": Sum("amount", filter=kept & Q(product=product), default=0) for product in Product.values}
    rows = (
        Payment.objects.filter(paid_at__isnull=False)
        .annotate(month=TruncMonth("paid_at", output_field=DateField(), tzinfo=clock.ALMATY))
        .values("month")
        .annotate(
            **sums,
            total=Sum("amount", filter=kept, default=0),
            refunded=Sum("amount", filter=Q(status=PaymentStatus.REFUNDED), default=0),
            orders=Count("id"),
        )
        .order_by("-month")
    )
    return list(rows[:months])


def by_plan(since: date) -> dict[str, dict[date, int]]:
    """Whole tenge per month (its first day in Almaty) by plan, then for responses and promotion; refunds left out.

    From this month on, in one query; what brought nothing is absent.
    """
    rows = (
        Payment.objects.filter(status=PaymentStatus.PAID, paid_at__gte=_start_of(since))
        .annotate(month=TruncMonth("paid_at", output_field=DateField(), tzinfo=clock.ALMATY))
        .values_list("product", "plan__rank", "plan__name", "month")
        .annotate(total=Sum("amount"))
        .order_by("plan__rank", "product")
    )
    sums: dict[str, dict[date, int]] = {}
    for product, _rank, plan, month, total in rows:
        sums.setdefault(plan or str(NAMES[product]), {})[month] = total
    return sums


def subscriptions_per_day(since: date) -> dict[date, int]:
    """How many orders for a plan were paid on each day in Almaty, renewals too; refunded ones as well."""
    paid = Payment.objects.filter(product=Product.SUBSCRIPTION, paid_at__gte=_start_of(since))
    days = paid.annotate(day=TruncDate("paid_at", tzinfo=clock.ALMATY)).values("day").annotate(count=Count("id"))
    return dict(days.order_by().values_list("day", "count"))


def conversion_per_day(since: date) -> dict[date, float]:
    """Of the people who registered on each day in Almaty, the percentage that has paid for anything since."""
    paid = Payment.objects.filter(user=OuterRef("pk"), paid_at__isnull=False)
    people = get_user_model().objects.filter(created_at__gte=_start_of(since)).exclude(role=Role.ADMIN)
    days = (
        people.annotate(day=TruncDate("created_at", tzinfo=clock.ALMATY), has_paid=Exists(paid))
        .values("day")
        .annotate(all=Count("id"), paying=Count("id", filter=Q(has_paid=True)))
        .order_by()
    )
    return {row["day"]: round(100 * row["paying"] / row["all"], 1) for row in days}


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ALMATY)
