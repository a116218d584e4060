"""The public page in a real browser: read, measured, typed into, without scripts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from printshop.verify import Verifier
from printshop.web.public import public_app
from printshop.web.server import server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def address(verifier: Verifier) -> Iterator[str]:
    """The site on a free port of this machine."""
    running = server(public_app(verifier), "127.0.0.1", 0)
    started = threading.Event()
    thread = threading.Thread(target=running.run)
    startup = running.startup

    async def noted(*args: Any, **kwargs: Any) -> None:
        await startup(*args, **kwargs)
        started.set()

    running.startup = noted  # type: ignore[method-assign]
    thread.start()
    assert started.wait(30)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
    )
    opened = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
    yield opened
    opened.quit()


def size(browser: webdriver.Chrome, width: int, height: int) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True},
    )


def requested(browser: webdriver.Chrome) -> set[str]:
    """The addresses asked for since the last look."""
    messages = (
        json.loads(entry["message"])["message"]
        for entry in browser.get_log("performance")
    )
    return {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }


@pytest.mark.parametrize(
    ("number", "title"),
    [(1, "有效\nValid"), (2, "已撤销\nRevoked"), (77, "查无此文书\nNot found")],
)
@pytest.mark.parametrize("width", [320, 360, 390, 1280])
def test_reads_well_on_a_phone_and_a_desk(
    browser: webdriver.Chrome,
    address: str,
    papers: ModuleType,
    number: int,
    title: str,
    width: int,
) -> None:
    size(browser, width, 800)
    browser.get_log("browser")
    requested(browser)
    browser.get(f"{address}/C/{papers.code(number)}")
    assert browser.find_element(By.TAG_NAME, "h1").text == title
    wide = "return document.documentElement.scrollWidth"
    assert browser.execute_script(wide) <= width
    assert all(url.startswith(address) for url in requested(browser))
    complaints = [
        entry["message"]
        for entry in browser.get_log("browser")
        # Chromium notes every 404 there; for an unknown code it is the answer.
        if not (number == 77 and "404" in entry["message"])
    ]
    assert complaints == []
    assert browser.get_cookies() == []


def test_the_verdict_is_seen_without_scrolling(
    browser: webdriver.Chrome, address: str, papers: ModuleType
) -> None:
    size(browser, 360, 640)
    browser.get(f"{address}/C/{papers.code(1)}")
    name = browser.find_element(By.XPATH, "//dd[contains(., '欧阳**')]")
    assert name.rect["y"] + name.rect["height"] <= 640


def test_a_code_typed_by_hand(
    browser: webdriver.Chrome, address: str, papers: ModuleType
) -> None:
    size(browser, 390, 844)
    browser.get(address)
    browser.find_element(By.ID, "code").send_keys(papers.code(2).lower())
    browser.find_element(By.TAG_NAME, "button").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "已撤销\nRevoked"
    assert papers.code(2) not in browser.current_url.upper()


def test_works_and_looks_the_same_without_scripts(
    browser: webdriver.Chrome, address: str, papers: ModuleType
) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}/C/{papers.code(3)}")
        title = browser.find_element(By.TAG_NAME, "h1")
        assert title.text == "已换发\nReplaced"
        history = browser.find_elements(By.CSS_SELECTOR, "ol li")
        assert len(history) == 2
    finally:
        browser.execute_cdp_cmd(
            "Emulation.setScriptExecutionDisabled", {"value": False}
        )


def test_a_screen_reader_hears_landmarks_and_one_title(
    browser: webdriver.Chrome, address: str, papers: ModuleType
) -> None:
    browser.get(f"{address}/C/{papers.code(1)}")
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    for landmark in ("banner", "main", "contentinfo", "article"):
        assert roles.count(landmark) == 1
    headings = [
        node["name"]["value"]
        for node in nodes
        if not node["ignored"] and node["role"]["value"] == "heading"
    ]
    assert headings == ["有效 Valid", "请同时留意 Please also check"]
