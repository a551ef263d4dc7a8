"""What the browser's pages say while a journey walks through them: Playwright's listeners, and plain values of them.

Nothing here asks the browser for anything: a listener reads only what came with its event, since whoever asks from
inside a listener waits for an answer that may never come.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Frame, Page, Request, Response, WebError

from synthetics.authoring.addresses import bare_url, origin_and_path, with_bare_urls
from synthetics.authoring.calling import REST
from synthetics.authoring.keeping import Latest
from synthetics.authoring.noting import Exchange, FrameNote
from synthetics.authoring.owners import Owners
from synthetics.authoring.traffic import LONGEST_TEXT as LONGEST_MESSAGE
from synthetics.authoring.traffic import Traffic
from synthetics.clock import Clock
from synthetics.evidence import TrafficSeen
from synthetics.record import FailedRequest, well_formed

MOST_KEPT = 50
LONGEST_TEXT = 1_000

_REFUSED = 400
_ERROR_PAGE = "chrome-error:"
_LAST_WORD = re.compile(r"(?<!\S)\S*\Z")


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


class Observer:
    """Listens to every context of one run, until it is frozen.

    A listener that raises would fail the journey's next call of Playwright, under that call's name: so each swallows
    what goes wrong in it, and counts it.

    Args:
        clock: The time of what has none of its own.
        on_request: Told the address of each request.
        on_crash: Told when a page's process dies.
        on_notable: Told when something was seen that should be known at once.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        on_request: Callable[[str], None] = lambda _url: None,
        on_crash: Callable[[], None] = lambda: None,
        on_notable: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        #: What the wall clock goes before the monotonic one: the browser's own times are the wall's.
        self._wall_ahead_ms = clock.wall_ms() - clock.monotonic_ms()
        self._on_request = on_request
        self._on_crash = on_crash
        self._on_notable = on_notable
        self._console = Latest[str](MOST_KEPT)
        self._failed = Latest[FailedRequest](MOST_KEPT)
        self._pages: list[Page] = []
        self._frames: dict[Frame, FrameNote] = {}
        self._page_asked = ""
        self._frozen_ms: int | None = None
        self._last_told: tuple[int, TrafficSeen] | None = None
        self._secrets: tuple[str, ...] = ()
        self._traffic = Traffic(Owners())
        self.swallowed = 0

    def about(self, owners: Owners, secrets: tuple[str, ...] = ()) -> None:
        """Say whose site and app the pages are of.

        Args:
            owners: Tells whose an origin is, from now on and of what was seen before.
            secrets: What is taken out of the texts of pages before they are cut.
        """
        self._traffic.owners = owners
        self._secrets = secrets

    def watch(self, context: BrowserContext) -> None:
        """Listen to a context from now on."""
        context.on("page", self.quiet(self._page_opened))
        context.on("request", self.quiet(self._asked))
        context.on("response", self.quiet(self._answered))
        context.on("requestfinished", self.quiet(self._finished))
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
    def changes(self) -> int:
        """Grows whenever there is more to tell."""
        return self._traffic.changes

    def traffic(self) -> TrafficSeen:
        """All that the pages were seen to do, as it is now or was when it was frozen."""
        if self._frozen_ms is None:
            return self._traffic.seen(self._clock.monotonic_ms())
        if self._last_told is None or self._last_told[0] != self._traffic.changes:
            self._last_told = self._traffic.changes, self._traffic.seen(self._frozen_ms)
        return self._last_told[1]

    def catch_up(self) -> None:
        """Take in what the browser has said already: a journey that computes, or calls REST, hears nothing meanwhile.

        Playwright's listeners run only while one of its calls lasts, and this one asks the driver alone: a page that
        never comes back is not waited for.
        """
        page = self.page
        if page is not None and self._frozen_ms is None:
            with suppress(Error):
                page.wait_for_timeout(0)

    def freeze(self) -> None:
        """Nothing that pages do from now on is the journey's: they are about to be closed, or are gone."""
        if self._frozen_ms is None:
            self._frozen_ms = self._clock.monotonic_ms()

    def signs_in_at(self, url: str) -> None:
        """The form for signing in was seen at an address."""
        self._traffic.owners.signs_in_at(url)

    def app_connected(self) -> None:
        """The host no longer waits for the app."""
        self._traffic.app_connected(self._clock.monotonic_ms())

    def app_ready(self) -> None:
        """The app was seen to be ready."""
        self._traffic.app_ready(self._clock.monotonic_ms())

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

    # Pages and frames.

    def _page_opened(self, page: Page) -> None:
        self._pages = [each for each in self._pages if not each.is_closed()]
        self._pages.append(page)
        page.on("crash", self.quiet(lambda _page: self._on_crash()))
        page.on("frameattached", self.quiet(self._attached))
        page.on("framenavigated", self.quiet(self._went))
        page.on("framedetached", self.quiet(self._detached))

    def _attached(self, frame: Frame) -> None:
        self._note(frame)

    def _note(self, frame: Frame | None) -> FrameNote | None:
        """What is known of a frame, from its first sight on; None for a page's own, or once all is frozen."""
        parent = None if frame is None else frame.parent_frame
        if frame is None or parent is None:
            return None
        note = self._frames.get(frame)
        if note is None and self._frozen_ms is None:
            around = self._note(parent)
            note = self._frames[frame] = FrameNote(self._clock.monotonic_ms(), around, frame.name, frame.url)
            self._traffic.attached(note)
        return note

    def _went(self, frame: Frame) -> None:
        if self._frozen_ms is not None:
            return
        note = self._note(frame)
        refused = frame.url.startswith(_ERROR_PAGE)
        if note is None:
            # The error page has no address of its own: that which was asked for says more.
            url = self._page_asked if refused and self._page_asked else frame.url
            self._traffic.page_went(url, self._clock.monotonic_ms())
            return
        note.name, note.url, note.refused = frame.name, frame.url, refused
        self._traffic.changes += 1
        if refused:
            self._on_notable()

    def _detached(self, frame: Frame) -> None:
        note = self._frames.pop(frame, None)
        if note is not None and self._frozen_ms is None:
            note.detached_ms = self._clock.monotonic_ms()
            self._traffic.changes += 1

    # Requests.

    def _asked(self, request: Request) -> None:
        url = request.url
        self._on_request(url)
        origin, path = origin_and_path(url)
        if self._frozen_ms is not None or not origin:
            return
        frame = _frame_of(request)
        note = self._note(frame)
        is_navigation = request.is_navigation_request()
        now_ms = self._clock.monotonic_ms()
        method = request.method
        exchange = Exchange(origin, path, method, request.resource_type, is_navigation, note, now_ms)
        if is_navigation and note is not None:
            note.asked_url = url
        elif is_navigation:
            self._page_asked = url
            before = request.redirected_from
            self._traffic.owners.page_asks(url, redirected_by=None if before is None else before.url)
        elif note is None and method == "POST" and origin == self._traffic.owners.site and "/gateway/" in path:
            self._traffic.page_posts(path, request.post_data, now_ms)
        self._traffic.begins(request, exchange)

    def _answered(self, response: Response) -> None:
        status = response.status
        request = response.request
        exchange = self._traffic.find(request)
        if exchange is not None and self._frozen_ms is None:
            exchange.status = status
        if status < _REFUSED:
            return
        self._failed.add(FailedRequest(method=request.method, url=bare_url(request.url), status=status))
        if exchange is not None and self._frozen_ms is None:
            exchange.retry_after_s = self._retry_after_s(response.headers.get("retry-after"))
            self._traffic.refused(exchange)
            self._time(exchange, request)
            self._on_notable()

    def _finished(self, request: Request) -> None:
        exchange = self._traffic.find(request)
        if exchange is not None and self._frozen_ms is None:
            self._time(exchange, request)
            self._traffic.ends(request)

    def _unanswered(self, request: Request) -> None:
        # A script that was answered with 404 is told a second time, as net::ERR_ABORTED: that is no transport's fault.
        answer = request.existing_response
        failure = request.failure or "failed"
        if answer is None or answer.status < _REFUSED:
            self._failed.add(FailedRequest(method=request.method, url=bare_url(request.url), failure=failure))
        exchange = self._traffic.find(request)
        if exchange is not None and self._frozen_ms is None:
            exchange.failure = exchange.failure if exchange.is_refused else failure
            self._time(exchange, request)
            if self._traffic.ends(request):
                self._on_notable()

    def _time(self, exchange: Exchange, request: Request) -> None:
        """Take a request's times: the browser's own where it has them, since listeners run late, and together."""
        timing = request.timing
        if timing["startTime"] > 0:
            exchange.started_ms = round(timing["startTime"]) - self._wall_ahead_ms
        if timing["responseEnd"] > 0 and timing["startTime"] > 0:
            exchange.duration_ms = round(timing["responseEnd"])
        else:
            exchange.duration_ms = max(0, self._clock.monotonic_ms() - exchange.started_ms)

    def _retry_after_s(self, said: str | None) -> float | None:
        """How long an answer asks to stay away: it says so in seconds, or names the moment."""
        if said is None:
            return None
        with suppress(ValueError):
            return max(0.0, float(said))
        with suppress(ValueError):
            return max(0.0, parsedate_to_datetime(said).timestamp() - self._clock.wall_ms() / 1000)
        return None

    # What the journey asks without a page; clean-up too, when its pages are gone.

    def call_begins(self, method: str, url: str) -> Exchange:
        """The journey calls something by itself.

        Args:
            method: The HTTP method.
            url: The whole address.

        Returns:
            The call, for one of the next two.
        """
        origin, path = origin_and_path(url)
        call = Exchange(
            origin, path, method, REST, is_navigation=False, frame=None, started_ms=self._clock.monotonic_ms()
        )
        self._traffic.begins(call, call)
        return call

    def call_answered(self, call: Exchange, status: int, retry_after: str | None) -> None:
        """A call has its whole answer."""
        call.status = status
        call.duration_ms = self._clock.monotonic_ms() - call.started_ms
        if call.is_refused:
            call.retry_after_s = self._retry_after_s(retry_after)
            self._traffic.refused(call)
        self._traffic.ends(call)

    def call_failed(self, call: Exchange, failure: str) -> None:
        """A call has no answer; ``failure`` says why in the browser's words."""
        call.failure = failure
        call.duration_ms = self._clock.monotonic_ms() - call.started_ms
        if self._traffic.ends(call):
            self._on_notable()

    # Messages.

    def _console_spoke(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        text = message.text
        self._console.add(_kept(text))
        if self._frozen_ms is None:
            at_ms = round(message.timestamp) - self._wall_ahead_ms
            self._traffic.says("console", self._short(text), message.location["url"], at_ms)

    def _script_failed(self, error: WebError) -> None:
        text = str(error.error)
        self._console.add(_kept(text))
        if self._frozen_ms is None:
            at_ms = self._clock.monotonic_ms()
            self._traffic.says("exception", self._short(text), error.location["url"], at_ms)
            self._on_notable()

    def _short(self, text: str) -> str:
        """The beginning of a text; a secret, or a word, that lies on the cut goes whole."""
        for secret in self._secrets:
            text = text.replace(secret, "[redacted]")
        text = with_bare_urls(text)
        if len(text) <= LONGEST_MESSAGE:
            return text
        return _LAST_WORD.sub("...", text[: LONGEST_MESSAGE - 3])


def _frame_of(request: Request) -> Frame | None:
    """The frame that asks; None where there is none, as for a service worker or a page that is only being made."""
    try:
        return request.frame
    except Error:
        return None


def _kept(text: str) -> str:
    """What is kept of what a script said: not too much, and nothing that no file can hold."""
    return well_formed(with_bare_urls(text)[:LONGEST_TEXT])
