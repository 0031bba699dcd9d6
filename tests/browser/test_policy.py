"""Every page of ours in a real headless Chromium: it works under its Content-Security-Policy, which nothing breaks."""

import json

import pytest
from django.conf import settings
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from billing import links
from billing.models import Subscription
from notifications import unsubscribing
from tests import factories, live
from tests.browser.conftest import needs_chromium
from tests.live import PATIENCE

pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]

# An address, and what is there once its scripts have run; all text of the page's own where it has none.
PAGES = {
    "/": "main h1",
    "/swagger/index.html": "#operations-auth-auth_login_create, .opblock",
    "/redoc": "[role=search] input",
    "/chat-demo": "section .sign-in",
    "/verify-email?token=x": "main form",
    "/reset-password?token=x": "main form",
    "/open/": "main",
}
DESK = {
    "/admin/": ".chart",
    "/admin/accounts/user/": "#result_list",
    "/admin/castings/casting/": "#result_list",
    "/admin/billing/payment/": "#result_list",
    "/admin/notifications/delivery/letters/verify_email/ru/": "iframe",
    "/admin/password_change/": "form",
}


class Reader:
    """A browser that looks at pages and keeps what each said in its console."""

    def __init__(self, browser, url):
        self.browser, self.url, self.said = browser, url, {}

    def see(self, address: str, selector: str) -> None:
        self.browser.get(address if "://" in address else f"{self.url}{address}")
        self.until(selector)

    def until(self, selector: str) -> None:
        wait = WebDriverWait(self.browser, PATIENCE, 0.05)
        wait.until(lambda browser: browser.find_elements(By.CSS_SELECTOR, selector), f"{selector} at {self.address}")
        if said := [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]:
            self.said[self.address] = said

    @property
    def address(self) -> str:
        return self.browser.current_url

    def click(self, selector: str) -> None:
        self.browser.find_element(By.CSS_SELECTOR, selector).click()


@pytest.fixture
def argon2(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedArgon2PasswordHasher"]  # the server's own


def path_of(address: str) -> str:
    return address.removeprefix(settings.PUBLIC_URL)


def test_no_page_breaks_its_policy(browser, plans, argon2, tmp_path):
    boss = factories.staff(email="root@mwork.kz", is_superuser=True)
    casting, invitation = factories.casting(), factories.invitation()
    buyer = factories.pro(factories.model().user)
    factories.payment(user=buyer)
    with live.server(tmp_path / "web.log", DEBUG="true") as server:
        reader = Reader(browser, server.url)
        for address, selector in PAGES.items():
            reader.see(address, selector)
        reader.see(f"/invitation?token={invitation.token}", "main h1")
        reader.see(path_of(unsubscribing.address(buyer.id, "email")), "main form")

        reader.see("/admin/", "#login-form")
        browser.find_element(By.NAME, "username").send_keys(boss.email)
        browser.find_element(By.NAME, "password").send_keys(factories.PASSWORD)
        reader.click("#login-form input[type=submit]")
        reader.until(".chart")
        for address, selector in DESK.items():
            reader.see(address, selector)
        reader.see(f"/admin/castings/casting/{casting.id}/change/", "#content")

        # Browsers hold forms to where their answers lead: to the pay page, and back. From another origin than theirs.
        elsewhere = f"http://localhost:{server.port}"
        reader.see(elsewhere + path_of(links.renewal(Subscription.objects.get(user=buyer))), "main form")
        reader.click("main form button")
        reader.until("button[name=pay]")
        reader.see(reader.address.replace(server.url, elsewhere), "button[name=pay]")
        reader.click("button[name=pay]")
        WebDriverWait(browser, PATIENCE, 0.05).until(lambda _: "payment=success" in reader.address, "the shop")
        reader.until("main h1")

        assert reader.said == {}, json.dumps(reader.said)
        # And a script without the nonce is refused, and said so.
        browser.execute_script("document.head.append(Object.assign(document.createElement('script'), {text: '0'}))")
        reader.until("main h1")
        assert "Content Security Policy" in reader.said[reader.address][0]
