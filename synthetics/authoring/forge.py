"""A Forge app in a frame of its own (Custom UI)."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.scopes import GLANCE_MS, LOOK_MS, AppScope, ConsentNeededError, LicenceError, comes, shown_in
from synthetics.config.app import Forge

FRAMES = '[data-testid="hosted-resources-iframe-container"] > iframe[data-testid="hosted-resources-iframe"]'
CONSENT = "Allow access"
#: What the host tells the app itself, asked over the same bridge. Only a paid app is told of a licence at all. Whatever
#: it says is an answer, so that it is asked once; an exception would be taken for the app's own.
_LICENCE = """async () => {
  try {
    const context = await window.__bridge.callBridge("getContext");
    return context.license?.active === false ? "over" : "not over";
  } catch {
    return "nobody says";
  }
}"""
_LICENCE_MS = 1_000


class ForgeFrame:
    """The frame of a Forge app, among those of others.

    Several frames of apps may be on one page, and a frame is put in anew whenever its context changes: the one that is
    taken is visible and shows the app's ready marker.

    Args:
        page: The page that the app is on.
        forge: Where the app is found, and its ready marker.
        title: The heading of its part of the page, where it shows up in several; None looks on the whole page.
        connected: Told where the host shows the app's frame, which it does once the app has answered it.
    """

    def __init__(
        self, page: Page, forge: Forge, title: str | None = None, *, connected: Callable[[], None] = lambda: None
    ) -> None:
        self._page = page
        self._forge = forge
        self._connected = connected
        part = page if title is None else page.get_by_role("region", name=title, exact=True)
        self._all = part.locator(FRAMES)
        self._visible = self._all.filter(visible=True)

    def look(self, left_ms: int) -> AppScope | None:
        """Look once at each visible frame. Each question has a time-out of its own, and there is no other waiting.

        Args:
            left_ms: How long the first may take to come.
        """
        if not comes(self._visible.first, left_ms):
            return None
        for index in range(self._visible.count()):
            scope = self._visible.nth(index).content_frame
            try:
                if comes(scope.locator(self._forge.ready).first, min(left_ms, LOOK_MS)):
                    return scope
            except Error:  # taken out meanwhile; where the whole page is gone, the next look says so
                return None
        return None

    def seen(self) -> str:
        """What is there instead of the app that can be used.

        Raises:
            ConsentNeededError: Where the host asks to let the app in.
            LicenceError: Where the host says that the app has no licence.
        """
        if comes(self._page.get_by_role("button", name=CONSENT).first, GLANCE_MS):
            raise ConsentNeededError(
                f"The site asks the account to let the app in (“{CONSENT}”), at {bare_url(self._page.url)}.\n"
                "  Sign in as this account, open that page, and allow it: the app is not shown before."
            )
        if comes(self._visible.first, GLANCE_MS):
            likeliest = self._likeliest()
            shown = shown_in(likeliest.content_frame, "its frame")
            if _has_no_licence(likeliest):
                raise LicenceError(f"The site says that the app's licence is not active ({shown}).")
            return shown
        if comes(self._all.first, GLANCE_MS, "attached"):
            return "its frame is on the page and hidden, so the app has not answered the page yet"
        return f"there is no frame of an app on the page (at {bare_url(self._page.url)})"

    def _likeliest(self) -> Locator:
        """Of several visible frames the one whose address is the app's, else the first."""
        own = self._visible.and_(self._page.locator(f'iframe[src*="/{self._forge.app}/"]'))
        if not own.count():
            return self._visible.first
        self._connected()
        return own.first

    def version(self, scope: AppScope) -> str | None:  # noqa: ARG002  a frame's scope does not tell its address
        """The version that the frame's address tells: ``/{app}/{environment}/{version}/`` is in every one.

        Args:
            scope: The app's scope.
        """
        for frame in self._page.frames:
            address = urlsplit(frame.url).path
            _before, found, rest = address.partition(f"/{self._forge.app}/{self._forge.environment}/")
            if found:
                return rest.partition("/")[0] or None
        return None


def _has_no_licence(frame: Locator) -> bool:
    """Whether the host says so to the app in a frame; a page that does not answer in its time says nothing."""
    try:
        inside = frame.element_handle(timeout=GLANCE_MS).content_frame()
        return inside is not None and inside.wait_for_function(_LICENCE, timeout=_LICENCE_MS).json_value() == "over"
    except Error:
        return False
