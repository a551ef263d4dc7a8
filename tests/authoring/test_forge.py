from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from synthetics.authoring import scopes
from synthetics.authoring.app_frame import AppFrame
from synthetics.authoring.scopes import AppFrameError, ConsentNeededError, LicenceError
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.errors import CallerError
from tests.authoring.conftest import SITE, Serve

CDN = "https://one.cdn.example/app-1/env-1/3.2.1/main/index.html"
READY = "<div data-testid=ready><button>Ready</button></div>"


def frame(url: str = CDN, style: str = "", *, lazily: bool = False) -> str:
    """A frame as the host puts it in, at once or a little later."""
    element = (
        '<div data-testid="hosted-resources-iframe-container">'
        f'<iframe data-testid="hosted-resources-iframe" src="{url}" style="{style}"></iframe></div>'
    )
    if not lazily:
        return element
    return f"<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', `{element}`), 200)</script>"


Show = Callable[[str, str], Page]


@pytest.fixture
def show(page: Page, serve: Serve) -> Show:
    """Show a page of the site, with this inside the app's frame."""

    def shown(body: str, inside: str) -> Page:
        serve({f"{SITE}/": f"<body>{body}</body>", CDN: inside})
        page.goto(f"{SITE}/")
        return page

    return shown


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "READY_TIMEOUT_MS", 500)


def scope_on(page: Page, app: App, versions: list[str] | None = None) -> FrameLocator:
    scope = AppFrame(page, app, (versions if versions is not None else []).append, SystemClock())()
    assert isinstance(scope, FrameLocator)
    return scope


def test_frame_that_is_put_in_late_is_waited_for(show: Show, ihub: App) -> None:
    page = show(frame(lazily=True), READY)
    versions: list[str] = []

    scope = scope_on(page, ihub, versions)

    expect(scope.get_by_role("button", name="Ready")).to_be_visible()
    assert versions == ["3.2.1"]


def test_visible_frame_with_the_marker_is_taken_and_not_the_first(page: Page, serve: Serve, ihub: App) -> None:
    hidden, other = frame(style="visibility: hidden"), frame("https://two.cdn.example/")
    serve({f"{SITE}/": hidden + other + frame(), CDN: READY, "https://two.cdn.example/": "<button>Other</button>"})
    page.goto(f"{SITE}/")

    expect(scope_on(page, ihub).get_by_role("button")).to_have_text("Ready")


def test_scope_stays_good_when_the_frame_is_put_in_anew(show: Show, ihub: App) -> None:
    page = show(frame(), READY)
    scope = scope_on(page, ihub)

    page.evaluate("() => { const box = document.querySelector('div'); box.innerHTML = box.innerHTML; }")

    expect(scope.get_by_role("button", name="Ready")).to_be_visible()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("body", "inside", "said"),
    [
        pytest.param("<p>Page</p>", "", r"there is no frame of an app on the page \(at https://site", id="no frame"),
        pytest.param(frame(style="display: none"), READY, "its frame is on the page and hidden", id="hidden frame"),
        pytest.param(frame(), "", "its frame is blank", id="blank frame"),
        pytest.param(frame(), "<p>Loading...</p>", "its frame shows “Loading...”", id="not ready"),
        pytest.param(
            frame(), "<p>x</p><div role=alert>Backend is down</div>", "the app says “Backend is down”", id="alert"
        ),
    ],
)
def test_app_that_does_not_come_is_told_by_what_is_there_instead(
    show: Show, ihub: App, body: str, inside: str, said: str
) -> None:
    page = show(body, inside)

    with pytest.raises(AppFrameError, match=f"Integration Hub was not ready within 0.5 s: .*{said}"):
        scope_on(page, ihub)


@pytest.mark.usefixtures("impatient")
def test_question_for_consent_is_no_fault_of_the_app(show: Show, ihub: App) -> None:
    page = show("<button>Allow access</button>", "")

    with pytest.raises(ConsentNeededError, match=rf"asks the account to let the app in \(“Allow access”\), at {SITE}/"):
        scope_on(page, ihub)


@pytest.mark.usefixtures("impatient")
def test_what_the_apps_own_frame_says_is_told_and_not_what_another_says(page: Page, serve: Serve, ihub: App) -> None:
    other = frame("https://two.cdn.example/")
    serve({f"{SITE}/": other + frame(), CDN: "<p>Still loading</p>", "https://two.cdn.example/": "<p>Other</p>"})
    page.goto(f"{SITE}/")

    with pytest.raises(AppFrameError, match="its frame shows “Still loading”"):
        scope_on(page, ihub)


def test_frame_below_a_heading_is_taken_where_the_app_is_on_the_page_twice(page: Page, serve: Serve, ihub: App) -> None:
    panel = "https://two.cdn.example/"
    below = f"<section aria-label='Flow runs'>{frame(panel)}</section>"
    serve({f"{SITE}/": frame() + below, CDN: READY, panel: READY.replace(">Ready<", ">Panel<")})
    page.goto(f"{SITE}/")

    scope = AppFrame(page, ihub, lambda _version: None, SystemClock())("Flow runs")

    expect(scope.get_by_role("button")).to_have_text("Panel")


def test_app_that_is_none_has_no_frame(page: Page) -> None:
    app = App(name="host_jira", title="Jira")

    with pytest.raises(CallerError, match=r"journeys/host_jira/app\.toml has neither \[forge\] nor \[connect\]"):
        AppFrame(page, app, lambda _version: None, SystemClock())()


def bridge(answer: str) -> str:
    """A bridge that answers an app's question for its context, as the host puts it into a frame before the app."""
    return f"<script>window.__bridge = {{ callBridge: () => {answer} }}</script><p role=alert>Ask somebody</p>"


@pytest.mark.parametrize(
    ("inside", "error"),
    [
        pytest.param(bridge("Promise.resolve({license: {active: false}})"), LicenceError, id="it has ended"),
        pytest.param(bridge("Promise.resolve({license: {active: true}})"), AppFrameError, id="it is active"),
        pytest.param(bridge("Promise.resolve({})"), AppFrameError, id="the app is free"),
        pytest.param(bridge("Promise.reject(new Error('no'))"), AppFrameError, id="the host says nothing"),
        pytest.param(bridge("new Promise(() => {})"), AppFrameError, id="the host never answers"),
        pytest.param("<p role=alert>Ask somebody</p>", AppFrameError, id="there is no bridge"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_app_that_does_not_come_has_no_licence_where_the_host_says_so_over_the_bridge(
    show: Show, ihub: App, inside: str, error: type[AppFrameError]
) -> None:
    page = show(frame(), inside)
    broken: list[str] = []
    page.on("pageerror", lambda each: broken.append(str(each)))
    with pytest.raises(AppFrameError, match="the app says “Ask somebody”") as raised:
        scope_on(page, ihub)
    assert type(raised.value) is error
    page.evaluate("1")  # whatever the page has to say has come by then
    assert broken == [], "what we ask must not look like a break of the app's"


@pytest.mark.usefixtures("impatient")
def test_host_is_asked_once_whether_an_app_has_its_licence(show: Show, ihub: App) -> None:
    asked = bridge("{ asks.textContent += '.'; return Promise.resolve({license: {active: true}}) }")
    page = show(frame(), f"{asked}<p id=asks></p>")
    with pytest.raises(AppFrameError):
        scope_on(page, ihub)
    assert page.frames[-1].locator("#asks").text_content() == "."
