"""What staff give: a plan. What they decide about orders is in billing.settlement: refunds, settling by hand."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from billing import limits, services
from billing.models import Plan, Subscription
from mwork import clock
from mwork.api.errors import Invalid, InvalidState


@transaction.atomic
def grant_plan(*, user, plan: Plan, actor, reason: str, months: int = 1, at=None) -> Subscription:
    """Give the user this plan from now for 1 to 120 calendar months, whatever ran before; the default plan ends it.

    `actor` is the deciding member of staff, None for the operator. Invalid without a reason or for other months;
    InvalidState for a closed account.
    """
    if not 1 <= months <= 120:
        raise Invalid("months", _("Must be from 1 to 120."))
    limits.lock(user)  # closing takes it first: who waited here sees that the account is closed
    user.refresh_from_db(fields=["closed_at"])
    if user.closed_at:
        raise InvalidState(_("This account is closed."))
    subscription = services.grant(user=user, plan=plan, months=months, at=at)
    details = {"plan": plan.name, "months": months}
    if subscription.expires_at:
        details["date"] = f"{clock.today(subscription.expires_at):%d.%m.%Y}"
    action = "end" if plan.is_default else "grant"
    audit.record(actor=actor, action=action, target=subscription, reason=reason, subject=user, details=details)
    return subscription
