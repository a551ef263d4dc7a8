"""One stand-in for each module of tests, and a browser where one is asked for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, sync_playwright

from tests.standin.started import Standin, a_standin

_SHELL = Path("/usr/lib/chromium/chromium-headless-shell")
_SIZE = ViewportSize(width=1280, height=800)
_NAMES = ("chromium-headless-shell", "chromium", "google-chrome")


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with a_standin() as running:
        yield running


@pytest.fixture(scope="module")
def rest(standin: Standin) -> Iterator[httpx.Client]:
    with standin.rest() as client:
        yield client


def _browser_program() -> str:
    said = os.environ.get("SYNTHETICS_BROWSER")
    found = said or (str(_SHELL) if _SHELL.exists() else next(filter(None, map(shutil.which, _NAMES)), None))
    if found is None:
        pytest.fail(f"no browser: set SYNTHETICS_BROWSER, or install one of {', '.join(_NAMES)}", pytrace=False)
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # As root Chromium's sandbox cannot be had.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser_program(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def fresh_page(chromium: Browser, standin: Standin) -> Iterator[Page]:
    """A page of somebody who has not signed in."""
    context = chromium.new_context(base_url=standin.site, viewport=_SIZE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def session(chromium: Browser, standin: Standin) -> StorageState:
    """A session of the seeded account, from the forms; signing in for each test would take half of the time."""
    page = chromium.new_page(base_url=standin.site)
    page.goto("/jira/your-work")
    page.locator("#username").fill(standin.email)
    page.locator("#login-submit").click()
    page.locator("#password").fill(standin.password)
    page.locator("#login-submit").click()
    page.wait_for_url("**/jira/your-work")
    state = page.context.storage_state()
    page.close()
    return state


@pytest.fixture
def signed_in_page(chromium: Browser, standin: Standin, session: StorageState) -> Iterator[Page]:
    """A page of the seeded account, opened on nothing yet."""
    context = chromium.new_context(base_url=standin.site, viewport=_SIZE, storage_state=session)
    yield context.new_page()
    context.close()
