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

    def is_closed(self) -> bool:
        return False

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

    def requests(self, url: str) -> None:
        self.hears("request", url=url)

    def fails(self, method: str, url: str, failure: str) -> None:
        self.tell("requestfailed", _Request(method, url, failure))

    def answers(self, method: str, url: str, status: int, *, then_fails: bool = False) -> None:
        request = _Request(method, url, "net::ERR_ABORTED")
        self.hears("response", status=status, request=request)
        if then_fails:
            self.tell("requestfailed", request)


class _Request:
    def __init__(self, method: str, url: str, failure: str) -> None:
        self.method, self.url, self.failure = method, url, failure
