"""The moderation desk in a real headless Chromium: in with a phone's code, from a report to a hidden casting, a banned

user, and what the audit log says of it. Screenshots stay in var/screenshots.
"""

import base64

import pytest
from django.utils import timezone
from django_otp.oath import totp
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from accounts.models import AuditEntry, Report
from castings.models import Casting
from tests import factories, live
from tests.browser.conftest import needs_chromium
from tests.desk.conftest import member

pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]

TEXT = "Срочно! Предоплата 20 000 ₸ на карту, пишите в WhatsApp +7 701 000 00 00"


class Desk:
    """The browser in a moderator's hands."""

    def __init__(self, browser, url):
        self.browser, self.url = browser, url

    def open(self, address: str) -> None:
        self.browser.get(f"{self.url}{address}")

    def find(self, selector: str):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [each.text for each in self.browser.find_elements(By.CSS_SELECTOR, selector)]

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.find(f"[name={name}]").clear()
            self.find(f"[name={name}]").send_keys(text)

    def click(self, selector: str) -> None:
        """And wait for the next page."""
        old = self.find("html")
        self.find(selector).click()
        WebDriverWait(self.browser, live.PATIENCE).until(lambda _: self.find("html") != old)

    def until(self, condition, what: str) -> None:
        WebDriverWait(self.browser, live.PATIENCE, 0.05).until(lambda _: condition(), what)

    def came_from(self) -> set[str]:
        """The hosts of all that the page has loaded."""
        script = "return performance.getEntriesByType('resource').map(entry => new URL(entry.name).origin)"
        return set(self.browser.execute_script(script))


@pytest.fixture
def story(plans, settings):
    """A fake casting that two people have reported, and a moderator who has never been here."""
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedArgon2PasswordHasher"]  # the server's own
    moderator = member("moderators", email="moderator@mwork.kz")
    boss = factories.employer(person=factories.user(role="employer", email="fake@mwork.kz"), company_name="Star Models")
    casting = factories.casting(of=boss, title="Съёмка в Дубае, 500 000 ₸ в день", description=TEXT)
    first = factories.report(of=casting, reason="fake_casting", comment="Просят предоплату, адреса нет.")
    Report.objects.filter(pk=first.pk).update(created_at=timezone.now() - timezone.timedelta(hours=26))
    factories.report(of=casting, reason="fake_casting", comment="Меня обманули на 20 000.")
    for number in range(3):
        factories.response(to=factories.casting(title=f"Показ {number}"), by=factories.model(name=f"Модель {number}"))
    return {"moderator": moderator, "casting": casting, "boss": boss.user}


def test_a_report_is_worked_from_the_queue_to_the_audit_log(browser, screenshot, story, tmp_path):
    with live.server(tmp_path / "web.log", DEBUG="true", STAFF_SECOND_FACTOR="true") as server:
        desk = Desk(browser, server.url)
        sign_in(desk, story["moderator"], screenshot)

        assert desk.find("#queue-reports .count").text == "2"
        assert "late" in desk.find("#queue-reports").get_attribute("class")
        screenshot("03-start-of-a-moderator")
        desk.click("#queue-reports")
        screenshot("04-queue")
        desk.click("#result_list tbody th a")  # the oldest
        assert TEXT in desk.find(".field-frozen").text
        screenshot("05-report-with-evidence")

        desk.click("#decide-hide")
        desk.fill(reason="Просит предоплату, компании нет")
        screenshot("06-decision")
        desk.click(".decision-form input[type=submit]")
        screenshot("07-settled")
        assert Casting.objects.get(pk=story["casting"].pk).moderation == "hidden"
        assert set(Report.objects.values_list("status", flat=True)) == {"resolved"}

        desk.find("#people-search input").send_keys("star models\n")
        desk.until(lambda: desk.texts("#result_list tbody tr"), "a person")
        screenshot("08-people")
        desk.click("#result_list tbody th a")
        screenshot("09-person")
        desk.click("#decide-ban")
        desk.fill(reason="Мошенничество")
        screenshot("10-ban")
        desk.click(".decision-form input[type=submit]")
        story["boss"].refresh_from_db()
        assert story["boss"].is_banned()

        desk.open("/admin/accounts/auditentry/")
        # The phone, the casting, two reports, the ban.
        desk.until(lambda: len(desk.texts("#result_list tbody tr")) == 5, "five entries")
        rows = desk.texts("#result_list tbody tr")
        screenshot("11-audit")
        assert AuditEntry.objects.count() == 5
        assert "Мошенничество" in rows[0]
        assert "moderator@mwork.kz" in rows[0]
        assert desk.came_from() == {server.url}
        assert severe(browser) == []


def test_the_charts_are_drawn_here(browser, screenshot, story, tmp_path):
    boss = factories.staff(email="root@mwork.kz", is_superuser=True)
    buyer = factories.user()
    for amount in (990, 1790):
        factories.payment(user=buyer, status="paid", paid_at=timezone.now(), amount=amount)
    with live.server(tmp_path / "web.log", DEBUG="true") as server:  # without a second step, as on the first day
        desk = Desk(browser, server.url)
        desk.open("/admin/")
        desk.fill(username=boss.email, password=factories.PASSWORD)
        desk.click("#login-form input[type=submit]")
        desk.until(lambda: len(desk.texts(".chart")) == 5, "five charts")

        assert "2,780 ₸" in desk.find("#chart-revenue").text
        screenshot("12-start-of-a-superuser")
        desk.find(".period select").send_keys("7")
        desk.until(lambda: desk.find("#charts").get_attribute("data-days") == "7", "seven days")
        for name, address in (("13-castings", "castings/casting"), ("14-payments", "billing/payment"),
                              ("15-photos", "profiles/photo"), ("16-people", "accounts/user")):  # fmt: skip
            desk.open(f"/admin/{address}/")
            screenshot(name)
        desk.open(f"/admin/castings/casting/{story['casting'].pk}/change/")
        screenshot("17-casting")
        assert desk.came_from() <= {server.url}
        assert severe(browser) == []


def sign_in(desk, person, screenshot) -> None:
    """The first time: the password, then the phone is set up by what the page says."""
    desk.open("/admin/")
    screenshot("00-sign-in")
    desk.fill(username=person.email, password=factories.PASSWORD)
    desk.click("#login-form input[type=submit]")
    screenshot("01-set-up-the-phone")
    key = base64.b32decode(desk.find("#key").text.replace(" ", ""))
    desk.fill(code=f"{totp(key):06d}")
    desk.click("#login-form input[type=submit]")
    screenshot("02-recovery-codes")
    assert len(desk.texts(".codes li")) == 10
    desk.click("#onward")


def severe(browser) -> list:
    return [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
