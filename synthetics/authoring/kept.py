"""The driver and the browser that a worker keeps from one run to the next."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

#: The attribute of elements that ``get_by_test_id`` looks at, as Playwright has it from the start.
_TEST_ID_ATTRIBUTE = "data-testid"


class Kept:
    """Playwright's driver, started at once, and a browser, started when one is first asked for.

    Nothing of a run stays in them: each run has contexts of its own, with cookies, storage, service workers and a cache
    of their own, and what it leaves open is closed.
    """

    def __init__(self) -> None:
        self.playwright: Playwright = sync_playwright().start()
        self._browser: Browser | None = None
        self._args: Mapping[str, Any] = {}

    def browser(self, launch: Callable[[], Browser], args: Mapping[str, Any]) -> Browser:
        """The browser.

        Args:
            launch: Starts one.
            args: What it is started with; one that was started with anything else is no good.

        Returns:
            The one that is there, or a new one in its place.
        """
        kept = self._browser
        if kept is None or self._args != args or not _answers(kept):
            self._close()
            kept, self._args = launch(), args
            self._browser = kept
        return kept

    def tidy(self) -> None:
        """Close what a run has left open, and take back what it has set."""
        for context in self._browser.contexts if self._browser is not None else ():
            with suppress(Error):
                context.close()
        self.playwright.selectors.set_test_id_attribute(_TEST_ID_ATTRIBUTE)

    def _close(self) -> None:
        if self._browser is not None:
            with suppress(Error):
                self._browser.close()


def _answers(browser: Browser) -> bool:
    """Whether a browser is there: one that died since the last run has told nobody."""
    try:
        browser.new_browser_cdp_session().detach()
    except Error:
        return False
    return True


#: In the stash of the config, where the driver and the browser are kept.
KEPT = pytest.StashKey[Kept]()
