"""Orders over HTTP, and where the browser comes back to."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseRedirect
from drf_spectacular.utils import OpenApiParameter

from accounts.permissions import IsModel
from billing import orders, payment_serializers
from billing.models import Payment, Product
from billing.serializers import SubscribeSerializer
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import Anyone, IsOwnerOrStaffReading, SignedIn
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource, View

ORDER = {
    Product.SUBSCRIPTION: orders.subscription,
    Product.RESPONSES: orders.responses,
    Product.PROMOTION: orders.promotion_days,
}


def start(order, user, data: dict) -> dict:
    """Write the order and say where to pay it; no order is left behind when payments are not set up."""
    with transaction.atomic():
        payment = order(user=user, **data)
        return {"payment": payment, "payment_url": orders.pay_url(payment)}


class Payments(Resource):
    tag = "payments"
    queryset = Payment.objects.all()
    serializer_class = payment_serializers.PaymentSerializer
    access = {"list": SignedIn, "retrieve": IsOwnerOrStaffReading}

    def get_queryset(self):
        return Payment.objects.visible_to(self.request.user)

    @endpoint(gives=payment_serializers.PaymentSerializer, many=True)
    def list(self, request):
        """List one's own payments, the newest first."""
        return self.page(Payment.objects.filter(user=request.user))

    @endpoint(gives=payment_serializers.PaymentSerializer)
    def retrieve(self, request, id):
        """Show one of one's own payments.

        After coming back from the pay page, ask here until it is no longer pending.
        """
        return self.one(self.get_object())


class StartPayment(View):
    tag = "payments"

    @idempotent
    @endpoint(
        takes=payment_serializers.OrderSerializer,
        gives=payment_serializers.StartedSerializer,
        refuses=(errors.Invalid, errors.NotFound, errors.InvalidState, errors.Unavailable),
    )
    def post(self, request):
        """Order a plan, a package of responses or days of promotion.

        `subscription` with `plan_name, billing_period` · `responses` with `package` (models only) · `promotion` with
        `days`, of a casting of one's own by `casting_id`, else of one's own model profile. The price is the server's.
        """
        data = self.valid(request, payment_serializers.OrderSerializer)
        started = start(ORDER[data.pop("product")], request.user, data)
        return answer(payment_serializers.StartedSerializer(started))


class StartSubscription(View):
    tag = "payments"

    @idempotent
    @endpoint(
        takes=SubscribeSerializer,
        gives=payment_serializers.StartedSerializer,
        refuses=(errors.InvalidState, errors.Unavailable),
    )
    def post(self, request):
        """Order a plan."""
        started = start(orders.subscription, request.user, self.valid(request, SubscribeSerializer))
        return answer(payment_serializers.StartedSerializer(started))


class StartResponses(View):
    tag = "payments"
    permission_classes = [IsModel]

    @idempotent
    @endpoint(
        takes=payment_serializers.PackageSerializer,
        gives=payment_serializers.StartedSerializer,
        refuses=(errors.Unavailable,),
    )
    def post(self, request):
        """Order a package of responses."""
        started = start(orders.responses, request.user, self.valid(request, payment_serializers.PackageSerializer))
        return answer(payment_serializers.StartedSerializer(started))


class ComeBack(View):
    """The browser returns from the pay page, by GET or with a form, and carries no token. Nothing changes here."""

    tag = "payments"
    permission_classes = [Anyone]
    rate = "api"
    frontend = ""

    def redirect(self, request) -> HttpResponseRedirect:
        form = request._request.POST if request.method == "POST" else request.query_params
        number = form.get("InvId", "")
        known = number.isascii() and number.isdigit() and len(number) < 20
        address = settings.ROBOKASSA_FRONTEND[self.frontend]
        joiner = "&" if urlsplit(address).query else "?"
        return HttpResponseRedirect(
            f"{address}{joiner}{urlencode({'order_id': f'order-{number}'})}" if known else address
        )


RETURN = {"status": 302, "parameters": (OpenApiParameter("InvId", int, description="The order's number"),)}


class Success(ComeBack):
    frontend = "success"

    @endpoint(**RETURN)
    def get(self, request):
        """Come back from a payment.

        Redirects to the client's page with `order_id`. That is no confirmation: only the notice is.
        """
        return self.redirect(request)

    @endpoint(**RETURN)
    def post(self, request):
        """Come back from a payment with a form."""
        return self.redirect(request)


class Fail(ComeBack):
    frontend = "fail"

    @endpoint(**RETURN)
    def get(self, request):
        """Come back from a payment that was not made.

        Redirects to the client's page with `order_id`. The order stays open: one may still pay it.
        """
        return self.redirect(request)

    @endpoint(**RETURN)
    def post(self, request):
        """Come back with a form from a payment that was not made."""
        return self.redirect(request)
