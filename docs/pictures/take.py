"""`make pictures`: the README's pictures, taken anew from this checkout's living `make run` by a headless Chromium."""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from mwork import running

FOLDER = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1280, 960
FLAGS = f"--headless=new --no-sandbox --disable-gpu --hide-scrollbars --lang=en --window-size={WIDTH},{HEIGHT}".split()
ADMIN = ("admin@demo.mwork.kz", "Altyn-Kyran-7")  # of the demo market, as `make run` prints it
COLOURS = 128  # enough for pages, and a third of the bytes
PATIENCE = 30  # seconds


def main() -> int:
    """The exit status."""
    port, chromium, driver = running.environment().get("PORT"), shutil.which("chromium"), shutil.which("chromedriver")
    if not port:
        print("mwork: no `make run` lives in this checkout; start it first", file=sys.stderr)
        return 1
    if not (chromium and driver):
        print("mwork: chromium and chromedriver are needed; on Debian: apt install chromium-driver", file=sys.stderr)
        return 1
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        take_api(browser, f"http://127.0.0.1:{port}")
        take_desk(browser, f"http://127.0.0.1:{port}")
    finally:
        browser.quit()
    return 0


def take_api(browser, site: str) -> None:
    browser.get(f"{site}/swagger/index.html#/castings/castings_create")
    wait_for(browser, ".opblock.is-open .highlight-code")
    tag = wait_for(browser, "#operations-tag-castings")
    browser.execute_script("arguments[0].scrollIntoView()", tag)
    keep(browser, "api")


def take_desk(browser, site: str) -> None:
    browser.get(f"{site}/admin/")
    wait_for(browser, "[name=username]").send_keys(ADMIN[0])
    wait_for(browser, "[name=password]").send_keys(ADMIN[1])
    wait_for(browser, "#login-form input[type=submit]").click()
    wait_for(browser, ".chart svg")
    keep(browser, "desk")


def wait_for(browser, selector: str):
    """The first element of this selector, as soon as there is one."""
    return WebDriverWait(browser, PATIENCE).until(lambda _: browser.find_element(By.CSS_SELECTOR, selector), selector)


def keep(browser, name: str) -> None:
    """What the browser shows, as a PNG of few colours."""
    picture = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    file = FOLDER / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
