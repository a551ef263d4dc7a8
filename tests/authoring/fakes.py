"""Playwright's objects as far as listeners and pictures go, and a clock that is held in the hand."""

import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from playwright.sync_api import BrowserContext


class HandClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now_ms = 1_000

    def passes(self, ms: int) -> None:
        self.now_ms += ms

    def monotonic_ms(self) -> int:
        return self.now_ms

    def wall_ms(self) -> int:
        return self.now_ms

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        return wakeup.is_set()


class _Speaker:
    """Something that listeners are put on."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[Any], None]]] = defaultdict(list)

    def on(self, event: str, listener: Callable[[Any], None]) -> None:
        self._listeners[event].append(listener)

    def tell(self, event: str, argument: object) -> None:
        for listener in self._listeners[event]:
            listener(argument)


class FakePage(_Speaker):
    """A page that is open, at an address with something secret in it."""

    url = "https://site.example/page?q=secret"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.on_screenshot: Callable[[], None] = lambda: None
        self.on_waiting: Callable[[], None] = lambda: None

    def is_closed(self) -> bool:
        return False

    def wait_for_timeout(self, timeout: float) -> None:
        assert timeout == 0
        self.on_waiting()

    def screenshot(self, *, path: Path, timeout: float) -> None:
        self.asked.append("screenshot")
        self.on_screenshot()
        path.write_bytes(b"a picture")

    def hears(self, event: str, argument: object) -> None:
        self.tell(event, argument)


class FakeContext(_Speaker):
    """A context with one page."""

    def __init__(self, page: FakePage) -> None:
        super().__init__()
        self.page = page
        self.pages = [page]

    def as_context(self) -> BrowserContext:
        return cast("BrowserContext", self)

    def hears(self, event: str, **values: object) -> None:
        self.tell(event, SimpleNamespace(**values))

    def says(self, text: str, *, kind: str = "error", url: str = "", at_ms: float = 0) -> None:
        self.hears("console", type=kind, text=text, location={"url": url}, timestamp=at_ms)

    def breaks(self, error: Exception, *, url: str = "") -> None:
        self.hears("weberror", error=error, location={"url": url})

    def requests(self, url: str, **values: Any) -> "FakeRequest":
        request = FakeRequest(url, **values)
        self.tell("request", request)
        return request

    def answer(self, request: "FakeRequest", status: int = 200, *, ends: bool = True, **headers: str) -> None:
        request.existing_response = SimpleNamespace(status=status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.hears("response", status=status, request=request, headers=named)
        if ends:
            self.tell("requestfinished", request)

    def fail(self, request: "FakeRequest", failure: str) -> None:
        request.failure = failure
        self.tell("requestfailed", request)

    def fails(self, method: str, url: str, failure: str) -> None:
        self.fail(self.requests(url, method=method), failure)

    def answers(self, method: str, url: str, status: int, *, then_fails: bool = False) -> None:
        request = self.requests(url, method=method)
        self.answer(request, status, ends=not then_fails)
        if then_fails:
            self.fail(request, "net::ERR_ABORTED")


class FakeFrame:
    """A frame: a page's own where it has no parent."""

    def __init__(self, parent: "FakeFrame | None" = None, url: str = "", name: str = "") -> None:
        self.parent_frame, self.url, self.name = parent, url, name


class FakeRequest:
    """A request as Playwright's listeners are given it, and nothing that could ask the browser."""

    def __init__(self, url: str, **values: Any) -> None:
        self.url = url
        self.method: str = values.get("method", "GET")
        self.resource_type: str = values.get("resource", "fetch")
        self.frame: FakeFrame = values.get("frame") or FakeFrame()
        self.post_data: str | None = values.get("body")
        self.timing = {"startTime": values.get("started", 0), "responseEnd": values.get("lasted", -1)}
        self.redirected_from: FakeRequest | None = values.get("after")
        self.failure: str | None = None
        self.existing_response: SimpleNamespace | None = None
        self._is_navigation: bool = values.get("navigates", False)

    def is_navigation_request(self) -> bool:
        return self._is_navigation
