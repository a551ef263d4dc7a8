"""A Forge app of UI Kit: the host draws it in its own page, so there is no frame to look into."""

from playwright.sync_api import Page

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.scopes import GLANCE_MS, AppScope, LicenceError, comes, shown_in, text_of
from synthetics.config.app import Forge


class UiKitRegion:
    """The part of the host's page that an app of UI Kit has.

    Args:
        page: The page that the app is on.
        forge: The app, with its ready marker.
        title: The heading of the app's part of the page.
    """

    def __init__(self, page: Page, forge: Forge, title: str) -> None:
        self._page = page
        self._title = title
        self._region = page.get_by_role("region", name=title, exact=True).filter(visible=True).first
        self._ready = self._region.locator(forge.ready).first
        self._unlicensed = None if forge.unlicensed is None else self._region.locator(forge.unlicensed).first

    def look(self, left_ms: int) -> AppScope | None:
        """Wait for what the app shows once it is drawn.

        Args:
            left_ms: How long that may take.

        Raises:
            LicenceError: Where it shows what it shows without a licence.
        """
        awaited = self._ready if self._unlicensed is None else self._ready.or_(self._unlicensed).first
        if not comes(awaited, left_ms):
            return None
        if self._unlicensed is not None and self._unlicensed.is_visible():
            raise LicenceError(f"The app says that its licence is not active (“{text_of(self._unlicensed)}”).")
        return self._region

    def seen(self) -> str:
        """What is there instead of the app that can be used."""
        if not comes(self._region, GLANCE_MS):
            return f"there is no part of the page called “{self._title}” (at {bare_url(self._page.url)})"
        return shown_in(self._region, "its part of the page")

    def version(self, scope: AppScope) -> None:
        """Nothing on the page tells the version of such an app.

        Args:
            scope: The app's scope.
        """
