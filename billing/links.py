"""The page behind the link of a reminder: it shows what a renewal costs, and a button orders it.

A button, as mail scanners follow links. The link names whose plan it is and nothing else, so whoever holds it can do no
more than pay for somebody.
"""

from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from billing import orders
from billing.models import Plan, Subscription
from billing.payment_views import start
from mwork.api.errors import ApiError

LIVES = 60 * 24 * 3600  # seconds


def renewal(subscription: Subscription) -> str:
    """An address where one more period of this plan can be paid, without signing in."""
    named = {
        "user": str(subscription.user_id),
        "plan_name": subscription.plan.name,
        "billing_period": subscription.billing_period or "monthly",
    }
    return f"{settings.PUBLIC_URL}/renew?token={quote(_signer().sign_object(named))}"


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Show what it costs; on POST order it and go on to the pay page."""
    token = request.POST.get("token", "") or request.GET.get("token", "")
    user, order = _read(token)
    plan = Plan.objects.filter(name=order.get("plan_name")).first()
    if user is None or plan is None:
        return render(request, "pages/renew.html", status=404)
    shown = {"plan": plan, "price": plan.price(order["billing_period"]), "token": token, **order}
    if request.method == "GET":
        return render(request, "pages/renew.html", shown)
    try:
        return HttpResponseRedirect(start(orders.subscription, user, order)["payment_url"])
    except ApiError as error:
        texts = [str(text) for texts in (error.details or {}).values() for text in texts] or [str(error.detail)]
        return render(request, "pages/renew.html", {**shown, "errors": texts}, status=error.status_code)


def _read(token: str):
    """The user and the order that a link names; (None, {}) when we did not sign it or it is too old."""
    try:
        named = _signer().unsign_object(token, max_age=LIVES)
        user = get_user_model().objects.filter(id=UUID(named.pop("user")), closed_at=None).first()
    except (signing.BadSignature, ValueError, TypeError, AttributeError, KeyError):
        return None, {}
    return user, named


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="billing.renewal")


urlpatterns = [path("renew", renew)]
