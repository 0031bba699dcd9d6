"""A real headless Chromium, and where its screenshots are kept."""

import shutil

import pytest
from selenium import webdriver

from mwork import conf

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --window-size=1200,900""".split()  # noqa: SIM905

SCREENSHOTS = conf.VAR / "screenshots"

needs_chromium = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver in PATH")


@pytest.fixture
def browser(tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def screenshot(browser):
    """`screenshot("name")` keeps what the browser shows, the whole page, as var/screenshots/name.png."""

    def keep(name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        script = "return Math.max(900, document.getElementById('content')?.getBoundingClientRect().bottom + 40 | 0)"
        browser.set_window_size(1400, min(2400, browser.execute_script(script) + 90))
        browser.save_screenshot(str(SCREENSHOTS / f"{name}.png"))

    return keep
