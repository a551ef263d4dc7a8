"""One pytest session: the run under way in it, and the browser that its runs share."""

import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from synthetics.authoring import channel
from synthetics.authoring.run import Run
from synthetics.clock import Clock
from synthetics.evidence import Event, Phase, PhaseEnded, PhaseOutcome, SessionEnded, SessionStarted
from synthetics.record import Error

SESSION = pytest.StashKey["Session"]()
MARKER = "journey"
#: The marker of a journey that signs in by itself, whatever session is kept.
FRESH_SESSION = "fresh_session"


class AuthoringWarning(pytest.PytestWarning):
    """Something in a suite that keeps journeys from being seen in full."""


class Session:
    """A pytest session with its runs.

    Args:
        config: Whose sinks hear the events.
        clock: The time that events carry.
    """

    def __init__(self, config: pytest.Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._run: Run | None = None
        self._browser: Browser | None = None
        self._browser_closes = False
        self._on_disconnected: Callable[[Browser], None] = lambda _browser: None

    def started(self) -> None:
        """The session is up."""
        self._say(SessionStarted(monotonic_ms=self._clock.monotonic_ms(), playwright=version("playwright")))

    def ended(self, exit_code: int) -> None:
        """The session is about to end."""
        self._say(SessionEnded(monotonic_ms=self._clock.monotonic_ms(), exit_code=exit_code))

    def collection_failed(self, traceback: str) -> None:
        """A file with tests cannot be imported, or its tests cannot be found.

        Args:
            traceback: What pytest shows of it, which is all that pytest keeps.
        """
        last_line = next((line for line in reversed(traceback.splitlines()) if line.strip()), "")
        kind, _, message = last_line.removeprefix("E").strip().partition(": ")
        error = Error(type=kind or "CollectError", message=message or last_line, traceback=traceback)
        now_ms = self._clock.monotonic_ms()
        self._say(PhaseEnded(monotonic_ms=now_ms, phase=Phase.COLLECT, outcome=PhaseOutcome.FAILED, error=error))

    def _say(self, event: Event) -> None:
        channel.say(self._config, event)

    @property
    def run(self) -> Run:
        """The run under way."""
        assert self._run is not None, "no test is running"  # noqa: S101  fixtures and hooks of a test alone ask
        return self._run

    def begin_run(self, author_file: Path, output: Path, *, silent: bool) -> Run:
        """From now on everything belongs to a new run.

        Args:
            author_file: The test's file.
            output: The folder for what it leaves behind.
            silent: Whether it is no journey, so that nobody is told of it.
        """
        self._run = Run((lambda _event: None) if silent else self._say, self._clock, author_file, output)
        return self._run

    def end_run(self) -> None:
        """The run is over."""
        self._run = None

    # The browser.

    def browser_started(self, browser: Browser) -> None:
        """A browser has answered."""
        self._browser = browser
        self.run.browser_started(browser.version)
        self._on_disconnected = self.run.observer.quiet(lambda _browser: self._browser_ended())
        browser.on("disconnected", self._on_disconnected)

    def browser_closes(self) -> None:
        """From now on the browser's end is our own doing, or that of the next session that it is kept for."""
        self._browser_closes = True
        if self._browser is not None:
            self._browser.remove_listener("disconnected", self._on_disconnected)

    def _browser_ended(self) -> None:
        if not self._browser_closes and self._run is not None:
            self._run.browser_died("browser")

    def context_opened(self, context: BrowserContext) -> None:
        """A context of the run under way is to be listened to.

        Warns:
            AuthoringWarning: Where its browser is not ours: a fixture in a conftest goes before the plugin's.
        """
        self.run.observer.watch(context)
        browser = context.browser
        if browser is not None:
            self.run.browser_started(browser.version)
        if browser is not self._browser:
            warnings.warn(
                AuthoringWarning(
                    "A `browser` fixture of this suite stands before the plugin's, so its browser is another one than "
                    "journeys run in, and its death would not be noticed.\n"
                    "  Remove it, or give it another name; how the browser is started is changed by the fixture "
                    "`browser_type_launch_args`."
                ),
                stacklevel=2,
            )


def has_journeys(session: pytest.Session) -> bool:
    """Whether any test of a session is a journey.

    Args:
        session: A session that has collected its tests.
    """
    return any(item.get_closest_marker(MARKER) for item in session.items)


def journey_name(item: pytest.Item) -> str:
    """The full name of a journey: its folder is the app, its function the journey.

    Args:
        item: The test.

    Returns:
        Such as ``ihub.run_flow``.
    """
    function = item.originalname if isinstance(item, pytest.Function) else item.name
    return f"{item.path.parent.name}.{function.removeprefix('test_')}"
