"""What every way in which an app shows up has in common: a scope, a time limit, and telling what is there instead."""

from typing import Literal, Protocol

from playwright.sync_api import Error, FrameLocator, Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from synthetics.errors import SyntheticsError

#: The programme counts an app as not loaded when it was not up within 12 s.
READY_TIMEOUT_MS = 12_000
#: How long one place of several is looked at before the next.
LOOK_MS = 500
#: How long each thing is looked for that the error's text could tell.
GLANCE_MS = 300
_LONGEST_TEXT = 200

#: Where an author looks for things of the app: in its frame, or in a part of the host's own page.
AppScope = FrameLocator | Locator


class AppFrameError(SyntheticsError):
    """The app did not come up in its place on the page; the text says what was seen instead."""


class ConsentNeededError(AppFrameError):
    """The host asks the account to let the app in, and shows no app until then: no fault of the app."""


class LicenceError(AppFrameError):
    """The app did not come up, and the host says that it has no licence on this site."""


class Place(Protocol):
    """Where an app shows up on a page, in one of the ways that there are."""

    def look(self, left_ms: int) -> AppScope | None:
        """Look for the app once.

        Args:
            left_ms: How long that may take at most.

        Returns:
            The app's scope, where the app can be used by now.
        """

    def seen(self) -> str:
        """What is there instead of the app that can be used, as the end of a sentence.

        Raises:
            ConsentNeededError: Where the host asks to let the app in.
            LicenceError: Where the host says that the app has no licence.
        """

    def version(self, scope: AppScope) -> str | None:
        """The version that the app says it is.

        Args:
            scope: What ``look`` gave.
        """


def comes(locator: Locator, timeout_ms: float, state: Literal["attached", "hidden", "visible"] = "visible") -> bool:
    """Whether something gets into a state in its time.

    Args:
        locator: The thing.
        timeout_ms: The time, in ms.
        state: The state.
    """
    try:
        locator.wait_for(state=state, timeout=timeout_ms)
    except PlaywrightTimeoutError:
        return False
    return True


def text_of(locator: Locator) -> str:
    """What something shows, on one line and not too much of it; nothing where it is not there.

    Args:
        locator: The thing.
    """
    try:
        return " ".join(locator.inner_text(timeout=GLANCE_MS).split())[:_LONGEST_TEXT]
    except Error:
        return ""


def shown_in(scope: AppScope, what: str) -> str:
    """What an app shows that cannot be used: its own alert before anything else.

    Args:
        scope: Where it shows it.
        what: What that is called, such as "its frame".
    """
    alert = scope.get_by_role("alert").filter(visible=True).first
    if comes(alert, GLANCE_MS):
        return f"the app says “{text_of(alert)}”"
    text = text_of(scope if isinstance(scope, Locator) else scope.locator("body"))
    return f"{what} shows “{text}”" if text else f"{what} is blank"
