"""Ordering: which product, for which price. The price is always the server's."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Role
from billing import promotion, robokassa
from billing.gateway import merchant
from billing.models import Payment, Plan, Product, PromotionOffer, ResponsePackage, Subscription
from mwork.api.errors import Forbidden, Invalid, InvalidState


def subscription(*, user, plan_name: str, billing_period: str) -> Payment:
    """An order for a plan. Invalid for the free or an unknown one; InvalidState while a higher one is in force.

    It asks the provider for the right to charge the card again, unless it merely extends a plan that renews already
    from a card that has not just been declined.
    """
    plan = Plan.objects.filter(name=plan_name).first()
    if plan is None or plan.is_default or not plan.price(billing_period):
        raise Invalid("plan_name", _("This plan is not for sale."))
    running = Subscription.objects.select_related("plan").filter(user=user).first()
    in_force = running is not None and running.is_in_force()
    if in_force and running.plan.rank > plan.rank:
        raise InvalidState(_("A higher plan is in force: cancel it, and buy this one when it has ended."))
    renews = in_force and running.auto_renew and running.mother_id is not None and running.grace_until is None
    return Payment.objects.create(
        user=user,
        product=Product.SUBSCRIPTION,
        amount=plan.price(billing_period),
        plan=plan,
        billing_period=billing_period,
        is_recurring=may_renew() and not (renews and running.plan_id == plan.id),
    )


def responses(*, user, package: int) -> Payment:
    """An order for a package of responses. Forbidden but for models; Invalid when there is no such package."""
    if user.role != Role.MODEL:
        raise Forbidden
    offer = ResponsePackage.objects.filter(responses=package).first()
    if offer is None:
        raise Invalid("package", _one_of(ResponsePackage.objects.values_list("responses", flat=True)))
    return Payment.objects.create(user=user, product=Product.RESPONSES, amount=offer.price, responses=offer.responses)


def promotion_days(*, user, days: int, casting_id=None) -> Payment:
    """An order for days of promotion: of this casting, or of the user's own profile when None.

    Forbidden or NotFound when the casting is not the user's, InvalidState when there is nothing to promote.
    """
    kind = "casting" if casting_id else "model"
    row_id = promotion.owned_by(user, kind, casting_id)
    offer = PromotionOffer.objects.filter(days=days).first()
    if offer is None:
        raise Invalid("days", _one_of(PromotionOffer.objects.values_list("days", flat=True)))
    return Payment.objects.create(
        user=user,
        product=Product.PROMOTION,
        amount=offer.price,
        promotion_days=offer.days,
        promotion_kind=kind,
        promotion_id=row_id,
    )


def pay_url(payment: Payment) -> str:
    """Where the buyer pays. Unavailable when payments are not set up on this server."""
    return robokassa.payment_link(
        merchant(),
        inv_id=payment.inv_id,
        amount=payment.amount,
        description=describe(payment),
        language=payment.user.language,
        recurring=payment.is_recurring,
        shp=shp(payment),
    )


def shp(payment: Payment) -> dict[str, str]:
    """What the provider hands back with the notice: our own id of the order."""
    return {"Shp_payment": payment.id.hex}


def describe(payment: Payment) -> str:
    """What the buyer reads on the pay page, in the present language; at most 100 characters."""
    if payment.product == Product.RESPONSES:
        return _("MWork: %(count)s responses") % {"count": payment.responses}
    if payment.product == Product.PROMOTION:
        return _("MWork: promotion for %(days)s days") % {"days": payment.promotion_days}
    texts = {"monthly": _("MWork: plan %(plan)s for a month"), "yearly": _("MWork: plan %(plan)s for a year")}
    return texts[payment.billing_period] % {"plan": payment.plan.name}


def may_renew() -> bool:
    """Does the provider let this shop charge cards again?"""
    return bool(settings.ROBOKASSA and settings.ROBOKASSA["recurring"])


def _one_of(choices) -> str:
    return _("Must be one of: %(choices)s.") % {"choices": ", ".join(map(str, choices))}
