"""A promotion that the plan gives ends when the plan does."""

from django.dispatch import receiver

from billing import promotion
from billing.signals import subscription_changed
from profiles.models import ModelProfile


@receiver(subscription_changed, dispatch_uid="profiles.promotions_follow_the_plan")
def promotions_follow_the_plan(subscription, **_):
    promotion.follow(ModelProfile.objects.filter(user=subscription.user_id), subscription)
