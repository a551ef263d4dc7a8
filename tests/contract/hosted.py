"""An app inside a page of the stand-in's, with what is tried on both sides of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.sync_api import Browser, ElementHandle, Frame, Locator, Page, Route, StorageState

from tests.contract.libraries import APPS
from tests.standin.started import Standin

_NUMBERS = count(1)
# Answered by then on the busiest machine.
PATIENCE_MS = 10_000


def fresh_name(word: str) -> str:
    """A name that nothing else on the page has."""
    return f"{word}-{next(_NUMBERS)}"


def frame_of(element: Locator | ElementHandle) -> Frame:
    """The frame that is shown in an ``iframe``, once the app in it has run."""
    handle = element.element_handle() if isinstance(element, Locator) else element
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("body[data-contract=ready]", state="attached")
    return frame


@dataclass(kw_only=True)
class Hosted:
    """An app that runs in a page of the host's.

    Args:
        page: The page.
        frame: The app's frame in it.
        standin: What the page is of.
        patience_ms: How long the app waits for an answer, where its library sets no limit.
        said: What the page and its frames wrote to the console as an error or a warning, and what they threw.
        asked: The addresses they asked for.
    """

    page: Page
    frame: Frame
    standin: Standin
    patience_ms: int = PATIENCE_MS
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def does(self, what: str, *args: Any, frame: Frame | None = None) -> Any:
        """What comes of it when the app does one of the things it can do; raises Playwright's Error when it throws."""
        return (frame or self.frame).evaluate("([what, args]) => window.contract[what](...args)", [what, list(args)])

    def asks(self, what: str, *args: Any) -> Any:
        """The same for an app that itself has to say how long it waits."""
        return self.does(what, *args, self.patience_ms)

    @contextmanager
    def without(self, call: str) -> Iterator[None]:
        """The host without one of its calls, inside this context."""
        self.page.evaluate("(call) => { window.withheld.add(call); }", call)
        try:
            yield
        finally:
            self.page.evaluate("(call) => { window.withheld.delete(call); }", call)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Files of the app under test, put in the place of those that the stand-in has.

    Args:
        files: The text of each, by the glob of its address.
        path: The host's page that holds the app.
        frame: Selects the app's ``iframe`` in the page.
        withheld: What the host is without from the beginning; None for a host that nothing was done to.
        before: Scripts that run in the page and in its frames before any other.
    """

    files: dict[str, str]
    path: str
    frame: str
    withheld: tuple[str, ...] | None = None
    before: tuple[str, ...] = ()


def script(text: str) -> Callable[[Route], None]:
    """Answers a request with a script."""

    def answer(route: Route) -> None:
        route.fulfill(body=text, content_type="text/javascript")

    return answer


Host = Callable[[Placed], AbstractContextManager[Hosted]]


@contextmanager
def hosted(browser: Browser, standin: Standin, session: StorageState, placed: Placed) -> Iterator[Hosted]:
    """An app in its host's page, inside this context.

    Args:
        browser: The browser.
        standin: The host.
        session: Who looks at the page.
        placed: The app.

    Yields:
        The app, ready.
    """
    context = browser.new_context(base_url=standin.site, storage_state=session)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda note: said.append(note.text) if note.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for glob, text in placed.files.items():
        page.route(glob, script(text))
    for text in placed.before:
        page.add_init_script(text)
    if placed.withheld is not None:
        page.add_init_script(path=APPS / "withholding.js")
        page.add_init_script(f"{list(placed.withheld)}.forEach((call) => window.withheld?.add(call));")
    page.goto(placed.path)
    yield Hosted(page=page, frame=frame_of(page.locator(placed.frame)), standin=standin, said=said, asked=asked)
    context.close()
