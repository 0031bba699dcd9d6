"""Who has which plan, and the payments behind it. Nobody's card is known here, so nothing renews by itself."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from accounts.models import User
from billing.models import PaidPeriod, Payment, PaymentStatus, Period, Plan, Product, Subscription
from mwork import clock
from mwork.market.days import Days

UNLIMITED = 60  # responses that somebody may have sent on a plan without a limit


EARLIER = 8  # months that somebody who pays by the month has paid before, at the most
PAYING_TAKES = timedelta(minutes=3)


class Plans:
    """The plans there are, by name. One that staff removed counts as the default one."""

    def __init__(self):
        self._plans = {plan.name: plan for plan in Plan.objects.all()}
        self._default = next(plan for plan in self._plans.values() if plan.is_default)

    def subscribe(self, rng: Random, user: User, name: str, days: Days) -> Subscription | None:
        """A running subscription that began after the account did; None on the default plan."""
        plan = self._plan(name)
        if plan.is_default:
            return None
        months, longest = rng.choice([(1, 25), (12, 300)])
        account_days = max(1, (days.midnight - user.created_at) // timedelta(days=1))
        began = max(user.created_at, days.ago(rng, rng.randint(1, min(longest, account_days))))
        return Subscription(
            user_id=user.id,
            plan_id=plan.id,
            started_at=began,
            expires_at=clock.add_months(began, months),
            billing_period=Period.MONTHLY if months == 1 else Period.YEARLY,
            created_at=began,
        )

    def paid(self, user: User, subscription: Subscription) -> Iterator[tuple[Payment, PaidPeriod]]:
        """The payments that made this subscription, the latest first: one, and the months before of monthly payers."""
        end, months = subscription.expires_at, Period(subscription.billing_period).months
        plan = next(plan for plan in self._plans.values() if plan.id == subscription.plan_id)
        for back in range(EARLIER if months == 1 else 1):
            start = clock.add_months(subscription.started_at, -back * months)
            if start < user.created_at:
                return
            payment = Payment(
                user_id=user.id,
                product=Product.SUBSCRIPTION,
                amount=plan.price(subscription.billing_period),
                plan_id=plan.id,
                billing_period=subscription.billing_period,
                status=PaymentStatus.PAID,
                created_at=start - PAYING_TAKES,
                paid_at=start,
            )
            period = PaidPeriod(
                subscription_id=subscription.id,
                plan_id=plan.id,
                payment_id=payment.id,
                starts_at=start,
                ends_at=end,
                value=payment.amount,
                created_at=start,
            )
            yield payment, period
            end = start

    def promotes(self, name: str) -> bool:
        return self._plan(name).profile_promotion

    def responses(self, name: str) -> int:
        """How many responses in all keep any month of somebody on this plan within its limit."""
        limit = self._plan(name).max_responses_per_month
        return UNLIMITED if limit is None else limit

    def _plan(self, name: str) -> Plan:
        return self._plans.get(name, self._default)
