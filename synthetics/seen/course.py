"""How a run went: pytest's phases, the errors that they ended with, the app it was about, and the worker's end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

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


class StoppedIn(StrEnum):
    """What was being done when an error was raised, told by its class and by the code that it came through.

    ``navigate``: going to an address. ``sign_in``: signing in. ``app_frame``: waiting for the app; ``consent`` where
    the host asks to let the app in first. ``rest``: a call over HTTP without the browser. ``assert``: an expectation
    of the journey. ``action``: anything else asked of a page. ``own``: the monitor itself. ``other``: a bug, say.
    """

    NAVIGATE = "navigate"
    SIGN_IN = "sign_in"
    APP_FRAME = "app_frame"
    CONSENT = "consent"
    REST = "rest"
    ASSERT = "assert"
    ACTION = "action"
    OWN = "own"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Error:
    """One error as it was raised.

    Args:
        type: The exception's class with its module, such as ``playwright.sync_api.TimeoutError``.
        message: What it said, secrets removed.
        where: The author's line, such as ``test_run_flow.py:31``, where it is known.
        traceback: The way to it, as pytest shows it, where it is known.
        stopped_in: What was being done, where it is known.
    """

    type: str
    message: str
    where: str | None = None
    traceback: str | None = None
    stopped_in: StoppedIn | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseEvidence:
    """How pytest ended one phase of the test."""

    phase: Phase
    outcome: PhaseOutcome
    error: Error | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AppFacts:
    """The app that a run is about.

    Args:
        name: Its folder's name.
        framework: How it shows up; None for a journey through the host alone.
        host: Which of the host's products the journey walks through; None where it asks for neither.
        is_control: Whether it is no app of ours, but looks at the host.
    """

    name: str
    framework: Literal["forge", "uikit", "connect"] | None = None
    host: Literal["jira", "confluence"] | None = None
    is_control: bool = False


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
