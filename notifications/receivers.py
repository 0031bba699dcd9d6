"""Who hears of what: one short function per signal, rows only."""

from django.dispatch import receiver

from billing import links
from billing import signals as billing
from mwork import clock
from notifications.services import tell


@receiver(billing.payment_paid, dispatch_uid="notifications.payment_paid")
def payment_paid(payment, **_):
    tell(user=payment.user, kind="payment_paid", **_order(payment))


@receiver(billing.payment_refunded, dispatch_uid="notifications.payment_refunded")
def payment_refunded(payment, **_):
    tell(user=payment.user, kind="payment_refunded", **_order(payment))


@receiver(billing.renewal_ahead, dispatch_uid="notifications.renewal_ahead")
def renewal_ahead(subscription, amount, will_be_charged, **_):
    kind = "plan_charged_soon" if will_be_charged else "plan_ends_soon"
    tell(
        user=subscription.user, kind=kind, plan=subscription.plan.name, amount=amount,
        date=clock.today(subscription.expires_at).strftime("%d.%m.%Y"), link=links.renewal(subscription),
    )  # fmt: skip


@receiver(billing.renewal_declined, dispatch_uid="notifications.renewal_declined")
def renewal_declined(subscription, is_last, **_):
    kind = "renewal_failed" if is_last else "renewal_declined"
    tell(user=subscription.user, kind=kind, plan=subscription.plan.name, link=links.renewal(subscription))


@receiver(billing.subscription_ended, dispatch_uid="notifications.subscription_ended")
def subscription_ended(subscription, plan, **_):
    tell(user=subscription.user, kind="plan_ended", plan=plan.name)


def _order(payment) -> dict:
    return {
        "payment_id": str(payment.id),
        "order_id": payment.order_id,
        "product": payment.product,
        "amount": payment.amount,
    }
