"""What a run says while it happens (events), and what can be known of it at its end (evidence).

The worker writes events, one JSON object a line, each flushed at once: what was said is known even when the worker
is killed in the next instant. ``execute.fold`` turns them into evidence, and the judge reads evidence only.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from synthetics.record import Artifact, ArtifactKind, Error, FailedRequest, Step, well_formed
from synthetics.worker import KillReason


class Phase(StrEnum):
    """pytest's phases of one test, and the one before them."""

    COLLECT = "collect"
    SETUP = "setup"
    CALL = "call"
    TEARDOWN = "teardown"


class PhaseOutcome(StrEnum):
    """What pytest says of one phase."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


# Events. ``monotonic_ms`` is the machine's monotonic clock, which all processes of one machine share.


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionStarted:
    """pytest is up in the worker."""

    monotonic_ms: int
    playwright: str
    event: Literal["session_started"] = "session_started"


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowserStarted:
    """A browser answered."""

    monotonic_ms: int
    version: str
    event: Literal["browser_started"] = "browser_started"


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowserDied:
    """The browser, or the journey's page in it, ended without being told to."""

    monotonic_ms: int
    what: Literal["browser", "page"]
    event: Literal["browser_died"] = "browser_died"


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetAsked:
    """The run asked the target for something for the first time; said before the asking."""

    monotonic_ms: int
    url: str
    event: Literal["target_asked"] = "target_asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepStarted:
    """A step began; ``step_id`` counts from 1, ``parent_id`` is the step around it."""

    monotonic_ms: int
    step_id: int
    parent_id: int | None = None
    title: str
    event: Literal["step_started"] = "step_started"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepEnded:
    """A step ended; ``error`` is there where it failed, and what was seen then."""

    monotonic_ms: int
    step_id: int
    duration_ms: int
    error: Error | None = None
    url: str | None = None
    screenshot: str | None = None
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[FailedRequest, ...] = ()
    event: Literal["step_ended"] = "step_ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseEnded:
    """pytest finished one phase of the test."""

    monotonic_ms: int
    phase: Phase
    outcome: PhaseOutcome
    error: Error | None = None
    event: Literal["phase_ended"] = "phase_ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildSeen:
    """A page showed which build it is; each part is None where it was not seen."""

    monotonic_ms: int
    host_build: str | None = None
    app_version: str | None = None
    event: Literal["build_seen"] = "build_seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class ArtifactWritten:
    """A file was left in the run's folder; ``path`` is relative to it."""

    monotonic_ms: int
    kind: ArtifactKind
    path: str
    event: Literal["artifact_written"] = "artifact_written"


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionEnded:
    """pytest is about to end, with its own exit code."""

    monotonic_ms: int
    exit_code: int
    event: Literal["session_ended"] = "session_ended"


Event = (
    SessionStarted
    | BrowserStarted
    | BrowserDied
    | TargetAsked
    | StepStarted
    | StepEnded
    | PhaseEnded
    | BuildSeen
    | ArtifactWritten
    | SessionEnded
)

_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def event_to_line(event: Event) -> bytes:
    """One event as a line of JSON, its line feed included."""
    return _EVENTS.dump_json(well_formed(event), exclude_none=True) + b"\n"


def event_from_line(line: str | bytes) -> Event:
    """Read one event back.

    Raises:
        pydantic.ValidationError: Where the line is no event.
    """
    return _EVENTS.validate_json(line)


# Evidence.


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
    unread_lines: int = 0

    def phase(self, phase: Phase) -> PhaseEvidence | None:
        """How pytest ended the given phase, or None where it never did."""
        return next((each for each in self.phases if each.phase is phase), None)

    @property
    def error(self) -> Error | None:
        """The first error that pytest reported, or None."""
        return next((each.error for each in self.phases if each.error is not None), None)
