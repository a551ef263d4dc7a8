"""A Connect app: a frame from an origin of the app's own, under words of the host until the two have met."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Locator, Page

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.scopes import GLANCE_MS, LOOK_MS, AppScope, LicenceError, comes, shown_in, text_of
from synthetics.config.app import Connect

CONTAINERS = ".ap-iframe-container"
FRAME = 'iframe.ap-iframe[id^="{addon_key}__{module}"]'
#: What the host says over a frame; gone once the app has answered.
INDICATOR = ".ap-status-indicator"
NOT_RESPONDING = "App is not responding"
RESOLVE_ERROR = ".connect-resolve-error"
_VERSION = 'meta[name="app-version"]'
#: The host gives up on an app 12 s after it mounted it, and an author's time began a little before that.
_NOT_RESPONDING_MS = 2_000


class ConnectFrame:
    """The frame of one of a Connect app's modules.

    Args:
        page: The page that the app is on.
        connect: The app, with its ready marker.
        module: The key of the module; None takes whichever of the app's comes.
        connected: Told where the host has stopped talking over the app, which it does once the app has answered it.
    """

    def __init__(
        self, page: Page, connect: Connect, module: str | None = None, *, connected: Callable[[], None] = lambda: None
    ) -> None:
        self._page = page
        self._connect = connect
        self._connected = connected
        own = FRAME.format(addon_key=connect.addon_key, module="" if module is None else f"{module}__")
        self._containers = page.locator(CONTAINERS).filter(has=page.locator(own), visible=True)
        self._own = own

    def look(self, left_ms: int) -> AppScope | None:
        """Look once at each of the app's frames: the host has stopped talking over it, and the app shows its marker.

        Args:
            left_ms: How long the first may take to come.
        """
        if not comes(self._containers.first, left_ms):
            return None
        for index in range(self._containers.count()):
            container = self._containers.nth(index)
            scope = container.locator(self._own).content_frame
            try:
                if self._is_up(container, min(left_ms, LOOK_MS)) and comes(
                    scope.locator(self._connect.ready).first, min(left_ms, LOOK_MS)
                ):
                    self._connected()
                    return scope
            except Error:  # taken out meanwhile; where the whole page is gone, the next look says so
                return None
        return None

    def _is_up(self, container: Locator, timeout_ms: float) -> bool:
        return comes(container.locator(INDICATOR).filter(visible=True), timeout_ms, "hidden")

    def seen(self) -> str:
        """What is there instead of the app that can be used.

        Raises:
            LicenceError: Where the host says in the frame's address that the app, which needs a licence, has none.
        """
        refusal = self._page.locator(RESOLVE_ERROR).filter(visible=True).first
        if comes(refusal, GLANCE_MS):
            return f"the site could not renew the token in the app's address (“{text_of(refusal)}”)"
        container = self._containers.first
        if not comes(container, GLANCE_MS):
            return f"there is no frame of it on the page (at {bare_url(self._page.url)})"
        indicator = container.locator(INDICATOR).filter(visible=True)
        if comes(indicator, GLANCE_MS):
            comes(indicator.get_by_text(NOT_RESPONDING), _NOT_RESPONDING_MS)
            return f"the site says “{text_of(indicator)}”, so the app has not answered the page"
        self._connected()  # not before: the host may take a moment until it begins to talk
        shown = shown_in(container.locator(self._own).content_frame, "its frame")
        if self._connect.paid and _has_no_licence(container.locator(self._own)):
            raise LicenceError(f"The site says that the app's licence is not active ({shown}).")
        return shown

    def version(self, scope: AppScope) -> str | None:
        """The version that the app's own page says it is, where it does.

        Args:
            scope: The app's scope.
        """
        try:
            return scope.locator(_VERSION).first.get_attribute("content", timeout=GLANCE_MS)
        except Error:
            return None


def _has_no_licence(frame: Locator) -> bool:
    """Whether a frame's address tells the app that it has no licence, which it does in each."""
    try:
        address = frame.get_attribute("src", timeout=GLANCE_MS) or ""
    except Error:
        return False
    return parse_qs(urlsplit(address).query).get("lic") == ["none"]
