"""An app bundled with the real ``@forge/bridge``, in the stand-in's page for Forge apps."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, StorageState

from tests.contract.forge_checks import CHECKS, NOT_OFFERED, SAME_WITHOUT, end, in_modal
from tests.contract.hosted import Host, Hosted, Placed, fresh_name, script
from tests.contract.libraries import FORGE_BRIDGE
from tests.standin.started import ADMIN_PATH, Standin

_BUNDLE = "**/main/app.js"
_FRAME = "[data-testid=hosted-resources-iframe-container] > iframe[data-testid=hosted-resources-iframe]"


def _placed(bundle: str, **more: tuple[str, ...]) -> Placed:
    return Placed(files={_BUNDLE: bundle}, path=ADMIN_PATH, frame=_FRAME, **more)


@pytest.fixture(scope="module")
def app(forge_bundle: str, host: Host) -> Iterator[Hosted]:
    """The app in a host that nothing was done to."""
    with host(_placed(forge_bundle)) as running:
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
