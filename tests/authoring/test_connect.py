from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from synthetics.authoring import connect, scopes
from synthetics.authoring.app_frame import AppFrame
from synthetics.authoring.scopes import AppFrameError, LicenceError
from synthetics.clock import SystemClock
from synthetics.config.app import App, Connect
from tests.authoring.conftest import SITE, Serve

RADAR = "https://radar.example/page"
PANEL = "https://radar.example/panel"
READY = '<meta name="app-version" content="3.0.2"><div data-testid=ready><button>Ready</button></div>'

Show = Callable[..., AppFrame]


def container(module: str = "page", url: str = RADAR, indicator: str = "", style: str = "display: none") -> str:
    """A frame as the host mounts it, under what it says until the app has answered."""
    return (
        f'<div class="ap-iframe-container"><iframe class="ap-iframe" id="com.radar__{module}__4f" src="{url}"></iframe>'
        f'<div class="ap-status-indicator" style="{style}">{indicator}</div></div>'
    )


@pytest.fixture
def show(page: Page, serve: Serve) -> Show:
    """Show a page of the site, with this inside the app's frames."""
    app = App(
        name="radar",
        title="Radar",
        connect=Connect(addon_key="com.radar", modules=("page", "panel"), ready="[data-testid=ready]"),
    )

    def shown(
        body: str,
        inside: str = READY,
        versions: list[str] | None = None,
        connected: Callable[[], None] = lambda: None,
        *,
        paid: bool = False,
    ) -> AppFrame:
        serve({f"{SITE}/": f"<body>{body}</body>", RADAR: inside, PANEL: READY.replace(">Ready<", ">Panel<")})
        page.goto(f"{SITE}/")
        assert app.connect is not None
        sold = app.model_copy(update={"connect": app.connect.model_copy(update={"paid": paid})})
        return AppFrame(
            page, sold, (versions if versions is not None else []).append, SystemClock(), connected=connected
        )

    return shown


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "READY_TIMEOUT_MS", 500)
    monkeypatch.setattr(connect, "_NOT_RESPONDING_MS", 500)


def test_frame_of_the_app_is_taken_and_its_version_told(show: Show) -> None:
    versions: list[str] = []
    other = container("page", "https://other.example/").replace("com.radar", "com.other")

    scope = show(other + container(), versions=versions)()

    assert isinstance(scope, FrameLocator)
    expect(scope.get_by_role("button")).to_have_text("Ready")
    assert versions == ["3.0.2"]


def test_module_tells_two_frames_of_an_app_apart(show: Show) -> None:
    app_frame = show(container("page") + container("panel", PANEL))

    expect(app_frame("panel").get_by_role("button")).to_have_text("Panel")
    expect(app_frame("page").get_by_role("button")).to_have_text("Ready")


def test_what_the_host_says_over_the_app_is_waited_out(page: Page, show: Show) -> None:
    away = "<script>setTimeout(() => document.querySelector('.ap-status-indicator').remove(), 700)</script>"

    show(container(indicator="Loading app...", style="") + away)()

    expect(page.locator(".ap-status-indicator")).to_have_count(0, timeout=1)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("body", "inside", "said"),
    [
        pytest.param("<p>Page</p>", READY, rf"there is no frame of it on the page \(at {SITE}/\)", id="no frame"),
        pytest.param(
            container(indicator="App is not responding. Wait or cancel?", style=""),
            READY,
            r"the site says “App is not responding\. Wait or cancel\?”, so the app has not answered the page",
            id="no handshake",
        ),
        pytest.param(
            container(indicator="Loading app...", style=""),
            READY,
            r"the site says “Loading app\.\.\.”",
            id="still loading",
        ),
        pytest.param(
            '<div class="ap-iframe-container"><div class="connect-resolve-error">Error: no token</div></div>',
            READY,
            r"the site could not renew the token in the app's address \(“Error: no token”\)",
            id="expired token",
        ),
        pytest.param(
            container(), "<div role=alert>Backend is down</div>", "the app says “Backend is down”", id="alert"
        ),
        pytest.param(container(), "", "its frame is blank", id="blank"),
    ],
)
def test_app_that_does_not_come_is_told_by_what_is_there_instead(show: Show, body: str, inside: str, said: str) -> None:
    app_frame = show(body, inside)

    with pytest.raises(AppFrameError, match=rf"Radar was not ready within 0\.5 s: {said}"):
        app_frame("page")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("body", "inside", "times"),
    [
        pytest.param(container(), READY, 1, id="ready"),
        pytest.param(container(), "", 1, id="shown, and nothing in it"),
        pytest.param(container(indicator="Loading app...", style=""), "", 0, id="the host still waits"),
        pytest.param("<p>Page</p>", READY, 0, id="no frame"),
    ],
)
def test_app_has_connected_where_the_host_no_longer_talks_over_it(
    show: Show, body: str, inside: str, times: int
) -> None:
    told: list[bool] = []
    with suppress(AppFrameError):
        show(body, inside, connected=lambda: told.append(True))("page")

    assert len(told) == times


@pytest.mark.parametrize(
    ("lic", "paid", "error"),
    [
        pytest.param("none", True, LicenceError, id="a paid app without a licence"),
        pytest.param("active", True, AppFrameError, id="a paid app with one"),
        pytest.param("none", False, AppFrameError, id="a free app, which never has one"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_app_that_does_not_come_has_no_licence_where_the_host_says_so_of_a_paid_one(
    show: Show,
    lic: str,
    paid: bool,  # noqa: FBT001  a plain fact
    error: type[AppFrameError],
) -> None:
    frame = show(container(url=f"{RADAR}?lic={lic}"), "<p role=alert>Broken</p>", paid=paid)
    with pytest.raises(AppFrameError, match="the app says “Broken”") as raised:
        frame()
    assert type(raised.value) is error


def test_app_that_comes_up_without_a_licence_is_taken(show: Show) -> None:
    expect(show(container(url=f"{RADAR}?lic=none"), paid=True)().get_by_role("button")).to_have_text("Ready")
