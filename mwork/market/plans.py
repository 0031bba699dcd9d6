"""Who has which plan. No money changed hands here, so a plan is what `grant_plan` gives: without renewal."""

from datetime import timedelta
from random import Random

from accounts.models import User
from billing.models import Plan, Subscription
from mwork import clock
from mwork.market.days import Days

UNLIMITED = 60  # responses that somebody may have sent on a plan without a limit


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
            created_at=began,
        )

    def promotes(self, name: str) -> bool:
        return self._plan(name).profile_promotion

    def responses(self, name: str) -> int:
        """How many responses in all keep any month of somebody on this plan within its limit."""
        limit = self._plan(name).max_responses_per_month
        return UNLIMITED if limit is None else limit

    def _plan(self, name: str) -> Plan:
        return self._plans.get(name, self._default)
