"""The process that made a run, as its record tells of it."""

from dataclasses import dataclass
from enum import StrEnum


class KillReason(StrEnum):
    """Why the monitor itself ended a worker."""

    DEADLINE = "deadline"
    STOPPED = "stopped"
    MEMORY = "memory"
    PROCESSES = "processes"


class RecycleReason(StrEnum):
    """Why a worker made no run after this one."""

    RUNS = "runs"
    AGE = "age"
    MEMORY = "memory"
    CHANGED = "changed"
    NOT_PASSED = "not_passed"
    LEAKED = "leaked"
    DIED = "died"
    ISOLATED = "isolated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """The process that made a run, seen from outside it: what the judge and the people on call need of it.

    Args:
        runs_before: How many runs the same process had made before; 0 for a fresh one.
        exit_code: Its exit code, where it ended with this run and no signal ended it.
        signal: The signal that ended it with this run, where one did.
        killed_for: Why the monitor ended it, where the monitor did.
        cpu_ms: Processor time of its whole family in this run; None where it could not be read.
        memory_bytes: The most memory that its whole family held at a look in this run; None where none was seen.
        recycled_for: Why it made no further run; None where it stays for the next. ``changed`` stands with the first
            run of the worker that took the place of an outdated one.
        leaked: What the run left behind in it that could not be put back, such as ``thread: name``.
    """

    runs_before: int = 0
    exit_code: int | None = None
    signal: int | None = None
    killed_for: KillReason | None = None
    cpu_ms: int | None = None
    memory_bytes: int | None = None
    recycled_for: RecycleReason | None = None
    leaked: tuple[str, ...] = ()
