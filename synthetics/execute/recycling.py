"""When a worker has made its last run: a pure rule."""

from dataclasses import dataclass

from synthetics.execute.wire import Report
from synthetics.worker import RecycleReason


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerLimits:
    """How long a worker is kept, and what its family may hold.

    Args:
        runs: How many runs it makes.
        age_ms: How old it gets.
        memory_bytes: What its whole family may hold at the end of a run; twice as much ends a run.
        processes: How many processes its whole family may be.
    """

    runs: int = 100
    age_ms: int = 3_600_000
    memory_bytes: int = 1_500_000_000
    processes: int = 100


def why_recycle(
    report: Report, limits: WorkerLimits, *, passed: bool, isolated: bool, age_ms: int
) -> RecycleReason | None:
    """Say why a worker makes no further run.

    Args:
        report: What its supervisor saw of the run that is over.
        limits: How long it is kept.
        passed: Whether the run passed: after anything else nobody knows what the worker is like.
        isolated: Whether the run was to have a worker to itself.
        age_ms: How old the worker is.

    Returns:
        The reason, or None where it stays.
    """
    reasons = {
        RecycleReason.ISOLATED: isolated,
        RecycleReason.LEAKED: bool(report.leaked),
        RecycleReason.NOT_PASSED: not passed,
        RecycleReason.DIED: not report.worker_stays,
        RecycleReason.RUNS: report.runs_before + 1 >= limits.runs,
        RecycleReason.AGE: age_ms >= limits.age_ms,
        RecycleReason.MEMORY: (report.memory_bytes or 0) > limits.memory_bytes,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
