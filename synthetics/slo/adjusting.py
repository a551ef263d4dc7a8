"""What planned maintenance and people's corrections change: both figures, each with who said so, why and when.

Nothing is taken away from the raw figure. A window counts only where notice of it was given before it began: the
programme excuses downtime that was announced beforehand, and no other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from synthetics.maintenance import Maintenance
from synthetics.record import Fault
from synthetics.slo.counts import Counts, FaultCounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A person's word on whose fault a run was.

    Args:
        run_id: The run's short name.
        before: Whose fault it was by the judge alone.
        after: Whose it is.
        author: Who said so.
        why: Why, in their words.
        at_ms: When, in milliseconds UTC.
        flaky: Whether the run passed when it was repeated.
    """

    run_id: str
    before: Fault
    after: Fault
    author: str
    why: str
    at_ms: int
    flaky: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """Counts as the judge alone left them, and as they are with all that was entered.

    Args:
        judged: As the judge alone left them.
        adjusted: With the corrections, and without what was due in announced windows.
        windows: All windows that touch the time, those that do not count among them.
        corrections: The corrections.
    """

    judged: Counts
    adjusted: Counts
    windows: tuple[Maintenance, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def __add__(self, other: Self) -> Self:
        """Those of two subjects together; a window of both is told once."""
        return type(self)(
            judged=self.judged + other.judged,
            adjusted=self.adjusted + other.adjusted,
            windows=tuple(dict.fromkeys((*self.windows, *other.windows))),
            corrections=(*self.corrections, *other.corrections),
        )

    @property
    def is_changed(self) -> bool:
        """Whether anything was entered at all."""
        return bool(self.windows or self.corrections)


def adjust(
    counts: Counts, within: Counts, windows: Iterable[Maintenance] = (), corrections: Sequence[Correction] = ()
) -> Adjusted:
    """Both figures of a time.

    Args:
        counts: All runs of the time, by the last verdicts of all.
        within: Those of them that were due in ``times_of`` the windows.
        windows: The windows that were entered.
        corrections: The last correction of each corrected run that is in ``counts``.

    Raises:
        ValueError: Where more is taken away than there is.
    """
    judged = counts
    for each in corrections:
        judged = _undone(judged, each)
    return Adjusted(
        judged=judged, adjusted=_without(counts, within), windows=tuple(windows), corrections=tuple(corrections)
    )


def _undone(counts: Counts, correction: Correction) -> Counts:
    """Counts as they were before a correction."""
    failed = _moved(counts.failed, correction)
    return replace(counts, failed=failed, flaky=_moved(counts.flaky, correction) if correction.flaky else counts.flaky)


def _moved(counts: FaultCounts, correction: Correction) -> FaultCounts:
    values = {each.name: getattr(counts, each.name) for each in fields(counts)}
    values[correction.after.value] -= 1
    values[correction.before.value] += 1
    return _sound(FaultCounts(**values))


def _without(counts: Counts, within: Counts) -> Counts:
    """Counts less a part of them."""
    failed, flaky = (
        _sound(
            FaultCounts(**{each.name: getattr(whole, each.name) - getattr(part, each.name) for each in fields(whole)})
        )
        for whole, part in ((counts.failed, within.failed), (counts.flaky, within.flaky))
    )
    numbers = {
        name: getattr(counts, name) - getattr(within, name)
        for name in ("passed", "errored", "missed", "app_requests", "app_errors")
    }
    if min(numbers.values()) < 0:
        raise ValueError(f"{within} is no part of {counts}")
    return Counts(
        passed=numbers["passed"],
        failed=failed,
        flaky=flaky,
        errored=numbers["errored"],
        missed=numbers["missed"],
        app_requests=numbers["app_requests"],
        app_errors=numbers["app_errors"],
    )


def _sound(counts: FaultCounts) -> FaultCounts:
    if any(getattr(counts, each.name) < 0 for each in fields(counts)):
        raise ValueError(f"there are no such failures to take away: {counts}")
    return counts
