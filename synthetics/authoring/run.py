"""One journey as it runs: what happens in it, said as events while it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr

from synthetics.authoring.addresses import bare_url, origin_and_path
from synthetics.authoring.failures import error_of
from synthetics.authoring.observing import Mark, Observer
from synthetics.authoring.owners import Owners
from synthetics.authoring.screenshot import take_screenshot
from synthetics.authoring.stopping import in_a_call_of_playwright
from synthetics.clock import Clock
from synthetics.config.app import App, Framework
from synthetics.config.models import Target
from synthetics.evidence import (
    AppFacts,
    AppKnown,
    ArtifactWritten,
    BrowserDied,
    BrowserStarted,
    BuildSeen,
    ControlKind,
    Event,
    Phase,
    PhaseEnded,
    PhaseOutcome,
    SessionMade,
    StepEnded,
    StepStarted,
    TargetAsked,
)
from synthetics.record import ArtifactKind, Error

#: After these nothing is asked of a page, not even for a picture. Mostly they come in the middle of a call to it, and
#: the next may never answer. Where they come between calls the time-out of a picture is the driver's to keep, and a
#: driver that hangs keeps none: it would cost the grace, which is for teardowns that clean the site up.
INTERRUPTIONS = (KeyboardInterrupt, SystemExit, GeneratorExit, pytest.exit.Exception)

#: What should be known at once is told at once, but not so often that a page which does nothing else costs anything.
AT_ONCE_EVERY_MS = 500
MOST_AT_ONCE = 20

_FRAMEWORKS: dict[Framework, Literal["forge", "uikit", "connect"] | None] = {
    Framework.FORGE: "forge",
    Framework.UIKIT: "uikit",
    Framework.CONNECT: "connect",
    Framework.NONE: None,
}
_CONTROLS = frozenset(each.value for each in ControlKind)


@dataclass(slots=True)
class StepUnderWay:
    """A step as it stands.

    Args:
        step_id: Counts from 1 in each run.
        depth: How many steps are around it.
        title: As its author wrote it.
        started_ms: When it began, by the monotonic clock.
        mark: What had been observed by then.
        ended: How it ended; None while it lasts.
    """

    step_id: int
    depth: int
    title: str
    started_ms: int
    mark: Mark
    ended: StepEnded | None = None


class Run:
    """One test item while it runs.

    Args:
        say: Who hears the events.
        clock: The time that events carry.
        author_file: The journey's file, whose lines errors are told by.
        output: The folder for what the run leaves behind; made when something is.
    """

    def __init__(self, say: Callable[[Event], None], clock: Clock, author_file: Path, output: Path) -> None:
        self._say = say
        self._clock = clock
        self._author_file = author_file
        self._output = output
        self._open: list[StepUnderWay] = []
        self._site_origin: str | None = None
        self._asked = False
        self._browser_told = False
        self._pictured: BaseException | None = None
        self._app_told = False
        self._told_changes = 0
        self._told_at_once = 0
        self._told_ms = -AT_ONCE_EVERY_MS
        self.observer = Observer(
            clock,
            on_request=self._saw_request,
            on_crash=lambda: self.browser_died("page"),
            on_notable=self._tell_at_once,
        )
        self.steps: list[StepUnderWay] = []
        self.phase = Phase.SETUP
        self.has_failed = False

    @property
    def output(self) -> Path:
        """The folder for what the run leaves behind."""
        return self._output

    # The target and the browser.

    def works_on(self, target: Target) -> None:
        """Requests to this target's site are what "asking the target" means from now on."""
        if self._site_origin is None:
            self._site_origin = origin_and_path(target.site)[0]
            self.observer.about(Owners(target.site), target.account.secrets)

    def is_about(self, app: App, target: Target, host: Literal["jira", "confluence"] | None) -> None:
        """The journey is about this app on this target; said the first time only.

        Args:
            app: The app, as it is on the target.
            target: The target.
            host: Which of the host's products the journey walks through.
        """
        self._site_origin = origin_and_path(target.site)[0]
        self.observer.about(Owners(target.site, app), target.account.secrets)
        if not self._app_told:
            self._app_told = True
            self._say(AppKnown(monotonic_ms=self._clock.monotonic_ms(), app=_facts(app, host)))

    def asks(self, url: str) -> None:
        """The target is about to be asked for something; said the first time only."""
        if not self._asked:
            self._asked = True
            self._say(TargetAsked(monotonic_ms=self._clock.monotonic_ms(), url=bare_url(url)))

    def _saw_request(self, url: str) -> None:
        if not self._asked and self._site_origin is not None and origin_and_path(url)[0] == self._site_origin:
            self.asks(url)

    def browser_started(self, version: str) -> None:
        """A browser has answered; said the first time only."""
        if not self._browser_told:
            self._browser_told = True
            self._say(BrowserStarted(monotonic_ms=self._clock.monotonic_ms(), version=version))

    def browser_died(self, what: Literal["browser", "page"]) -> None:
        """The browser, or a page in it, ended without being told to."""
        self._say(BrowserDied(monotonic_ms=self._clock.monotonic_ms(), what=what))
        if what == "browser":
            self.pages_end()
        else:
            self._tell_traffic()

    def build_seen(self, *, host_build: str | None = None, app_version: str | None = None) -> None:
        """A page showed which build it is."""
        if host_build or app_version:
            now_ms = self._clock.monotonic_ms()
            self._say(BuildSeen(monotonic_ms=now_ms, host_build=host_build, app_version=app_version))

    def session_made(self, session: SecretStr, *, is_shared: bool) -> None:
        """The account is signed in; told to whoever started this run, and to nobody else.

        Args:
            session: What the browser keeps of it.
            is_shared: Whether other runs of the account may go on with it.
        """
        told = session.get_secret_value()
        self._say(SessionMade(monotonic_ms=self._clock.monotonic_ms(), storage_state=told, is_shared=is_shared))

    # What the pages do.

    def pages_end(self) -> None:
        """The pages are about to be closed, or are gone: what they did until now is all that is the journey's."""
        self.observer.freeze()
        self._tell_traffic()

    def _tell_traffic(self) -> None:
        """Tell what the pages have done, where that is more than was told: it outlives whatever ends the run."""
        changes = self.observer.changes
        if changes != self._told_changes:
            self._told_changes = changes
            self._told_ms = self._clock.monotonic_ms()
            self._say(self.observer.traffic())

    def _tell_what_led_to(self, failure: BaseException) -> None:
        """Tell what the pages have done until a step failed, and how long what has no end yet has lasted by then."""
        if self._is_pictured(failure):
            return  # a step inside has told it
        if not isinstance(failure, INTERRUPTIONS):
            self.observer.catch_up()
        elif not in_a_call_of_playwright(failure):
            return  # what the browser has said meanwhile was not heard, and to ask now may take for ever
        self._told_changes = 0
        self._tell_traffic()

    def _tell_at_once(self) -> None:
        since_ms = self._clock.monotonic_ms() - self._told_ms
        if since_ms >= AT_ONCE_EVERY_MS and self._told_at_once < MOST_AT_ONCE:
            self._told_at_once += 1
            self._tell_traffic()

    # Steps.

    def begin_step(self, title: str) -> StepUnderWay:
        """Begin a step, inside the one that lasts."""
        step = StepUnderWay(
            step_id=len(self.steps) + 1,
            depth=len(self._open),
            title=title,
            started_ms=self._clock.monotonic_ms(),
            mark=self.observer.mark(),
        )
        parent_id = self._open[-1].step_id if self._open else None
        self.steps.append(step)
        self._open.append(step)
        self._say(StepStarted(monotonic_ms=step.started_ms, step_id=step.step_id, parent_id=parent_id, title=title))
        return step

    def end_step(self, step: StepUnderWay, failure: BaseException | None) -> None:
        """End a step, and keep what there is to see where it failed.

        Args:
            step: As ``begin_step`` gave it.
            failure: What it was left by, or None.
        """
        duration_ms = self._clock.monotonic_ms() - step.started_ms  # before pictures are taken
        self._open.remove(step)
        if failure is not None:
            self._tell_what_led_to(failure)
        elif not self._open:
            self._tell_traffic()
        step.ended = self._failed_step(step, duration_ms, failure) if failure else self._passed_step(step, duration_ms)
        self._say(step.ended)

    def _passed_step(self, step: StepUnderWay, duration_ms: int) -> StepEnded:
        return StepEnded(monotonic_ms=step.started_ms + duration_ms, step_id=step.step_id, duration_ms=duration_ms)

    def _failed_step(self, step: StepUnderWay, duration_ms: int, failure: BaseException) -> StepEnded:
        screenshot = self.picture(failure, f"step-{step.step_id}")
        seen = self.observer.since(step.mark)
        page = self.observer.page
        return StepEnded(
            monotonic_ms=self._clock.monotonic_ms(),
            step_id=step.step_id,
            duration_ms=duration_ms,
            error=error_of(failure, self._author_file),
            url=bare_url(page.url) if page is not None else None,
            screenshot=screenshot,
            console_errors=seen.console_errors,
            failed_requests=seen.failed_requests,
        )

    def picture(self, failure: BaseException, name: str) -> str | None:
        """Keep a picture of a failure: one for each, taken where it is met first, which is the innermost step.

        Args:
            failure: What was raised.
            name: What the picture's file is called, without its ending.

        Returns:
            The picture's path below the run's folder; None where there is none to be had, or there is one already.
        """
        if isinstance(failure, INTERRUPTIONS) or self._is_pictured(failure):
            return None
        self._pictured = failure
        page = self.observer.page
        path = f"screenshots/{name}.png"
        if page is None or not take_screenshot(page, self._output / path):
            return None
        now_ms = self._clock.monotonic_ms()
        self._say(ArtifactWritten(monotonic_ms=now_ms, kind=ArtifactKind.SCREENSHOT, path=path))
        return path

    def _is_pictured(self, failure: BaseException) -> bool:
        """Whether this failure, or one that it was made of on its way out, has its picture."""
        each: BaseException | None = failure
        while each is not None:
            if each is self._pictured:
                return True
            each = each.__cause__ or each.__context__
        return False

    # Phases.

    def phase_ended(self, outcome: PhaseOutcome, error: Error | None) -> None:
        """The test runner has finished the phase that the run is in."""
        self._tell_traffic()
        self.has_failed = self.has_failed or outcome is PhaseOutcome.FAILED
        self._say(PhaseEnded(monotonic_ms=self._clock.monotonic_ms(), phase=self.phase, outcome=outcome, error=error))

    def error_of(self, failure: BaseException, traceback: str | None = None) -> Error:
        """A failure in the words of the record, with the author's line."""
        return error_of(failure, self._author_file, traceback)


def _facts(app: App, host: Literal["jira", "confluence"] | None) -> AppFacts:
    """The app as evidence has it. A control is no app, or the one app whose folder is called as a control is."""
    return AppFacts(
        name=app.name,
        framework=_FRAMEWORKS[app.framework],
        host=host,
        is_control=app.framework is Framework.NONE or app.name in _CONTROLS,
    )
