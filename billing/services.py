"""What happens to subscriptions."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from billing.models import Plan, Subscription
from mwork import clock


@transaction.atomic
def grant(*, user, plan: Plan, months: int = 1, at: datetime | None = None) -> Subscription:
    """Give the user this plan from now for so many calendar months, whatever ran before. The default plan ends it."""
    at = at or timezone.now()
    Subscription.objects.get_or_create(user=user)
    subscription = Subscription.objects.select_for_update().get(user=user)
    if plan.is_default:
        subscription.plan = subscription.started_at = subscription.expires_at = None
    else:
        subscription.plan, subscription.started_at = plan, at
        subscription.expires_at = clock.add_months(at, months)
    subscription.auto_renew, subscription.billing_period = False, None
    subscription.save()
    return subscription
