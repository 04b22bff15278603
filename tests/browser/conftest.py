"""A real browser without a window, and what it must never do."""

import json
import shutil
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.debian import Unavailable, install

PROGRAMS = ("chromium", "chromedriver")
FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1366,900",
]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium with a profile of its own, which remembers what it logs and asks for."""
    try:
        install(PROGRAMS, ("chromium", "chromium-driver"))
    except Unavailable as reason:
        pytest.skip(f"no browser: {reason}")
    binary, driver = (shutil.which(program) for program in PROGRAMS)
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    window = webdriver.Chrome(options=options, service=Service(driver))
    window.get("about:blank")  # the page it starts with asks for much, but not for ours
    window.get_log("performance")
    yield window
    window.quit()


def assert_quiet(browser) -> None:
    """Check that the page since the last call logged no error and asked no host for anything."""
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    asked = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in asked if urlsplit(url).scheme not in ("file", "data", "blob")} == set()
