"""What the browser's pages say while a journey walks through them, kept as plain data."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

from synthetics.record import FailedRequest, well_formed

MOST_KEPT = 50
LONGEST_TEXT = 1_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in what was observed."""

    console: int
    requests: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was observed since a moment, the oldest first."""

    console_errors: tuple[str, ...]
    failed_requests: tuple[FailedRequest, ...]


class _Latest(Generic[_T]):
    """The latest of many things, and how many there were in all."""

    def __init__(self) -> None:
        self._kept: deque[_T] = deque(maxlen=MOST_KEPT)
        self.count = 0

    def add(self, thing: _T) -> None:
        """Keep one more."""
        self._kept.append(thing)
        self.count += 1

    def since(self, count: int) -> tuple[_T, ...]:
        """Those that came after so many others, the last of them where they are many."""
        new = min(self.count - count, len(self._kept))
        return tuple(self._kept)[len(self._kept) - new :]


class Observer:
    """Listens to every context of one run.

    A listener that raises would fail the journey's next call of Playwright, under that call's name: so each swallows
    what goes wrong in it, and counts it.

    Args:
        on_request: Told the address of each request.
        on_crash: Told when a page's process dies.
    """

    def __init__(self, on_request: Callable[[str], None], on_crash: Callable[[], None]) -> None:
        self._on_request = on_request
        self._on_crash = on_crash
        self._console = _Latest[str]()
        self._failed = _Latest[FailedRequest]()
        self._answered_badly: set[Request] = set()
        self._pages: list[Page] = []
        self.swallowed = 0

    def watch(self, context: BrowserContext) -> None:
        """Listen to a context from now on."""
        context.on("page", self.quiet(self._page_opened))
        context.on("request", self.quiet(lambda request: self._on_request(request.url)))
        context.on("response", self.quiet(self._answered))
        context.on("requestfailed", self.quiet(self._unanswered))
        context.on("console", self.quiet(self._console_spoke))
        context.on("weberror", self.quiet(self._script_failed))
        for page in context.pages:
            self._page_opened(page)

    def mark(self) -> Mark:
        """Now, for a later ``since``."""
        return Mark(self._console.count, self._failed.count)

    def since(self, mark: Mark) -> Seen:
        """What was observed since then, the last of it where it is much."""
        return Seen(self._console.since(mark.console), self._failed.since(mark.requests))

    @property
    def page(self) -> Page | None:
        """The page that was opened last and is still open; asks the browser nothing."""
        return next((page for page in reversed(self._pages) if not page.is_closed()), None)

    def quiet(self, handler: Callable[[Any], None]) -> Callable[[Any], None]:
        """Make a listener of a handler: one that never raises."""

        def listener(argument: Any) -> None:
            try:
                handler(argument)
            except Exception:  # noqa: BLE001  see the class
                self.swallowed += 1

        return listener

    def _page_opened(self, page: Page) -> None:
        self._pages.append(page)
        page.on("crash", self.quiet(lambda _page: self._on_crash()))

    def _answered(self, response: Response) -> None:
        if response.status >= 400:  # noqa: PLR2004  where HTTP's errors begin
            request = response.request
            self._answered_badly.add(request)
            self._failed.add(FailedRequest(method=request.method, url=bare_url(request.url), status=response.status))

    def _unanswered(self, request: Request) -> None:
        # A script that was answered with 404 is told a second time, as net::ERR_ABORTED: that is no transport's fault.
        if request not in self._answered_badly:
            failure = request.failure or "failed"
            self._failed.add(FailedRequest(method=request.method, url=bare_url(request.url), failure=failure))

    def _console_spoke(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._console.add(_kept(message.text))

    def _script_failed(self, error: WebError) -> None:
        self._console.add(_kept(str(error.error)))


def _kept(text: str) -> str:
    """What is kept of what a script said: not too much, and nothing that no file can hold."""
    return well_formed(text[:LONGEST_TEXT])


def bare_url(url: str) -> str:
    """An address without what may be secret in it: the values of its query, its fragment, a user's name and password.

    Args:
        url: As the browser has it.

    Returns:
        The address with the names of its query kept; the scheme alone of one that holds its content.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return f"{parts.scheme}:" if parts.scheme in {"data", "blob", "javascript"} else url
    names = "&".join(f"{name}=" for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, names, ""))
