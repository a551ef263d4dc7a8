"""The record of one run: the one thing that flows from the judge to the ledger, the metrics and the reports.

A record is frozen, deep down immutable and JSON-serialisable. Nobody changes it once it is judged.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

from pydantic import TypeAdapter

from synthetics.outcome import OUTCOMES_AND_FAULTS, Fault, Outcome
from synthetics.seen.course import Error, StoppedIn
from synthetics.seen.recorded import RecordedEvidence
from synthetics.worker import Worker

__all__ = [
    "OUTCOMES_AND_FAULTS",
    "Artifact",
    "ArtifactKind",
    "Error",
    "FailedRequest",
    "Fault",
    "Kind",
    "Outcome",
    "Provenance",
    "Reason",
    "RunKey",
    "RunRecord",
    "Step",
    "StepStatus",
    "StoppedIn",
    "Trigger",
    "flaky_runs",
    "well_formed",
]

_T = TypeVar("_T")

#: Halves of characters: pages and programs make them, and UTF-8, so JSON in it, has no bytes for them.
_SURROGATES = re.compile("[\ud800-\udfff]+")


def well_formed(value: _T) -> _T:
    """A value whose every string can be written into a file.

    Args:
        value: A string, a tuple or a dataclass, or whatever else such a one may hold.

    Returns:
        The same, with U+FFFD where strings in it had halves of characters.
    """
    return _well_formed(value)  # type: ignore[no-any-return]  # like what it is given


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", value) if _SURROGATES.search(value) else value
    if isinstance(value, tuple):
        return tuple(map(_well_formed, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _well_formed(getattr(value, each.name)) for each in fields(value)})
    return value


class Trigger(StrEnum):
    """Who asked for a run; metrics of runs and every SLI see ``schedule`` only."""

    SCHEDULE = "schedule"
    CONTROL = "control"
    MANUAL = "manual"


class Kind(StrEnum):
    """How a journey is made."""

    BROWSER = "browser"
    HEALTH = "health"


class StepStatus(StrEnum):
    """What became of a step; ``skipped`` steps were declared and never reached."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ArtifactKind(StrEnum):
    """What a file that a run left behind shows."""

    SCREENSHOT = "screenshot"
    PYTEST_HTML = "pytest_html"
    WORKER_LOG = "worker_log"
    REPORT = "report"
    TRACE = "trace"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a run was judged as it was.

    Args:
        code: A stable word, such as ``deadline``.
        sentence: One sentence for people, naming the evidence.
    """

    code: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunKey:
    """The natural key of a run: which slot, and which attempt at it.

    Args:
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site in the configuration.
        location: From where the run is made.
        trigger: Who asked for it.
        slot_ms: When the run was due, in milliseconds UTC since 1970.
        attempt: 1, or 2 for the confirm-run.
    """

    journey: str
    target: str
    location: str
    trigger: Trigger
    slot_ms: int
    attempt: int = 1

    @property
    def run_id(self) -> str:
        """The run's short name: the same key always gives the same 16 hexadecimal digits."""
        text = "\n".join(
            (self.journey, self.target, self.location, self.trigger, str(self.slot_ms), str(self.attempt)),
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedRequest:
    """A request that a page made in vain: no answer, or one with a status of 400 and more.

    Args:
        method: The HTTP method.
        url: Where to, without its query's values.
        status: The status, where there was an answer.
        failure: The browser's own word, such as ``net::ERR_CONNECTION_REFUSED``, where there was none.
    """

    method: str
    url: str
    status: int | None = None
    failure: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a run, with the steps inside it.

    Args:
        title: As its author wrote it.
        status: What became of it.
        offset_ms: When it started, from the run's start; None where it was not reached.
        duration_ms: How long it took; None where it was not reached, or its end was not seen.
        error: What ended it, where it failed.
        url: The page's address at the failure.
        screenshot: The picture of the failure: a path below the run's folder of artifacts.
        console_errors: What the page's console had said since the step began, at a failure.
        failed_requests: Requests made in vain since the step began, at a failure.
        steps: The steps inside it, in the order in which they started.
    """

    title: str
    status: StepStatus
    offset_ms: int | None = None
    duration_ms: int | None = None
    error: Error | None = None
    url: str | None = None
    screenshot: str | None = None
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[FailedRequest, ...] = ()
    steps: "tuple[Step, ...]" = ()

    @property
    def stopped_in(self) -> StoppedIn | None:
        """What was being done when it failed, where that is known."""
        return None if self.error is None else self.error.stopped_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A file that a run left behind.

    Args:
        kind: What it shows.
        path: Where it is, below the run's folder of artifacts, with ``/`` between the parts.
        size_bytes: How large it is.
    """

    kind: ArtifactKind
    path: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What exactly ran: enough to run it again.

    Args:
        file: The journey's file, below the folder of journeys.
        file_sha256: The hash of that file.
        git_revision: The checkout's revision, with ``+`` where it has changes; None outside git.
        package: This package's version.
        playwright: Playwright's version.
        browser: The browser's version, where one was started.
        host_build: The site's build, where its page shows one.
        app_version: The app's version, where its page shows one.
    """

    file: str
    file_sha256: str
    git_revision: str | None = None
    package: str | None = None
    playwright: str | None = None
    browser: str | None = None
    host_build: str | None = None
    app_version: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """One run, judged.

    Args:
        run_id: The run's short name, made of its key.
        app: The app's name, which is its folder's.
        journey: The full name, such as ``ihub.run_flow``.
        title: The journey's one sentence.
        kind: How the journey is made.
        target: The name of the site in the configuration.
        location: From where the run was made.
        trigger: Who asked for it.
        slot_ms: When it was due, in milliseconds UTC.
        attempt: 1, or 2 for the confirm-run.
        outcome: What became of it.
        fault: Whose fault it was; with the outcome one of ``OUTCOMES_AND_FAULTS``.
        reasons: Why, the weightiest first; empty for a pass.
        started_ms: When it started, in milliseconds UTC; None for a missed one.
        duration_ms: How long it took, by the monotonic clock; None for a missed one.
        lateness_ms: How long after it was due it started; None for a missed one.
        steps: The declared steps in their order, those never reached included.
        fixture_steps: Steps that fixtures made around the test, such as signing in; never labels of metrics.
        error: What broke the run outside its steps or inside them, where something did.
        artifacts: The files it left behind.
        dropped_artifacts: How many files had to be deleted because they could not be scrubbed or stored.
        provenance: What exactly ran.
        worker: The process that made it; None for a missed one, and by hand.
        evidence: What was seen of its pages and around it; None where nothing was.

    Raises:
        ValueError: Where outcome and fault do not go together, or the run's name is not that of its key.
    """

    run_id: str
    app: str
    journey: str
    title: str
    kind: Kind
    target: str
    location: str
    trigger: Trigger
    slot_ms: int
    attempt: int
    outcome: Outcome
    fault: Fault
    reasons: tuple[Reason, ...] = ()
    started_ms: int | None = None
    duration_ms: int | None = None
    lateness_ms: int | None = None
    steps: tuple[Step, ...] = ()
    fixture_steps: tuple[Step, ...] = ()
    error: Error | None = None
    artifacts: tuple[Artifact, ...] = ()
    dropped_artifacts: int = 0
    provenance: Provenance | None = None
    worker: Worker | None = None
    evidence: RecordedEvidence | None = None

    def __post_init__(self) -> None:
        if (self.outcome, self.fault) not in OUTCOMES_AND_FAULTS:
            raise ValueError(f"a run cannot be {self.outcome}/{self.fault}")
        if self.run_id != self.key.run_id:
            raise ValueError(f"run_id is {self.run_id}, but the key of this run gives {self.key.run_id}")

    @property
    def key(self) -> RunKey:
        """The run's natural key."""
        return RunKey(
            journey=self.journey,
            target=self.target,
            location=self.location,
            trigger=self.trigger,
            slot_ms=self.slot_ms,
            attempt=self.attempt,
        )

    @property
    def journey_name(self) -> str:
        """The journey's name without its app, as metrics have it: ``run_flow``."""
        return self.journey.removeprefix(f"{self.app}.")

    @property
    def counts(self) -> bool:
        """Whether metrics of runs and SLIs see this run: scheduled, first attempt."""
        return self.trigger is Trigger.SCHEDULE and self.attempt == 1

    def to_json(self) -> str:
        """The record as one line of JSON."""
        return _ADAPTER.dump_json(well_formed(self)).decode()

    def to_dict(self) -> dict[str, object]:
        """The record as plain JSON values."""
        values: dict[str, object] = _ADAPTER.dump_python(well_formed(self), mode="json")
        return values

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a record back.

        Raises:
            pydantic.ValidationError: Where the text is no record.
        """
        record = _ADAPTER.validate_json(text)
        assert isinstance(record, cls)  # noqa: S101  narrows the adapter's type
        return record


def flaky_runs(records: Iterable[RunRecord]) -> frozenset[str]:
    """The runs that failed, and passed when they were repeated at once.

    Args:
        records: First attempts and confirm-runs, in any order.

    Returns:
        The short names of the first attempts.
    """
    kept = tuple(records)
    passed = {replace(each.key, attempt=1) for each in kept if each.attempt > 1 and each.outcome is Outcome.PASSED}
    return frozenset(each.run_id for each in kept if each.key in passed and each.outcome is Outcome.FAILED)


_ADAPTER: TypeAdapter[RunRecord] = TypeAdapter(RunRecord)
