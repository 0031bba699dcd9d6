"""Revenue, from one query."""

from django.db.models import Count, DateField, Q, Sum
from django.db.models.functions import TruncMonth

from billing.models import Payment, PaymentStatus, Product
from mwork import clock

MONTHS = 12


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
