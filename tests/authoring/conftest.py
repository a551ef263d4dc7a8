"""A real browser for the page objects, on pages that exist in the test alone."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from synthetics.authoring.browser import find_browser
from synthetics.config.app import App, Forge
from synthetics.config.models import Account, Target

SITE = "https://site.example"
SIGN_IN_SERVICE = "https://id.example"

Serve = Callable[[dict[str, str | tuple[int, str]]], None]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each module: while it is open, the thread has a running event loop, which other rooms' tests may not."""
    with sync_playwright() as playwright:
        executable = find_browser(None, os.environ).executable
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def serve(page: Page) -> Serve:
    """Say which address answers with which page, or with which status and page; nothing leaves the machine."""

    def answer_with(pages: dict[str, str | tuple[int, str]]) -> None:
        def answer(route: Route) -> None:
            found = pages.get(route.request.url.partition("?")[0], (404, "not there"))
            status, body = found if isinstance(found, tuple) else (200, found)
            route.fulfill(status=status, body=body, content_type="text/html")

        page.context.route("**/*", answer)

    return answer_with


@pytest.fixture
def site() -> Target:
    account = Account.model_validate({"email": "robot@example.com", "password": "Open-Sesame-1"})
    return Target(name="site", site=SITE, account=account)


@pytest.fixture
def ihub() -> App:
    forge = Forge(app="app-1", environment="env-1", ready="[data-testid=ready]")
    return App(name="ihub", title="Integration Hub", forge=forge)
