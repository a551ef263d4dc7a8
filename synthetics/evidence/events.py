"""What a run says while it happens.

The worker writes events, one JSON object a line, each flushed at once: what was said is known even when the worker
is killed in the next instant.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from synthetics.record import ArtifactKind, Error, FailedRequest, well_formed
from synthetics.seen.course import AppFacts, Phase, PhaseOutcome
from synthetics.seen.traffic import FrameSeen, MessageSeen, NavigationSeen, OriginTraffic, RequestSeen

# ``monotonic_ms`` is the machine's monotonic clock, which all processes of one machine share.


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
class SessionMade:
    """The account was signed in, or its session was renewed by the site.

    All of it is secret: it goes from the worker to the runner, into no evidence, no record, no log and no file.

    Args:
        storage_state: What the browser keeps of the session, as Playwright's ``storage_state`` in JSON.
        is_shared: Whether other runs of the account may go on with it.
    """

    monotonic_ms: int
    storage_state: str = field(repr=False)
    is_shared: bool = True
    event: Literal["session_made"] = "session_made"


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
class AppKnown:
    """Which app the run is about."""

    monotonic_ms: int
    app: AppFacts
    event: Literal["app_known"] = "app_known"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrafficSeen:
    """All that the pages were seen to do so far: the last one said holds, and each is bounded.

    The times in it are of the monotonic clock, as ``monotonic_ms`` is.
    """

    monotonic_ms: int
    origins: tuple[OriginTraffic, ...] = ()
    requests: tuple[RequestSeen, ...] = ()
    messages: tuple[MessageSeen, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    navigations: tuple[NavigationSeen, ...] = ()
    bridge_calls: int = 0
    app_ready_ms: int | None = None
    dropped: int = 0
    event: Literal["traffic_seen"] = "traffic_seen"


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
    | SessionMade
    | TargetAsked
    | StepStarted
    | StepEnded
    | PhaseEnded
    | BuildSeen
    | AppKnown
    | TrafficSeen
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
