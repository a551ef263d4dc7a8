"""``app_frame()``: one way to an app, however it shows up."""

from collections.abc import Callable

from playwright.sync_api import Page

from synthetics.authoring import scopes
from synthetics.authoring.connect import ConnectFrame
from synthetics.authoring.forge import ForgeFrame
from synthetics.authoring.scopes import AppFrameError, AppScope, Place
from synthetics.authoring.uikit import UiKitRegion
from synthetics.clock import Clock
from synthetics.config.app import App, Framework
from synthetics.errors import CallerError


class AppFrame:
    """What the fixture ``app_frame`` gives: called, it waits for the app and gives its scope.

    Args:
        page: The page that the app is on.
        app: The app: how it shows up, and the marker that it shows once it can be used.
        version_seen: Told the app's version, where the page tells one.
        clock: What the time is measured by.
        connected: Told when the host shows the app, or no longer waits for it; maybe several times.
        ready: Told when the app can be used.
        limit_ms: How long is waited for it; None is the programme's own limit.
    """

    def __init__(  # noqa: PLR0913  each is named where it is called
        self,
        page: Page,
        app: App,
        version_seen: Callable[[str], None],
        clock: Clock,
        *,
        connected: Callable[[], None] = lambda: None,
        ready: Callable[[], None] = lambda: None,
        limit_ms: int | None = None,
    ) -> None:
        self._page = page
        self._app = app
        self._version_seen = version_seen
        self._clock = clock
        self._connected = connected
        self._ready = ready
        self._limit_ms = limit_ms

    def __call__(self, module: str | None = None) -> AppScope:
        """Wait for the app.

        Args:
            module: Which of the app's modules, where several are on the page: for a Connect app its key, for the others
                the heading of its part of the page. A UI Kit app that is not told is looked for by the app's title.

        Returns:
            Where to look for things of the app: ``get_by_role``, ``get_by_label``, ``get_by_text`` and ``locator``. It
            stays good when the host puts the app in anew.

        Raises:
            AppFrameError: Where the app was not ready in its time, with what was seen instead.
            ConsentNeededError: Where the host asks the account to let the app in.
            LicenceError: Where it was not ready, and the host says that it has no licence.
            CallerError: Where the journey is about no app.
        """
        place = self._place(module)
        limit_ms = scopes.READY_TIMEOUT_MS if self._limit_ms is None else self._limit_ms
        until_ms = self._clock.monotonic_ms() + limit_ms
        while (left_ms := until_ms - self._clock.monotonic_ms()) > 0:
            scope = place.look(left_ms)
            if scope is not None:
                self._ready()
                version = place.version(scope)
                if version is not None:
                    self._version_seen(version)
                return scope
        what = f"{self._app.title} was not ready within {limit_ms / 1000:g} s"
        raise AppFrameError(f"{what}: {place.seen()}.")

    def _place(self, module: str | None) -> Place:
        app = self._app
        if app.framework is Framework.UIKIT and app.forge is not None:
            return UiKitRegion(self._page, app.forge, module or app.title)
        if app.forge is not None:
            return ForgeFrame(self._page, app.forge, module, connected=self._connected)
        if app.connect is not None:
            return ConnectFrame(self._page, app.connect, module, connected=self._connected)
        raise CallerError(
            f"journeys/{app.name}/app.toml has neither [forge] nor [connect], so there is no app to wait for."
        )
