"""Money under concurrency: threads on the real database, and seeded random histories of everything at once."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from billing import ledger, orders, products, reconciliation, services, settlement
from billing.models import BoughtResponses, Movement, PaidPeriod, Payment, PaymentEvent, Subscription
from castings.models import Casting, Response
from mwork.api.errors import InvalidState
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy, buy_plan, notify, plan
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]

HISTORIES, IN_ONE_TEST = 500, 50


def sum_of_ledger(user) -> int:
    return BoughtResponses.objects.filter(user=user).aggregate(sum=Sum("count", default=0))["sum"]


def test_ten_identical_notices_at_once_grant_once(provider):
    client = Api(factories.model().user)
    started = plan(client)
    notice = provider.pay(started["payment_url"])

    answers = at_once(10, lambda _: notify(notice))

    assert answers == [(200, f"OK{started['inv_id']}")] * 10
    assert Counter(PaymentEvent.objects.values_list("verdict", flat=True)) == {"granted": 1, "repeated": 9}
    assert (PaidPeriod.objects.count(), Notification.objects.count()) == (1, 1)


def test_without_the_payments_lock_it_would_be_granted_ten_times(provider):
    """The control: the same steps without the lock, so the lock is what holds."""
    client = Api(factories.model().user)
    plan(client)
    everybody_has_looked = Barrier(10)

    def settle_unlocked(_):
        payment = Payment.objects.get()
        everybody_has_looked.wait(timeout=10)
        if payment.status == "paid":
            return False
        with transaction.atomic():
            Payment.objects.filter(id=payment.id).update(status="paid", paid_at=timezone.now())
            products.grant(payment, timezone.now())
        return True

    assert sum(at_once(10, settle_unlocked)) == 10
    assert PaidPeriod.objects.count() == 10


def test_two_orders_of_one_user_at_once_are_both_granted(provider):
    client = Api(factories.model().user)
    notices = [provider.pay(plan(client)["payment_url"]) for _ in range(4)]

    at_once(4, lambda number: notify(notices[number]))

    subscription = Subscription.objects.get()
    ends = list(PaidPeriod.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert len(ends) == 4
    assert all(one[1] == other[0] for one, other in pairwise(ends))
    assert subscription.expires_at == ends[-1][1]


def test_ten_refunds_at_once_take_back_once(provider):
    client = Api(factories.model().user)
    buy(client, provider, product="responses", package=10)
    buy(client, provider, product="responses", package=20)
    payment = Payment.objects.get(responses=10)

    def refund(_):
        try:
            settlement.refund(payment=payment, reason="asked for")
        except InvalidState:
            return False
        return True

    assert sum(at_once(10, refund)) == 1
    assert Subscription.objects.get().responses_bought == sum_of_ledger(client.person) == 20


def test_bought_responses_are_exact_under_concurrency(provider):
    """Three of the month and ten bought, fifteen answers at once: thirteen pass, and the ledger knows ten."""
    client = Api(factories.model().user)
    buy(client, provider, product="responses", package=10)
    castings = [factories.casting() for _ in range(15)]

    answers = at_once(15, lambda number: client.post(f"/castings/{castings[number].id}/responses", {}))

    assert Counter(answer.status_code for answer in answers) == {201: 13, 403: 2}
    assert Response.objects.filter(uses_bought=True).count() == 10
    assert Subscription.objects.get(user=client.person).responses_bought == sum_of_ledger(client.person) == 0


def test_withdrawing_at_once_gives_each_back_once(provider):
    client = Api(factories.model().user)
    buy(client, provider, product="responses", package=10)
    for _ in range(6):
        client.post(f"/castings/{factories.casting().id}/responses", {})
    responses = list(Response.objects.filter(uses_bought=True))

    at_once(9, lambda number: client.delete(f"/responses/{responses[number % 3].id}"))

    assert Subscription.objects.get(user=client.person).responses_bought == sum_of_ledger(client.person) == 10


def test_the_plan_promotes_exactly_five_of_ten_castings_at_once():
    employer = factories.employer()
    business = services.Plan.objects.get(name="BUSINESS")
    services.grant(user=employer.user, plan=business)
    client = Api(employer.user)
    castings = [factories.casting(of=employer) for _ in range(10)]

    answers = at_once(10, lambda number: client.post(f"/castings/{castings[number].id}/promote"))

    assert Counter(answer.status_code for answer in answers) == {200: 5, 403: 5}
    assert Casting.objects.filter(is_promoted=True).count() == 5


def test_an_upgrade_and_an_extension_at_once_lose_no_tenge(provider):
    for _ in range(5):
        client = Api(factories.model().user)
        buy_plan(client, provider)
        notices = [provider.pay(plan(client, name)["payment_url"]) for name in ("PRO", "BUSINESS")]

        at_once(2, lambda number, notices=notices: notify(notices[number]))

        periods = PaidPeriod.objects.filter(subscription__user=client.person)
        assert periods.aggregate(sum=Sum("value"))["sum"] == 5000 + 5000 + 15000
        assert Subscription.objects.get(user=client.person).plan.name == "BUSINESS"


def test_closing_an_account_and_its_money_never_wait_for_each_other_for_ever(provider):
    for _ in range(6):
        client = Api(factories.model().user)
        buy(client, provider, product="responses", package=10)
        for _ in range(5):
            client.post(f"/castings/{factories.casting().id}/responses", {})
        response = Response.objects.filter(applicant__user=client.person, uses_bought=True).first()
        notice = provider.pay(plan(client)["payment_url"])
        acts = [
            lambda c=client: c.delete("/auth/me", {"password": factories.PASSWORD}).status_code,
            lambda n=notice: notify(n)[0],
            lambda c=client, r=response: c.delete(f"/responses/{r.id}").status_code,
        ]

        closed, heard, withdrawn = at_once(3, lambda number, acts=acts: acts[number]())

        assert (closed, heard) == (204, 200)
        assert withdrawn in (204, 401, 404)
        assert not Subscription.objects.get(user=client.person).auto_renew


class History:
    """One random life of a user's orders, drawn from a seed: what may happen, in any order, some of it at once."""

    def __init__(self, seed: int, provider):
        self.random, self.provider = random.Random(seed), provider
        self.user, self.now = factories.model().user, timezone.now()
        self.notices: list[dict] = []
        self.refundable: list[int] = []

    def run(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.order()
        for _ in range(self.random.randint(3, 7)):
            acts = [self.draw() for _ in range(self.random.choice([1, 1, 2, 3]))]
            if len(acts) == 1:
                acts[0]()
            else:
                at_once(len(acts), lambda number, acts=acts: acts[number]())
        for notice in self.notices:  # the provider repeats until it hears OK: in the end every notice arrives
            assert notify(notice)[0] == 200

    def order(self) -> None:
        make = self.random.choice(
            [
                partial(orders.subscription, plan_name="PRO", billing_period="monthly"),
                partial(orders.subscription, plan_name="BUSINESS", billing_period="yearly"),
                partial(orders.responses, package=self.random.choice([10, 20, 50])),
                partial(orders.promotion_days, days=7),
            ]
        )
        payment = make(user=self.user)
        self.refundable.append(payment.inv_id)
        if self.random.random() < 0.8:
            self.notices.append(self.provider.pay(orders.pay_url(payment)))

    def draw(self):
        """One thing that happens, chosen now, done when called."""
        choices = [self.expire_orders, self.cancel, self.expire, self.reconcile, self.refund(), self.use]
        if self.notices:
            choices += [partial(self.hear, self.random.choice(self.notices)) for _ in range(5)]
        return self.random.choice(choices)

    def hear(self, notice: dict):
        """What the result address does with a notice, without the request around it."""
        event = PaymentEvent.objects.create(kind="notice", raw=b"")
        assert settlement.hear(event, {name: [value] for name, value in notice.items()})

    def expire_orders(self):
        settlement.expire_orders(self.now + timedelta(days=2))

    def cancel(self):
        with suppress(InvalidState):
            services.cancel(user=self.user)

    def expire(self):
        services.expire(self.now + timedelta(hours=1))

    def reconcile(self):
        self.now += timedelta(minutes=6)
        reconciliation.reconcile(self.now + timedelta(minutes=11))

    def refund(self):
        inv_id = self.random.choice(self.refundable)

        def act():
            with suppress(InvalidState):
                settlement.refund(payment=Payment.objects.get(inv_id=inv_id), reason="asked for")

        return act

    def use(self):
        if Subscription.objects.filter(user=self.user, responses_bought__gt=0).exists():
            with suppress(IntegrityError):  # a refund took the last one a moment before
                ledger.use(user=self.user, response_id=self.user.id)


def check(history: History) -> None:
    """Every paid order was granted exactly once, nothing else was, and ledger and balance agree."""
    paid = Payment.objects.filter(user=history.user, paid_at__isnull=False)
    genuine = {int(notice["InvId"]) for notice in history.notices}
    assert {payment.inv_id for payment in paid} == genuine
    for payment in paid:
        granted = payment.events.filter(verdict="granted").count()
        told = Notification.objects.filter(kind="payment_paid", data__order_id=payment.order_id).count()
        refunded = payment.events.filter(verdict="refunded").count()
        assert (granted, told) == (1, 1), payment
        assert refunded == (payment.status == "refunded"), payment
        if payment.product == "responses":
            assert payment.bought_responses.filter(movement=Movement.BOUGHT).count() == 1
        if payment.product == "subscription" and payment.status == "paid":
            assert payment.periods.exists()
    subscription = Subscription.objects.filter(user=history.user).first()
    if subscription:
        assert subscription.responses_bought == sum_of_ledger(history.user)
    assert not PaymentEvent.objects.filter(payment__user=history.user, verdict="received").exists()


@pytest.mark.parametrize("first", range(0, HISTORIES, IN_ONE_TEST))
def test_five_hundred_random_histories_grant_each_paid_order_once(provider, first):
    for seed in range(first, first + IN_ONE_TEST):
        history = History(seed, provider)
        history.run()
        check(history)
        Payment.objects.filter(paid_at=None).update(status="failed")  # the next history's jobs ask about its own
