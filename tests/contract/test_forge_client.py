"""An app bundled with the real ``@forge/bridge``, in the stand-in's page for Forge apps."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, StorageState, expect

from tests.contract.forge_checks import CHECKS, NOT_OFFERED, SAME_WITHOUT, end, in_modal
from tests.contract.hosted import Host, Hosted, Placed, frame_of, fresh_name, script
from tests.contract.libraries import FORGE_BRIDGE
from tests.standin.started import ADMIN_PATH, Standin

_BUNDLE = "**/{main,panel}/app.js"
_FRAMES = "[data-testid=hosted-resources-iframe-container] > iframe[data-testid=hosted-resources-iframe]"
_FRAME = f"{_FRAMES}[title='Integration Hub for Jira']"
_FRAME_BESIDE = f"{_FRAMES}[title=Heartbeat]"


def _placed(bundle: str, **more: tuple[str, ...]) -> Placed:
    return Placed(files={_BUNDLE: bundle}, path=ADMIN_PATH, frame=_FRAME, **more)


@pytest.fixture(scope="module")
def app(forge_bundle: str, host: Host, standin: Standin) -> Iterator[Hosted]:
    """The app in a host that nothing was done to, beside another app."""
    with ExitStack() as opened:
        with standin.switch("two_frames"):
            running = opened.enter_context(host(_placed(forge_bundle)))
        yield running


@pytest.fixture(scope="module")
def robbed(forge_bundle: str, host: Host) -> Iterator[Hosted]:
    """The app in a host from which calls can be taken away."""
    with host(_placed(forge_bundle, withheld=())) as running:
        yield running


@pytest.mark.parametrize("call", CHECKS)
def test_real_client_gets_what_it_expects_of(call: str, app: Hosted) -> None:
    CHECKS[call](app)


@pytest.mark.parametrize("call", CHECKS)
def test_check_fails_when_the_host_lacks(call: str, robbed: Hosted) -> None:
    with robbed.without(call), pytest.raises((AssertionError, Error)):
        CHECKS[call](robbed)
    # It was that call and nothing else.
    CHECKS[call](robbed)


def test_real_client_says_that_a_page_cannot_be_opened(app: Hosted) -> None:
    assert app.does("open") == {"error": "this resource's view is not openable."}


def test_real_client_is_told_that_its_dialog_ends(app: Hosted) -> None:
    name = fresh_name("event")
    app.does("listenFor", name, 1_000)
    _, inside = in_modal(app)
    app.does("onClose", name, frame=inside)
    end(app, inside, "close")
    assert app.does("arrival") == "closing"


def _press_escape(app: Hosted) -> None:
    # Keys go to the frame otherwise, which gets the focus with the dialog.
    app.page.evaluate("document.activeElement.blur()")
    app.page.keyboard.press("Escape")


def _click_on_overlay(app: Hosted) -> None:
    app.page.mouse.click(2, 2)


@pytest.mark.parametrize("leave", [_press_escape, _click_on_overlay])
def test_real_client_is_told_that_its_dialog_is_left(app: Hosted, leave: Callable[[Hosted], None]) -> None:
    name = fresh_name("event")
    app.does("listenFor", name, 1_000)
    dialog, inside = in_modal(app)
    app.does("onClose", name, frame=inside)
    leave(app)
    assert app.does("arrival") == "closing"
    expect(dialog).to_have_count(0)
    assert app.does("closedWith") == {"payload": None}


def test_dialog_that_must_not_be_left_stays(app: Hosted) -> None:
    dialog, inside = in_modal(app, closeOnEscape=False, closeOnOverlayClick=False)
    _click_on_overlay(app)
    _press_escape(app)
    # A browser does not let a page keep a dialog open again and again.
    for _ in range(2):
        app.page.keyboard.press("Escape")
    assert dialog.is_visible()
    end(app, inside, "close")
    assert dialog.count() == 0


def test_dialog_has_the_size_that_the_real_client_asks_for(app: Hosted) -> None:
    def shown(size: object) -> tuple[float, float]:
        dialog, inside = in_modal(app, size=size)
        box = dialog.bounding_box()
        end(app, inside, "close")
        assert box is not None
        return box["width"], box["height"]

    assert [shown(size)[0] for size in ("small", "medium", "large", "xlarge")] == [400, 600, 800, 968]
    assert shown("xlarge") < shown("max") < shown("fullscreen") == (1280, 720)
    assert shown({"width": "320px", "height": "240px"}) == (320, 240)


def test_dialog_shows_the_resource_that_the_real_client_names(app: Hosted) -> None:
    for asked, shown in ((None, "main"), ("main", "main"), ("panel", "panel")):
        _, inside = in_modal(app, resource=asked)
        assert inside.url.endswith(f"/{shown}/index.html")
        end(app, inside, "close")
    assert app.does("openNothing", {"resource": "nowhere"}) == {"error": "Unable to open modal."}


def test_real_client_is_heard_by_its_own_app_alone_unless_it_speaks_to_everybody(app: Hosted) -> None:
    name = fresh_name("event")
    _, inside = in_modal(app)
    beside = frame_of(app.page.locator(_FRAME_BESIDE))
    for frame in (app.frame, inside, beside):
        app.does("listen", name, frame=frame)
    app.does("say", name)
    of_us, of_everybody = ["among us", "to us"], ["publicly", "to everybody"]
    heard = [app.does("hears", frame=frame) for frame in (app.frame, inside, beside)]
    assert heard == [[of_us, of_everybody], [of_us, of_everybody], [of_everybody]]
    end(app, inside, "close")


def test_real_client_ends_the_subscription_that_it_means(app: Hosted) -> None:
    assert app.does("left") == ["third"]


def test_real_client_tells_that_it_is_ready(app: Hosted) -> None:
    assert app.does("readyEvent") == [{"localId": app.does("context")["localId"]}]


def test_every_call_of_the_library_has_a_check_or_is_known_to_be_missing(libraries: Path, app: Hosted) -> None:
    """A new version of the library with another call is noticed here."""
    files = (libraries / FORGE_BRIDGE / "out").rglob("*.js")
    called = {name for file in files for name in re.findall(r"callBridge\)?\('(\w+)'", file.read_text())}
    assert called == CHECKS.keys() | SAME_WITHOUT | NOT_OFFERED
    for name in sorted(NOT_OFFERED):
        answer = app.frame.evaluate("(name) => window.__bridge.callBridge(name).catch((e) => e.message)", name)
        assert answer == f"The bridge has no call named {name}."


def test_app_and_host_report_no_error_and_ask_nobody_else(forge_bundle: str, host: Host) -> None:
    with host(_placed(forge_bundle)) as running:
        running.does("context")
        assert running.said == []
        assert [url for url in running.asked if not url.startswith(running.standin.origins)] == []


def test_real_client_finds_no_bridge_when_the_script_is_not_there(
    forge_bundle: str, chromium: Browser, standin: Standin, session: StorageState
) -> None:
    with chromium.new_context(base_url=standin.site, storage_state=session) as context:
        page = context.new_page()
        page.route(_BUNDLE, script(forge_bundle))
        page.route("**/bridge/bridge.js", lambda route: route.abort())
        with page.expect_event("pageerror") as thrown:
            page.goto(ADMIN_PATH)
        assert "Unable to establish a connection with the Custom UI bridge." in str(thrown.value)
