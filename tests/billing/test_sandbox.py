"""The sandbox pay page, over real HTTP against a live server: what a newcomer without a merchant pays with."""

import re
from datetime import timedelta

import pytest
import requests
from django.core.cache import cache
from django.urls import clear_url_caches, include, path
from django.utils import timezone

from billing import reconciliation, renewals
from billing.models import Payment, PaymentEvent, Subscription
from mwork import conf, urls
from tests import factories
from tests.billing.conftest import current, plan
from tests.conftest import Api

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


@pytest.fixture
def site(live_server, settings):
    """A live server with what DEBUG without a merchant sets up, and its sandbox's address wired."""
    port = int(live_server.url.rsplit(":")[-1])
    settings.ROBOKASSA = conf.robokassa(True, port, "k" * 32)
    settings.ALLOWED_HOSTS = ["*"]
    settings.ROBOKASSA_FRONTEND = {name: f"{live_server.url}/?payment={name}" for name in ("success", "fail")}
    sandbox = path("sandbox/robokassa/", include("billing.sandbox"))
    urls.urlpatterns.insert(0, sandbox)
    clear_url_caches()
    yield live_server.url
    urls.urlpatterns.remove(sandbox)
    clear_url_caches()


@pytest.fixture
def client(site):
    return Api(factories.model().user)


def press(url: str, button: str) -> requests.Response:
    return requests.post(url, {button: "1"}, allow_redirects=False, timeout=20)


def test_the_page_shows_the_order_and_paying_grants_it(client, site):
    started = plan(client)

    page = requests.get(started["payment_url"], headers={"Accept-Language": "ru"}, timeout=20).text
    assert "5000.00 ₸" in page
    assert len(re.findall("<button", page)) == 2
    answer = press(started["payment_url"], "pay")

    assert answer.status_code == 302
    back = requests.get(f"{site}{answer.headers['Location']}", allow_redirects=False, timeout=20)
    assert back.headers["Location"] == f"{site}/?payment=success&order_id={started['order_id']}"
    assert current(client)["plan"] == "PRO"
    event = PaymentEvent.objects.get()
    assert (event.verdict, b"OutSum=5000.000000" in bytes(event.raw)) == ("granted", True)


def test_declining_leaves_the_order_open(client, site):
    started = plan(client)

    answer = press(started["payment_url"], "decline")

    assert answer.headers["Location"].startswith("/api/v1/payments/robokassa/fail?InvId=")
    assert (Payment.objects.get().status, current(client)["plan"]) == ("pending", "FREE")
    press(started["payment_url"], "pay")
    assert current(client)["plan"] == "PRO"


def test_a_link_that_was_tampered_with_is_refused(client, site):
    url = plan(client)["payment_url"].replace("OutSum=5000.00", "OutSum=1.00")

    assert requests.get(url, timeout=20).status_code == 400
    assert press(url, "pay").status_code == 400


def test_a_renewal_is_charged_through_the_sandbox(client, site):
    press(plan(client)["payment_url"], "pay")
    end = Subscription.objects.get().expires_at

    assert renewals.renew(end - timedelta(days=1)) == 1

    assert Subscription.objects.get().expires_at > end + timedelta(days=27)
    assert Payment.objects.get(renewal__isnull=False).status == "paid"


def test_reconciliation_finds_what_was_paid_in_the_sandbox(client, site):
    started = plan(client)
    cache.set(f"sandbox:{started['inv_id']}", "5000.00", 60)  # paid, and its notice lost

    assert reconciliation.reconcile(timezone.now() + timedelta(minutes=11))["settled"] == 1


def test_there_is_no_sandbox_without_debug(live_server):
    assert requests.get(f"{live_server.url}/sandbox/robokassa/Merchant/Index.aspx", timeout=20).status_code == 404
