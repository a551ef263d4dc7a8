"""A run in words: what happened, whose fault it was, how long it took. Used by every page, the log and JUnit."""

from collections.abc import Sequence
from datetime import UTC, datetime

from synthetics.record import Fault, Outcome, RunRecord, Step, StepStatus

_SECOND_MS = 1_000
_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_KIBIBYTE = 1024

_WHOSE_FAULT = {
    Fault.APP: "the app's fault",
    Fault.HOST: "the host's fault",
    Fault.SESSION: "a fault of the session",
    Fault.NETWORK: "a fault of the network",
    Fault.UNKNOWN: "fault unknown",
}


def headline(record: RunRecord) -> str:
    """One sentence: what happened, and whose fault it was."""
    match record.outcome:
        case Outcome.PASSED:
            return "Passed." if record.duration_ms is None else f"Passed in {duration(record.duration_ms)}."
        case Outcome.FAILED:
            return f"Failed {_where(record)}: {_WHOSE_FAULT[record.fault]}."
        case Outcome.ERRORED:
            return f"Errored{_at_step(record)}: the monitor's own trouble, so nothing is said about the app."
        case Outcome.MISSED:
            return "Missed: the monitor did not make this run, so nothing is said about the app."


def failed_path(record: RunRecord) -> tuple[Step, ...]:
    """The way to what failed: the failed step, then the failed one inside it, and so on; empty where none failed."""
    return _failed_path(record.steps) or _failed_path(record.fixture_steps)


def failed_step(record: RunRecord) -> str | None:
    """The titles on the way to what failed, such as ``“Create a flow” → “Press Save”``; None where no step did."""
    return " → ".join(f"“{step.title}”" for step in failed_path(record)) or None


def duration(milliseconds: int) -> str:
    """A length of time for people: ``240 ms``, ``3.2 s``, ``1 min 05 s``, ``2 h 03 min``.

    Args:
        milliseconds: How long; a negative one keeps its sign.
    """
    if milliseconds < 0:
        return f"-{duration(-milliseconds)}"
    if milliseconds < _SECOND_MS:
        return f"{milliseconds} ms"
    tenths = (milliseconds + 50) // 100
    if tenths < _MINUTE_S * 10:
        return f"{tenths // 10}.{tenths % 10} s"
    seconds = (milliseconds + 500) // _SECOND_MS
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min {seconds % _MINUTE_S:02d} s"
    minutes = (seconds + 30) // _MINUTE_S
    return f"{minutes // 60} h {minutes % 60:02d} min"


def instant(milliseconds: int) -> str:
    """A point in time for people: ``2026-03-01 12:00:05 UTC``.

    Args:
        milliseconds: UTC since 1970.
    """
    return f"{datetime.fromtimestamp(milliseconds // _SECOND_MS, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"


def iso_instant(milliseconds: int) -> str:
    """A point in time for machines: ``2026-03-01T12:00:05.250Z``.

    Args:
        milliseconds: UTC since 1970.
    """
    whole = datetime.fromtimestamp(milliseconds // _SECOND_MS, tz=UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{milliseconds % _SECOND_MS:03d}Z"


def size(size_bytes: int) -> str:
    """A file's size for people: ``512 bytes``, ``3.4 KiB``, ``12.0 MiB``, ``78.2 GiB``."""
    if size_bytes < _KIBIBYTE:
        return f"{size_bytes} bytes"
    if size_bytes < _KIBIBYTE * _KIBIBYTE:
        return f"{size_bytes / _KIBIBYTE:.1f} KiB"
    mebibytes = size_bytes / _KIBIBYTE / _KIBIBYTE
    return f"{mebibytes:.1f} MiB" if mebibytes < _KIBIBYTE else f"{mebibytes / _KIBIBYTE:.1f} GiB"


def _failed_path(steps: Sequence[Step]) -> tuple[Step, ...]:
    for step in steps:
        if step.status is StepStatus.FAILED:
            return (step, *_failed_path(step.steps))
    return ()


def _where(record: RunRecord) -> str:
    step = failed_step(record)
    return "outside its steps" if step is None else f"at step {step}"


def _at_step(record: RunRecord) -> str:
    step = failed_step(record)
    return "" if step is None else f" at step {step}"
