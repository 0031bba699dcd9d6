"""A promotion that the plan gives ends when the plan does."""

from django.dispatch import receiver

from billing import promotion
from billing.signals import subscription_changed
from castings.models import Casting


@receiver(subscription_changed, dispatch_uid="castings.promotions_follow_the_plan")
def promotions_follow_the_plan(subscription, **_):
    promotion.follow(Casting.objects.filter(employer__user=subscription.user_id), subscription)
