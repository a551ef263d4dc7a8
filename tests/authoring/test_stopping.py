"""What was being done when an error was raised: by its class and its way, whatever it says."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from synthetics.authoring.app_frame import AppFrame
from synthetics.authoring.hosts.site import SiteError, open_page
from synthetics.authoring.scopes import AppFrameError, ConsentNeededError
from synthetics.authoring.signin import SignInError, sign_in
from synthetics.authoring.site_data import SiteDataError
from synthetics.authoring.stopping import stopped_in
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import CallerError, MonitorError
from synthetics.record import StoppedIn
from tests.authoring.conftest import SITE, Serve


@pytest.mark.parametrize(
    ("error", "place"),
    [
        pytest.param(SignInError("x"), StoppedIn.SIGN_IN, id="no sign-in"),
        pytest.param(ConsentNeededError("x"), StoppedIn.CONSENT, id="consent is asked for"),
        pytest.param(AppFrameError("x"), StoppedIn.APP_FRAME, id="no app"),
        pytest.param(SiteError("x"), StoppedIn.NAVIGATE, id="the site says that it cannot"),
        pytest.param(SiteDataError("x"), StoppedIn.REST, id="clean-up over REST"),
        pytest.param(httpx.ConnectError("x"), StoppedIn.REST, id="no answer to REST"),
        pytest.param(AssertionError("goto"), StoppedIn.ASSERT, id="an assertion"),
        pytest.param(CallerError("x"), StoppedIn.OWN, id="the configuration's gap"),
        pytest.param(MonitorError("x"), StoppedIn.OWN, id="the monitor's own trouble"),
        pytest.param(ValueError("page.goto: Timeout"), StoppedIn.OTHER, id="a bug, whatever it says"),
        pytest.param(KeyboardInterrupt(), StoppedIn.OTHER, id="interrupted nowhere in particular"),
    ],
)
def test_error_tells_by_its_class(error: BaseException, place: StoppedIn) -> None:
    assert stopped_in(error) is place


def test_error_of_playwright_tells_by_its_way(page: Page, serve: Serve, site: Target, ihub: App) -> None:
    """Each is the same class of error with nothing in its text that is looked at."""
    serve({f"{SITE}/": "<p>nothing is here</p>"})
    page.goto(f"{SITE}/")
    page.set_default_timeout(1)
    closed = page.context.new_page()
    closed.close()

    ways: dict[StoppedIn, Callable[[], object]] = {
        StoppedIn.NAVIGATE: lambda: open_page(closed, SITE),
        StoppedIn.SIGN_IN: lambda: sign_in(closed, site, home="/", signed_in="p", asks=lambda _url: None),
        StoppedIn.APP_FRAME: AppFrame(closed, ihub, lambda _version: None, SystemClock()),
        StoppedIn.ACTION: lambda: page.get_by_role("button").click(),
        StoppedIn.ASSERT: lambda: expect(page.get_by_role("button")).to_be_visible(timeout=1),
    }

    assert {place: stopped_in(failure_of(way)) for place, way in ways.items()} == {place: place for place in ways}


def test_interruption_tells_what_it_broke_into(page: Page) -> None:
    page.close()
    way = failure_of(lambda: page.goto(SITE)).__traceback__

    assert stopped_in(KeyboardInterrupt().with_traceback(way)) is StoppedIn.NAVIGATE
    assert stopped_in(ValueError().with_traceback(way)) is StoppedIn.OTHER


def failure_of(way: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as raised:  # noqa: PT011  whichever it is
        way()
    return raised.value
