"""Every kind of notification: its type and its texts. The texts are made for one reader, in the present language."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from notifications.models import Type


@dataclass(frozen=True)
class Kind:
    """`title` and `message` take the notification's data in %(name)s places."""

    type: Type
    title: str
    message: str


KINDS = {
    "payment_paid": Kind(
        Type.PAYMENT,
        gettext_noop("Payment received"),
        gettext_noop("%(amount)s ₸ for order %(order_id)s have arrived. Thank you!"),
    ),
    "payment_refunded": Kind(
        Type.PAYMENT,
        gettext_noop("Payment returned"),
        gettext_noop("%(amount)s ₸ for order %(order_id)s go back to you."),
    ),
    "plan_charged_soon": Kind(
        Type.SUBSCRIPTION,
        gettext_noop("Your plan %(plan)s is renewed soon"),
        gettext_noop("It runs until %(date)s. A day before that %(amount)s ₸ are charged to your card."),
    ),
    "plan_ends_soon": Kind(
        Type.SUBSCRIPTION,
        gettext_noop("Your plan %(plan)s ends soon"),
        gettext_noop("It runs until %(date)s and is not renewed by itself. To keep it, pay %(amount)s ₸: %(link)s"),
    ),
    "renewal_declined": Kind(
        Type.SUBSCRIPTION,
        gettext_noop("Your card was not charged"),
        gettext_noop("Plan %(plan)s could not be renewed. We try again; to pay another way: %(link)s"),
    ),
    "renewal_failed": Kind(
        Type.SUBSCRIPTION,
        gettext_noop("Your plan %(plan)s could not be renewed"),
        gettext_noop("Your card was not charged in three tries. To keep the plan, pay here: %(link)s"),
    ),
    "plan_ended": Kind(
        Type.SUBSCRIPTION,
        gettext_noop("Your plan %(plan)s has ended"),
        gettext_noop("You are on the free plan now. Nothing of yours was deleted."),
    ),
}


def title(kind: str, data: dict) -> str:
    return gettext(KINDS[kind].title) % data


def message(kind: str, data: dict) -> str:
    return gettext(KINDS[kind].message) % data
