"""The page /chat-demo in a real headless Chromium: two people talk, one goes through a tunnel, nothing is missing."""

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from mwork.market.sign_ins import EMAILS, PASSWORD
from tests import factories, live
from tests.browser.conftest import needs_chromium

pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]


class Side:
    """One half of the page."""

    def __init__(self, browser, number):
        self.browser = browser
        self.root = browser.find_elements(By.TAG_NAME, "section")[number]

    def find(self, selector):
        return self.root.find_element(By.CSS_SELECTOR, selector)

    def until(self, condition, what):
        return WebDriverWait(self.browser, live.PATIENCE, 0.05).until(lambda _: condition(), what)

    def sign_in(self):
        self.find(".sign-in button").click()
        self.until(lambda: self.find(".state").text == "online", "online")
        self.until(lambda: self.find(".say input").is_enabled(), "a room")

    def say(self, text):
        self.find(".say input").send_keys(text)
        self.find(".say button").click()

    def shown(self) -> list[str]:
        """Each message with its mark: "hello 3 ✓"."""
        script = "return [...arguments[0].querySelectorAll('.messages li')].map(li => li.firstChild.data + ' ' + " \
                 "li.querySelector('.mark').textContent)"  # fmt: skip
        return self.browser.execute_script(script, self.root)

    def shows(self, *lines):
        self.until(lambda: self.shown() == list(lines), f"{lines} instead of {self.shown()}")

    def hints(self, text):
        self.until(lambda: text in self.find(".hint").text, f"the hint {text!r}")


def test_two_people_talk_and_catch_up_after_a_tunnel(browser, plans, settings, tmp_path):
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedArgon2PasswordHasher"]  # the server's own
    employer = factories.employer(person=factories.user(role="employer", email=EMAILS["employer"], password=PASSWORD))
    model = factories.model(person=factories.user(email=EMAILS["model"], password=PASSWORD))
    room = factories.room(one=factories.pro(employer.user), other=model.user)
    with live.server(tmp_path / "web.log", DEBUG="true") as server:
        browser.get(f"{server.url}/chat-demo")
        one, other = Side(browser, 0), Side(browser, 1)
        one.sign_in()
        other.sign_in()
        one.hints("Айгерім Нұрланова is online")

        one.say("Здравствуйте!")
        one.shows("Здравствуйте! 1 ✓✓")  # acknowledged, then read on the other side
        other.shows("Здравствуйте! 1")
        other.find(".say input").send_keys("Д")
        one.hints("Айгерім Нұрланова is typing")
        other.say("обрый день")
        one.shows("Здравствуйте! 1 ✓✓", "Добрый день 2")
        other.shows("Здравствуйте! 1", "Добрый день 2 ✓✓")  # the mark must not be lost in the tunnel

        other.find(".line").click()
        other.until(lambda: other.find(".state").text == "offline", "offline")
        for text in ("Вы здесь?", "Ждём вас в четверг"):
            one.say(text)
        one.shows("Здравствуйте! 1 ✓✓", "Добрый день 2", "Вы здесь? 3 ✓", "Ждём вас в четверг 4 ✓")
        other.say("Из тоннеля")  # waits
        other.shows("Здравствуйте! 1", "Добрый день 2 ✓✓", "Из тоннеля waiting")
        browser.save_screenshot(str(tmp_path / "tunnel.png"))

        other.find(".line").click()
        everything = ("Здравствуйте!", "Добрый день", "Вы здесь?", "Ждём вас в четверг", "Из тоннеля")
        other.until(
            lambda: [line.rsplit(" ", 1 + ("✓" in line))[0] for line in other.shown()] == list(everything), "all"
        )
        one.shows("Здравствуйте! 1 ✓✓", "Добрый день 2", "Вы здесь? 3 ✓✓", "Ждём вас в четверг 4 ✓✓", "Из тоннеля 5")
        browser.save_screenshot(str(tmp_path / "after.png"))
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    contents = list(room.messages.order_by("seq").values_list("seq", "content"))
    assert contents == list(enumerate(everything, start=1))


def test_the_page_is_there_only_under_debug(server):
    assert requests.get(f"{server.url}/chat-demo", timeout=10).status_code == 404
