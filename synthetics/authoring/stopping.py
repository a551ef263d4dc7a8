"""What was being done when an error was raised: by its class and the code that it came through, never by its text."""

from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

import httpx
import playwright.sync_api

from synthetics import errors
from synthetics.authoring import app_frame, signin
from synthetics.authoring.arriving import SignedOutError
from synthetics.authoring.hosts.site import SiteError
from synthetics.authoring.scopes import AppFrameError, ConsentNeededError
from synthetics.authoring.signin import SignInError
from synthetics.authoring.site_data import SiteDataError
from synthetics.errors import SyntheticsError
from synthetics.record import StoppedIn

#: The first that fits: a class stands before those that it is made of.
_BY_CLASS: tuple[tuple[type[BaseException], StoppedIn], ...] = (
    (SignInError, StoppedIn.SIGN_IN),
    (ConsentNeededError, StoppedIn.CONSENT),
    (AppFrameError, StoppedIn.APP_FRAME),
    (SiteError, StoppedIn.NAVIGATE),
    (SignedOutError, StoppedIn.NAVIGATE),
    (SiteDataError, StoppedIn.REST),
    (httpx.HTTPError, StoppedIn.REST),
    (AssertionError, StoppedIn.ASSERT),
)
#: What is told by the way that it came: a call of Playwright's that went wrong, or was broken into.
_BY_WAY = (playwright.sync_api.Error, KeyboardInterrupt, SystemExit)

_PLAYWRIGHT = str(Path(playwright.sync_api.__file__).parent)
_HTTPX = str(Path(httpx.__file__).parent)
_NAVIGATING = frozenset({"goto", "reload", "go_back", "go_forward", "wait_for_url", "wait_for_load_state"})
_EXPECTING = ("to_", "not_to_")


def stopped_in(error: BaseException) -> StoppedIn:
    """Say what was being done when an error was raised.

    Args:
        error: As it was raised, with the way that it came.
    """
    for kind, place in _BY_CLASS:
        if isinstance(error, kind):
            return place
    if isinstance(error, SyntheticsError) and type(error).__module__ == errors.__name__:
        return StoppedIn.OWN
    if not isinstance(error, _BY_WAY):
        return StoppedIn.OTHER
    return next(_places(error.__traceback__), _nowhere(error))


def in_a_call_of_playwright(error: BaseException) -> bool:
    """Say whether an error came out of one of Playwright's calls: while these last, the browser is listened to.

    Args:
        error: As it was raised, with the way that it came.
    """
    frames = (frame for frame, _line in walk_tb(error.__traceback__))
    return any(frame.f_code.co_filename.startswith(_PLAYWRIGHT) for frame in frames)


def _places(traceback: TracebackType | None) -> Iterator[StoppedIn]:
    """What is being done by each code that an error came through, from the outside: the first says it best."""
    while traceback is not None:
        place = _place(traceback.tb_frame.f_code.co_filename, traceback.tb_frame.f_code.co_name)
        if place is not None:
            yield place
        traceback = traceback.tb_next


def _place(file: str, function: str) -> StoppedIn | None:
    if file == signin.__file__:
        return StoppedIn.SIGN_IN
    if file == app_frame.__file__:
        return StoppedIn.APP_FRAME
    if file.startswith(_HTTPX):
        return StoppedIn.REST
    if not file.startswith(_PLAYWRIGHT):
        return None
    if function in _NAVIGATING:
        return StoppedIn.NAVIGATE
    return StoppedIn.ASSERT if function.startswith(_EXPECTING) else StoppedIn.ACTION


def _nowhere(error: BaseException) -> StoppedIn:
    """Where the way does not tell."""
    return StoppedIn.ACTION if isinstance(error, playwright.sync_api.Error) else StoppedIn.OTHER
