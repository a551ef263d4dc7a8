"""What the runner and a supervisor say to each other: one JSON object a line, of plain values.

Neither pydantic nor anything else of weight is needed to read it, so that a supervisor stays small. What a worker says
is passed on as it came: a line that begins with ``EVENT`` is one of its events, one that begins with ``REPORT`` tells
that a run is over.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

#: The first byte of each line from a supervisor: an event, a run that is over, a worker that is warm or never will be,
#: and the id of a worker that was started.
EVENT, REPORT, PREPARED, ENGAGED = b"e", b"r", b"p", b"w"

#: The first byte of each line that a worker says: an event, a run that is over, or that it is warm.
SAID_EVENT, SAID_DONE, SAID_WARM = b"e", b"d", b"w"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSpec:
    """How a worker is started.

    Args:
        command: The program and its arguments; the numbers of its pipe and of its supervisor are added as the last.
        environ: Its whole environment but for its temporary folder and its tag.
        tag: What stands in the environment of all its processes, and of nobody else's.
        temporary_folder: Where its private folder is made.
        memory_bytes: How much memory its whole family may hold.
        processes: How many processes its whole family may be.
    """

    command: tuple[str, ...]
    environ: dict[str, str]
    tag: str
    temporary_folder: str
    memory_bytes: int
    processes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOrder:
    """A run, as a supervisor is told of it.

    Args:
        told: What the worker is told.
        folder: The run's private folder, which the supervisor makes and removes.
        timeout_ms: How long it may take.
        grace_ms: How long after that it may take to end by itself.
        fresh: Whether the worker may have made no other run before.
        last: Whether the worker makes no other run after.
    """

    told: dict[str, Any]
    folder: str
    timeout_ms: int
    grace_ms: int
    fresh: bool
    last: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One thing that a supervisor is told.

    Args:
        do: ``run`` makes a run; ``stop`` ends the one under way; ``release`` removes the folder of the one that is
            over; ``prepare`` starts a worker and warms it; ``dismiss`` ends the worker.
        spec: How workers are started from now on, with ``run`` and ``prepare``.
        run: The run, with ``run``; what the worker is warmed with, with ``prepare``.
    """

    do: Literal["run", "stop", "release", "prepare", "dismiss"]
    spec: WorkerSpec | None = None
    run: RunOrder | None = None

    def to_line(self) -> bytes:
        """The command as one line, its line feed included."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a command back.

        Raises:
            ValueError: Where the line is none.
        """
        values = json.loads(line)
        spec, run = values["spec"], values["run"]
        return cls(
            do=values["do"],
            spec=WorkerSpec(**spec | {"command": tuple(spec["command"])}) if spec else None,
            run=RunOrder(**run) if run else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a supervisor saw of a run.

    Args:
        runs_before: How many runs the worker had made before.
        exit_code: pytest's exit code, or the worker's own where it ended; None where a signal ended it.
        signal: The signal that ended the worker, where one did.
        killed_for: Why the supervisor ended the worker, where it did.
        killed_monotonic_ms: When it began to.
        could_not_start: What the system said, where there was no worker.
        supervisor_lost: What became of the supervisor, where it did not live to see the end; the runner says that.
        duration_ms: From the order until all was over.
        cpu_ms: Processor time of the whole family in this run.
        memory_bytes: The most memory that the whole family held at a look in this run.
        leaked: What the run left in the worker that could not be put back.
        worker_stays: Whether the worker can make another run.
    """

    runs_before: int = 0
    exit_code: int | None = None
    signal: int | None = None
    killed_for: str | None = None
    killed_monotonic_ms: int | None = None
    could_not_start: str | None = None
    supervisor_lost: str | None = None
    duration_ms: int = 0
    cpu_ms: int | None = None
    memory_bytes: int | None = None
    leaked: tuple[str, ...] = field(default=())
    worker_stays: bool = False

    def to_line(self) -> bytes:
        """The report as one line, its first byte and its line feed included."""
        return REPORT + json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a report back.

        Raises:
            ValueError: Where the text is none.
        """
        values = json.loads(text)
        return cls(**values | {"leaked": tuple(values["leaked"])})
