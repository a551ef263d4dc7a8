"""A Forge app of UI Kit: the host draws it in its own page, so there is no frame to look into."""

from playwright.sync_api import Page

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.scopes import GLANCE_MS, AppScope, comes, shown_in
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

    def look(self, left_ms: int) -> AppScope | None:
        """Wait for what the app shows once it is drawn.

        Args:
            left_ms: How long that may take.
        """
        return self._region if comes(self._ready, left_ms) else None

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
