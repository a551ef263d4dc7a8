"""What can be known of a run at its end: ``execute.fold`` makes it of events, and the judge sees nothing else."""

from dataclasses import dataclass, replace
from typing import Literal

from synthetics.record import Artifact, Error, Step
from synthetics.seen.course import AppFacts, Phase, PhaseEvidence, WorkerEnding
from synthetics.seen.health import HealthSeen
from synthetics.seen.recorded import RecordedCourse, RecordedEvidence
from synthetics.seen.surroundings import Surroundings
from synthetics.seen.traffic import FrameSeen, MessageSeen, NavigationSeen, OriginTraffic, RequestSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All that can be known of one run at its end.

    Args:
        ending: How the worker ended; None for a run by hand, where pytest itself is the worker.
        playwright: Playwright's version, once pytest was up.
        browser: The browser's version, once one had answered.
        browser_died: What ended without being told to: the browser or the page in it.
        asked_target: Whether the run ever asked the target for anything.
        steps: The declared steps in order, those never reached included.
        fixture_steps: Steps that fixtures made around the test, such as signing in.
        phases: How pytest ended each phase, in order.
        artifacts: The files that were left behind.
        host_build: The site's build, where its page showed one.
        app_version: The app's version, where its page showed one.
        app: Which app the run was about; None where it never got so far.
        origins: All that the pages asked, by origin.
        requests: The requests that are worth telling: those that failed, were refused, took long, or had no end; the
            first 20 and the last 40 of them.
        messages: Errors of scripts, the first 10 and the last 30.
        frames: The frames in the pages; the app's before others where they are many.
        navigations: Where the pages themselves went, the first 20 and the last 40.
        bridge_calls: How many calls the app made through the host's page.
        app_ready_ms: When the app's ready marker was first seen, from the run's start; None where it never was.
        heard_until_ms: Until when the browser was listened to, from the run's start: what had no end then may have had
            one right after; None where it never was.
        dropped: How much of all this was seen and is not here, because it was too much.
        surroundings: What the runner knows; None where it was not asked.
        unread_lines: How many lines of the worker were no event (a broken pipe, a foreign print).
        health: What a health check saw; None for a run in a browser.
    """

    ending: WorkerEnding | None = None
    playwright: str | None = None
    browser: str | None = None
    browser_died: Literal["browser", "page"] | None = None
    asked_target: bool = False
    steps: tuple[Step, ...] = ()
    fixture_steps: tuple[Step, ...] = ()
    phases: tuple[PhaseEvidence, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    host_build: str | None = None
    app_version: str | None = None
    app: AppFacts | None = None
    origins: tuple[OriginTraffic, ...] = ()
    requests: tuple[RequestSeen, ...] = ()
    messages: tuple[MessageSeen, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    navigations: tuple[NavigationSeen, ...] = ()
    bridge_calls: int = 0
    app_ready_ms: int | None = None
    heard_until_ms: int | None = None
    dropped: int = 0
    surroundings: Surroundings | None = None
    unread_lines: int = 0
    health: HealthSeen | None = None

    def phase(self, phase: Phase) -> PhaseEvidence | None:
        """How pytest ended the given phase, or None where it never did."""
        return next((each for each in self.phases if each.phase is phase), None)

    @property
    def error(self) -> Error | None:
        """The first error that pytest reported, or None."""
        return next((each.error for each in self.phases if each.error is not None), None)

    @property
    def recorded(self) -> RecordedEvidence | None:
        """What of it the record of a passed run keeps; None where no page was seen, and nobody told of the world."""
        if not (self.origins or self.frames or self.messages or self.health) and self.surroundings is None:
            return None
        return RecordedEvidence(
            origins=self.origins,
            requests=self.requests,
            frames=self.frames,
            messages=self.messages,
            bridge_calls=self.bridge_calls,
            surroundings=self.surroundings,
            health=self.health,
        )

    @property
    def recorded_whole(self) -> RecordedEvidence:
        """What of it the record of any other run keeps: enough to judge it again when more is known."""
        course = RecordedCourse(
            ending=self.ending,
            browser=self.browser,
            browser_died=self.browser_died,
            asked_target=self.asked_target,
            phases=tuple(map(_without_way, self.phases)),
            app=self.app,
            navigations=self.navigations,
            app_ready_ms=self.app_ready_ms,
            heard_until_ms=self.heard_until_ms,
            dropped=self.dropped,
            unread_lines=self.unread_lines,
        )
        return replace(self.recorded or RecordedEvidence(), course=course)


def _without_way(phase: PhaseEvidence) -> PhaseEvidence:
    """A phase whose error tells what it was, and not the way to it, which stands in the record and may be long."""
    return phase if phase.error is None else replace(phase, error=replace(phase.error, traceback=None))
