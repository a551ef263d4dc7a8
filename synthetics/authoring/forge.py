"""An app's part of a page: the frame of a Forge app, once the app in it can be used."""

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Error, FrameLocator, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from synthetics.authoring.observing import bare_url
from synthetics.clock import Clock
from synthetics.config.models import App, Forge
from synthetics.errors import CallerError, SyntheticsError

#: The programme counts an app as not loaded when it was not up within 12 s.
READY_TIMEOUT_MS = 12_000
#: How long one frame of several is looked at before the next.
_LOOK_MS = 500
#: How long each thing is looked for that the error's text could tell.
_GLANCE_MS = 300

FRAMES = '[data-testid="hosted-resources-iframe-container"] > iframe[data-testid="hosted-resources-iframe"]'
CONSENT = "Allow access"

#: Where an author looks for things of the app: in its frame, or in a part of the host's own page.
AppScope = FrameLocator | Locator


class AppFrameError(SyntheticsError):
    """The app did not come up in its place on the page; the text says what was seen instead."""


class AppFrame:
    """What the fixture ``app_frame`` gives: called, it waits for the app and gives its scope.

    Args:
        page: The page that the app is on.
        app: The app, with the marker that it shows once it can be used.
        version_seen: Told the app's version, where the frame's address holds one.
        clock: What the time is measured by.
    """

    def __init__(self, page: Page, app: App, version_seen: Callable[[str], None], clock: Clock) -> None:
        self._page = page
        self._app = app
        self._version_seen = version_seen
        self._clock = clock

    def __call__(self) -> AppScope:
        """Wait for the app.

        Several frames of apps may be on one page, and a frame is put in anew whenever its context changes: the one
        that is taken is visible and shows the app's ready marker.

        Returns:
            Where to look for things of the app; it stays good when the frame is put in anew.

        Raises:
            AppFrameError: Where no frame was ready within 12 s, with what was seen instead.
            CallerError: Where the journey's app is no Forge app.
        """
        forge = self._app.forge
        if forge is None:
            raise CallerError(f"journeys/{self._app.name}/app.toml has no [forge], so there is no frame to wait for.")
        frames = self._page.locator(FRAMES).filter(visible=True)
        until_ms = self._clock.monotonic_ms() + READY_TIMEOUT_MS
        while (left_ms := until_ms - self._clock.monotonic_ms()) > 0:
            scope = self._ready_one(frames, forge, left_ms)
            if scope is not None:
                version = _version(self._page, forge)
                if version is not None:
                    self._version_seen(version)
                return scope
        raise AppFrameError(
            f"{self._app.title} was not ready within {READY_TIMEOUT_MS / 1000:g} s: {self._seen(frames)}."
        )

    def _ready_one(self, frames: Locator, forge: Forge, left_ms: int) -> FrameLocator | None:
        """Look once at each visible frame. Each question has a time-out of its own, and there is no other waiting."""
        if not _comes(frames.first, left_ms):
            return None
        for index in range(frames.count()):
            scope = frames.nth(index).content_frame
            try:
                if _comes(scope.locator(forge.ready).first, min(left_ms, _LOOK_MS)):
                    return scope
            except Error:  # taken out meanwhile; where the whole page is gone, the next look says so
                return None
        return None

    def _seen(self, frames: Locator) -> str:
        """What is on the page instead, for the error's text."""
        page = self._page
        if _comes(page.get_by_role("button", name=CONSENT).first, _GLANCE_MS):
            return f"the page asks to let the app in (“{CONSENT}”)"
        if _comes(frames.first, _GLANCE_MS):
            return self._seen_inside(frames.first.content_frame)
        if _comes(page.locator(FRAMES).first, _GLANCE_MS, "attached"):
            return "its frame is on the page and hidden, so the app has not answered the page yet"
        return f"there is no frame of an app on the page (at {bare_url(page.url)})"

    def _seen_inside(self, inside: FrameLocator) -> str:
        alert = inside.get_by_role("alert").filter(visible=True).first
        if _comes(alert, _GLANCE_MS):
            return f"the app says “{_text(alert)}”"
        text = _text(inside.locator("body"))
        return f"its frame shows “{text}”" if text else "its frame is blank"


def _comes(locator: Locator, timeout_ms: float, state: Literal["attached", "visible"] = "visible") -> bool:
    """Whether something comes within its time."""
    try:
        locator.wait_for(state=state, timeout=timeout_ms)
    except PlaywrightTimeoutError:
        return False
    return True


def _text(locator: Locator) -> str:
    try:
        return " ".join((locator.inner_text(timeout=_GLANCE_MS)).split())[:200]
    except Error:
        return ""


def _version(page: Page, forge: Forge) -> str | None:
    """The version that a frame's address tells: ``/{app}/{environment}/{version}/`` is in the address of every one."""
    for frame in page.frames:
        _before, found, rest = urlsplit(frame.url).path.partition(f"/{forge.app}/{forge.environment}/")
        if found:
            return rest.partition("/")[0] or None
    return None
