"""What tests of running have in common: events in a line, folders of small journeys, orders."""

import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from pydantic import SecretStr

from synthetics.authoring.assignment import Assignment
from synthetics.authoring.browser import find_browser
from synthetics.catalogue import Journey
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.evidence import Event, Phase, PhaseEnded, PhaseOutcome, StepEnded, StepStarted
from synthetics.execute.order import Order
from synthetics.execute.processes import RUN_TAG
from synthetics.record import Error, Kind

AN_ERROR = Error(type="AssertionError", message="the flow is not listed\nassert 0", where="test_run_flow.py:31")

AN_ACCOUNT = Account(
    email="robot@example.com", password=SecretStr("open-sesame-1"), api_token=SecretStr("token-sesame-2")
)


@dataclass(slots=True)
class Telling:
    """Events one after the other, ten milliseconds apart, as a worker would say them."""

    events: list[Event] = field(default_factory=list)
    now_ms: int = 1_000
    last_step: int = 0

    def tick(self) -> int:
        self.now_ms += 10
        return self.now_ms

    def phase(
        self, phase: Phase, outcome: PhaseOutcome = PhaseOutcome.PASSED, *, error: Error | None = None
    ) -> "Telling":
        self.events.append(PhaseEnded(monotonic_ms=self.tick(), phase=phase, outcome=outcome, error=error))
        return self

    def set_up(self) -> "Telling":
        return self.phase(Phase.SETUP)

    def begin(self, title: str, *, inside: int | None = None) -> "Telling":
        self.last_step += 1
        self.events.append(StepStarted(monotonic_ms=self.tick(), step_id=self.last_step, parent_id=inside, title=title))
        return self

    def end(self, step_id: int, *, error: Error | None = None) -> "Telling":
        self.events.append(StepEnded(monotonic_ms=self.tick(), step_id=step_id, duration_ms=10, error=error))
        return self

    def steps(self, titles: Sequence[str]) -> "Telling":
        for title in titles:
            self.begin(title).end(self.last_step)
        return self


class ClockFromMark(SystemClock):
    """Time that stands still until a file is there, and is the machine's own from then on.

    So a deadline comes exactly when a journey is where it should meet it, on a machine of any speed.
    """

    def __init__(self, mark: Path) -> None:
        self._mark = mark
        self._start_ms = super().monotonic_ms()

    def monotonic_ms(self) -> int:
        return super().monotonic_ms() if self._mark.exists() else self._start_ms


class EventFromMark(threading.Event):
    """A word that is said when a file is there."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def is_set(self) -> bool:
        return self._mark.exists()


def an_order(file: Path, *, timeout_ms: int = 60_000, grace_ms: int = 300, run_id: str | None = None) -> Order:
    """An order for the journey that ``write_journey`` wrote, each with a name of its own."""
    journey = Journey(
        name="fake.walk",
        app="fake",
        title="A walk",
        kind=Kind.BROWSER,
        file=file,
        function="test_walk",
        file_sha256="0" * 64,
        steps=("Open", "Look"),
        every_ms=300_000,
        timeout_ms=timeout_ms,
    )
    assignment = Assignment(
        run_id=run_id or secrets.token_hex(8),
        app=App(name="fake", title="Fake"),
        target=Target(name="nowhere", site="http://127.0.0.1:1", account=AN_ACCOUNT),
        browser_executable=find_browser(None, os.environ).executable,
        output_folder=Path(),
    )
    return Order(
        assignment=assignment,
        journey=journey,
        journeys_folder=file.parent.parent,
        timeout_ms=timeout_ms,
        grace_ms=grace_ms,
    )


def until(condition: Callable[[], bool], *, limit_s: float = 30.0) -> bool:
    """Wait until something is so, and say whether it came to be so in time."""
    end_s = time.monotonic() + limit_s
    while not condition() and time.monotonic() < end_s:
        threading.Event().wait(0.01)
    return condition()


def everybody_of(owner: str) -> list[psutil.Process]:
    """Everybody alive or dead who carries the tag of an owner's seat, and everybody who came of them."""
    tagged = set()
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get(RUN_TAG, "").partition(" seat ")[0] == owner:
                tagged.add(each)
    found = set(tagged)
    for each in tagged:
        with suppress(psutil.Error):
            found.update(each.children(recursive=True))
    return sorted(found, key=lambda each: each.pid)


#: Lines of a journey that open a page of its site. Nobody is there: the page is made up on the way.
OPEN_SITE = """\
page.route("http://127.0.0.1:1/**", lambda route: route.fulfill(body="hello", content_type="text/html"))
page.goto("http://127.0.0.1:1/")
page.unroute_all()
"""


def write_journey(folder: Path, body: str, *, before: str = "") -> Path:
    """Write a folder of journeys with one journey in it, ``fake.walk``, whose steps are Open and Look.

    In it ``reached()`` makes the file ``reached`` beside the folder ``journeys``.

    Args:
        folder: Where the folder ``journeys`` is made.
        body: The lines of the test function.
        before: Lines of the module, before the function.

    Returns:
        The journey's file.
    """
    app = folder / "journeys" / "fake"
    app.mkdir(parents=True, exist_ok=True)
    (folder / "journeys" / "__init__.py").touch()
    (app / "__init__.py").touch()
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    file = app / "test_walk.py"
    mark = f"REACHED = {str(folder / 'reached')!r}\n"
    file.write_text(f"{_HEAD}{mark}\n{before}\n\n{_MARK}\n{indented}", encoding="utf-8")
    return file


_HEAD = """\
import os
import signal
import subprocess
import sys
import time

import pytest

from synthetics.authoring import channel
from synthetics.evidence import BrowserStarted, TargetAsked


def reached():
    open(REACHED, "w").close()


def now():
    return time.monotonic_ns() // 1_000_000


@pytest.fixture
def say(request):
    return lambda event: channel.say(request.config, event)


@pytest.fixture
def asked(say):
    say(BrowserStarted(monotonic_ms=now(), version="140.0"))
    say(TargetAsked(monotonic_ms=now(), url="http://127.0.0.1:1/"))

"""

_MARK = """\
@pytest.mark.journey(every="5m", timeout="60s")
def test_walk(request, asked, step):
    \"\"\"A walk.\"\"\""""
