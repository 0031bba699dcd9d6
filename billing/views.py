"""Plans and subscriptions over HTTP."""

from billing import limits, orders, services
from billing.models import Feature, Plan, Status
from billing.payment_serializers import SubscribedSerializer
from billing.payment_views import start
from billing.serializers import PlansSerializer, SubscribeSerializer, SubscriptionSerializer
from mwork.api import errors
from mwork.api.idempotency import idempotent
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

        Everybody has one: the free plan when nothing was bought; `expires_at` is null then. `expired` says that a
        bought plan has run out and the free one is in force.
        """
        return answer(SubscriptionSerializer(current(request.user)))


class Subscribe(View):
    tag = "subscriptions"

    @idempotent
    @endpoint(
        takes=SubscribeSerializer,
        gives=SubscribedSerializer,
        refuses=(errors.InvalidState, errors.Unavailable),
    )
    def post(self, request):
        """Order a plan.

        Answers the address to pay at; the plan in force stays until the payment is confirmed. The same plan again
        extends it from its end. A higher one starts at once, and the unused days' worth becomes days of it. A lower one
        is refused while a higher one runs.
        """
        data = self.valid(request, SubscribeSerializer)
        return answer(SubscribedSerializer(start(orders.subscription, request.user, data)))


class CancelSubscription(View):
    tag = "subscriptions"

    @endpoint(gives=SubscriptionSerializer, refuses=(errors.InvalidState,))
    def post(self, request):
        """Stop the renewal of one's subscription.

        The plan stays until its end. Again is the same.
        """
        services.cancel(user=request.user)
        return answer(SubscriptionSerializer(current(request.user)))


def current(user) -> dict:
    """The subscription in force with its usage, as the wire shows it."""
    subscription = limits.subscription_of(user)
    has_ended = subscription.plan.is_default and subscription.started_at != user.created_at
    return {
        "plan": subscription.plan,
        "status": Status.EXPIRED if has_ended else Status.ACTIVE,
        "started_at": subscription.started_at,
        "expires_at": subscription.expires_at,
        "auto_renew": subscription.auto_renew,
        "billing_period": subscription.billing_period,
        "usage": {
            "photos_uploaded": limits.used(user, Feature.PHOTOS),
            "photos_limit": subscription.plan.max_photos,
            "responses_sent": limits.used(user, Feature.RESPONSES),
            "responses_limit": subscription.plan.max_responses_per_month,
            "responses_bought": subscription.responses_bought,
        },
    }
