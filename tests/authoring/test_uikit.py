import pytest
from playwright.sync_api import Locator, Page, expect

from synthetics.authoring import scopes
from synthetics.authoring.app_frame import AppFrame
from synthetics.authoring.scopes import AppFrameError, LicenceError
from synthetics.clock import SystemClock
from synthetics.config.app import App, Forge, Framework
from tests.authoring.conftest import SITE, Serve

PANEL = "<section aria-label='{title}'><div data-testid=module aria-busy={busy}>{inside}</div></section>"


@pytest.fixture
def app_frame(page: Page) -> AppFrame:
    forge = Forge(app="app-1", environment="env-1", ready='[data-testid=module][aria-busy="false"]')
    app = App(name="points", title="Points", framework=Framework.UIKIT, forge=forge)
    return AppFrame(page, app, lambda _version: None, SystemClock())


def panel(inside: str, title: str = "Points", busy: str = "false") -> str:
    return PANEL.format(title=title, busy=busy, inside=inside)


def test_scope_is_the_apps_part_of_the_page_and_no_more(page: Page, serve: Serve, app_frame: AppFrame) -> None:
    serve({f"{SITE}/": "<button>Host</button>" + panel("<button>Check</button>")})
    page.goto(f"{SITE}/")

    scope = app_frame()

    assert isinstance(scope, Locator)
    expect(scope.get_by_role("button")).to_have_text("Check")


def test_part_of_the_page_has_the_heading_that_is_asked_for(page: Page, serve: Serve, app_frame: AppFrame) -> None:
    serve({f"{SITE}/": panel("One") + panel("Two", title="More points")})
    page.goto(f"{SITE}/")

    expect(app_frame("More points").get_by_text("Two")).to_be_visible()


def test_app_that_says_that_its_licence_is_over_is_not_used(page: Page, serve: Serve) -> None:
    forge = Forge(app="a", environment="e", ready="[data-testid=module][aria-busy=false]", unlicensed="text=Renew it")
    app = App(name="points", title="Points", framework=Framework.UIKIT, forge=forge)
    serve({f"{SITE}/": panel("<p>Expired. Renew it.</p>")})
    page.goto(f"{SITE}/")

    with pytest.raises(LicenceError, match=r"its licence is not active \(“Expired\. Renew it\.”\)"):
        AppFrame(page, app, lambda _version: None, SystemClock())()


def test_app_is_waited_for_until_it_is_drawn(page: Page, serve: Serve, app_frame: AppFrame) -> None:
    drawn = "<script>setTimeout(() => document.querySelector('div').setAttribute('aria-busy', 'false'), 300)</script>"
    serve({f"{SITE}/": panel("Drawn", busy="true") + drawn})
    page.goto(f"{SITE}/")

    app_frame()

    expect(page.locator("div")).to_have_attribute("aria-busy", "false", timeout=1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("<p>Page</p>", rf"there is no part of the page called “Points” \(at {SITE}/\)", id="not there"),
        pytest.param(panel("Loading", busy="true"), "its part of the page shows “Loading”", id="loading"),
        pytest.param(
            panel("<p role=alert>No invocation</p>", busy="true"), "the app says “No invocation”", id="an alert"
        ),
    ],
)
def test_app_that_does_not_come_is_told_by_what_is_there_instead(  # noqa: PLR0913, PLR0917  fixtures
    page: Page, serve: Serve, app_frame: AppFrame, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    monkeypatch.setattr(scopes, "READY_TIMEOUT_MS", 500)
    serve({f"{SITE}/": body})
    page.goto(f"{SITE}/")

    with pytest.raises(AppFrameError, match=rf"Points was not ready within 0\.5 s: {said}"):
        app_frame()
