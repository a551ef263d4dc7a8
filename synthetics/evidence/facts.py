"""What can be known of a run at its end: ``execute.fold`` makes it of events, and the judge sees nothing else."""

from dataclasses import dataclass
from typing import Literal

from synthetics.evidence.events import AppFacts, Phase, PhaseOutcome
from synthetics.record import Artifact, Error, Step
from synthetics.seen.recorded import RecordedEvidence
from synthetics.seen.surroundings import Surroundings
from synthetics.seen.traffic import FrameSeen, MessageSeen, NavigationSeen, OriginTraffic, RequestSeen
from synthetics.worker import KillReason


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseEvidence:
    """How pytest ended one phase of the test."""

    phase: Phase
    outcome: PhaseOutcome
    error: Error | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerEnding:
    """How the process that ran the journey ended, seen from outside it.

    Args:
        exit_code: Its exit code; None where a signal ended it, or it could not be started.
        signal: The signal's number, where one ended it.
        killed_for: Why the monitor ended it, where the monitor did.
        killed_monotonic_ms: When the monitor began to end it, where it did: what the worker says later may be the
            monitor's own doing.
        could_not_start: What the system said, where it could not be started.
        supervisor_lost: What became of the supervisor, where it did not live to see the worker's end.
        duration_ms: From its start until nothing of it was left, by the monotonic clock.
    """

    exit_code: int | None
    signal: int | None = None
    killed_for: KillReason | None = None
    killed_monotonic_ms: int | None = None
    could_not_start: str | None = None
    supervisor_lost: str | None = None
    duration_ms: int = 0


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

    def phase(self, phase: Phase) -> PhaseEvidence | None:
        """How pytest ended the given phase, or None where it never did."""
        return next((each for each in self.phases if each.phase is phase), None)

    @property
    def error(self) -> Error | None:
        """The first error that pytest reported, or None."""
        return next((each.error for each in self.phases if each.error is not None), None)

    @property
    def recorded(self) -> RecordedEvidence | None:
        """What of it a record keeps; None where no page was ever seen to do anything, and nobody told of the world."""
        if not (self.origins or self.frames or self.messages) and self.surroundings is None:
            return None
        return RecordedEvidence(
            origins=self.origins,
            requests=self.requests,
            frames=self.frames,
            messages=self.messages,
            bridge_calls=self.bridge_calls,
            surroundings=self.surroundings,
        )
