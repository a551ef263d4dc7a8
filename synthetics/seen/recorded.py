"""What of a run's evidence its record keeps, for those who ask later why it was judged so."""

from dataclasses import dataclass
from typing import Literal

from synthetics.seen.course import AppFacts, PhaseEvidence, WorkerEnding
from synthetics.seen.health import HealthSeen
from synthetics.seen.surroundings import Surroundings
from synthetics.seen.traffic import FrameSeen, MessageSeen, NavigationSeen, OriginTraffic, RequestSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedCourse:
    """How a run went, with all that it takes to judge it again; its steps stand in the record itself.

    Args:
        ending: How the worker ended; None for a run by hand.
        browser: The browser's version, once one had answered.
        browser_died: What ended without being told to.
        asked_target: Whether the run ever asked the target for anything.
        phases: How pytest ended each phase; the ways to its errors are left out.
        app: Which app the run was about.
        navigations: Where the pages themselves went.
        app_ready_ms: When the app's ready marker was first seen.
        heard_until_ms: Until when the browser was listened to.
        dropped: How much was seen and is not here, because it was too much.
        unread_lines: How many lines of the worker were no event.
    """

    ending: WorkerEnding | None = None
    browser: str | None = None
    browser_died: Literal["browser", "page"] | None = None
    asked_target: bool = False
    phases: tuple[PhaseEvidence, ...] = ()
    app: AppFacts | None = None
    navigations: tuple[NavigationSeen, ...] = ()
    app_ready_ms: int | None = None
    heard_until_ms: int | None = None
    dropped: int = 0
    unread_lines: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedEvidence:
    """The evidence in a record.

    Args:
        origins: All that was asked, by origin.
        requests: The requests that are worth telling.
        frames: The frames that pages had.
        messages: Errors of scripts.
        bridge_calls: How many calls the app made through the host's page.
        surroundings: What the runner knew; None where nobody told.
        course: How the run went; None for a run that passed, and in records from before it was kept.
        health: What a health check saw; None for a run in a browser.
    """

    origins: tuple[OriginTraffic, ...] = ()
    requests: tuple[RequestSeen, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    messages: tuple[MessageSeen, ...] = ()
    bridge_calls: int = 0
    surroundings: Surroundings | None = None
    course: RecordedCourse | None = None
    health: HealthSeen | None = None
