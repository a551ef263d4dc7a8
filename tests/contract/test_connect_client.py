"""An app with the real ``atlassian-connect-js``, in the stand-in's pages for Connect apps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error

from tests.contract.connect_checks import CHECKS, FRAME, handshake
from tests.contract.hosted import Host, Hosted, Placed
from tests.contract.libraries import APPS

_PAGE = "/plugins/servlet/ac/com.rixter.team-radar/radar-page?project.key=SYN"
# Long enough for an answer from the same machine; one that never comes costs it each time.
_BRIEF_MS = 200
_FIVE_SECONDS_ARE_BRIEF = f"""
    const wait = window.setTimeout;
    window.setTimeout = (act, ms, ...args) => wait(act, ms === 5000 ? {_BRIEF_MS} : ms, ...args);
"""


def _placed(client: str, *, path: str = _PAGE, script: str = "page", **more: tuple[str, ...]) -> Placed:
    app = (APPS / "connect_app.js").read_text(encoding="utf-8")
    files = {f"**/static/{script}.js": app, "**/atlassian-connect/all.js": client}
    return Placed(files=files, path=path, frame=FRAME, **more)


@pytest.fixture(scope="module")
def app(connect_client: str, host: Host) -> Iterator[Hosted]:
    """The app in a host that nothing was done to."""
    with host(_placed(connect_client)) as running:
        yield running


@pytest.fixture(scope="module")
def robbed(connect_client: str, host: Host) -> Iterator[Hosted]:
    """The app in a host from which calls can be taken away."""
    with host(_placed(connect_client, withheld=())) as running:
        yield running


def test_real_client_is_greeted(app: Hosted) -> None:
    handshake(app)


def test_check_fails_when_the_host_does_not_greet(connect_client: str, host: Host) -> None:
    """The client complains after five seconds, which pass faster here."""
    placed = _placed(connect_client, withheld=("init",), before=(_FIVE_SECONDS_ARE_BRIEF,))
    with host(placed) as running:
        running.patience_ms = 2 * _BRIEF_MS
        with pytest.raises(Error, match=r"The host has not answered: user\.getLocale"):
            handshake(running)
        assert running.page.locator(".ap-status-indicator").inner_text() == "Loading app..."
        assert running.said == ["Initialization message not received"]


@pytest.mark.parametrize("method", CHECKS)
def test_real_client_gets_what_it_expects_of(method: str, app: Hosted) -> None:
    CHECKS[method](app)


@pytest.mark.parametrize("method", CHECKS)
def test_check_fails_when_the_host_lacks(method: str, robbed: Hosted) -> None:
    robbed.patience_ms = _BRIEF_MS
    with robbed.without(method), pytest.raises((AssertionError, Error)):
        CHECKS[method](robbed)
    robbed.patience_ms = Hosted.patience_ms
    # It was that method and nothing else.
    CHECKS[method](robbed)


def test_real_client_in_an_issue_panel_is_told_of_its_issue(connect_client: str, host: Host) -> None:
    placed = _placed(connect_client, path="/browse/SYN-1", script="panel")
    with host(placed) as running:
        assert running.asks("context")["jira"]["issue"]["key"] == "SYN-1"
        with running.page.expect_navigation():
            running.frame.evaluate("() => { AP.jira.refreshIssuePage(); }")


def test_app_and_host_report_no_error_and_ask_nobody_else(connect_client: str, host: Host) -> None:
    with host(_placed(connect_client)) as running:
        assert running.asks("location") == running.page.url
        assert running.said == []
        assert [url for url in running.asked if not url.startswith(running.standin.origins)] == []
