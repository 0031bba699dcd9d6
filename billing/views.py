"""Plans and subscriptions over HTTP."""

from billing import limits
from billing.models import Feature, Plan, Status
from billing.serializers import PlansSerializer, SubscriptionSerializer
from mwork.api.permissions import Anyone
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import View


class Plans(View):
    tag = "subscriptions"
    permission_classes = [Anyone]

    @endpoint(gives=PlansSerializer)
    def get(self, request):
        """List the plans.

        Prices are whole tenge; -1 stands for unlimited.
        """
        return answer(PlansSerializer({"plans": Plan.objects.all()}))


class CurrentSubscription(View):
    tag = "subscriptions"

    @endpoint(gives=SubscriptionSerializer)
    def get(self, request):
        """Show one's plan and how much of it is used.

        Everybody has one: the free plan when nothing was bought; `expires_at` is null then.
        """
        subscription = limits.subscription_of(request.user)
        current = {
            "plan": subscription.plan,
            "status": Status.ACTIVE,
            "started_at": subscription.started_at,
            "expires_at": subscription.expires_at,
            "auto_renew": subscription.auto_renew,
            "billing_period": subscription.billing_period,
            "usage": {
                "photos_uploaded": limits.used(request.user, Feature.PHOTOS),
                "photos_limit": subscription.plan.max_photos,
                "responses_sent": limits.used(request.user, Feature.RESPONSES),
                "responses_limit": subscription.plan.max_responses_per_month,
            },
        }
        return answer(SubscriptionSerializer(current))
