"""What planned maintenance and people's corrections change: both figures, each with who said so, why and when.

Nothing is taken away from the raw figure. A window counts only where notice of it was given before it began: the
programme excuses downtime that was announced beforehand, and no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from synthetics.record import Fault
from synthetics.slo.counts import Counts, FaultCounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Maintenance:
    """A planned window.

    Args:
        from_ms: When it began, in milliseconds UTC.
        until_ms: When it ended; that instant is no longer in it.
        noticed_ms: When notice of it was given.
        author: Who entered it.
        why: What for, in their words.
        entered_ms: When they did.

    Raises:
        ValueError: Where it ends before it begins.
    """

    from_ms: int
    until_ms: int
    noticed_ms: int
    author: str
    why: str
    entered_ms: int

    def __post_init__(self) -> None:
        if self.until_ms <= self.from_ms:
            raise ValueError(f"a window from {self.from_ms} until {self.until_ms} has no time in it")

    @property
    def is_announced(self) -> bool:
        """Whether notice was given before it began."""
        return self.noticed_ms < self.from_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A person's word on whose fault a run was.

    Args:
        run_id: The run's short name.
        before: Whose fault it was until then.
        after: Whose it is.
        author: Who said so.
        why: Why, in their words.
        at_ms: When, in milliseconds UTC.
    """

    run_id: str
    before: Fault
    after: Fault
    author: str
    why: str
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """Counts as they were, and as they are with all that was entered.

    Args:
        counts: As the judge alone left them.
        adjusted: With the corrections, and without what was due in announced windows.
        excused: The windows that count.
        refused: Those that do not: notice came too late.
        corrections: The corrections.
    """

    counts: Counts
    adjusted: Counts
    excused: tuple[Maintenance, ...]
    refused: tuple[Maintenance, ...]
    corrections: tuple[Correction, ...]


def times_of(windows: Iterable[Maintenance]) -> tuple[tuple[int, int], ...]:
    """The times of all announced windows, each instant once, in order.

    Args:
        windows: They may overlap, and come in any order.

    Returns:
        When each time begins and ends, in milliseconds UTC; the end is no longer in it. Runs are counted in these.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted((each.from_ms, each.until_ms) for each in windows if each.is_announced):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def adjust(
    counts: Counts, within: Counts, windows: Iterable[Maintenance], corrections: Iterable[Correction] = ()
) -> Adjusted:
    """Both figures of a time.

    Args:
        counts: All runs of the time, by the judge's last verdicts.
        within: Those of them that were due in ``times_of`` the windows, by the last verdicts of all.
        windows: The windows that were entered.
        corrections: The last correction of each corrected run that is in ``counts``.

    Raises:
        ValueError: Where more is taken away than there is.
    """
    entered, corrected = tuple(windows), tuple(corrections)
    failed = counts.failed
    for each in corrected:
        failed = _moved(failed, each)
    moved = replace(counts, failed=failed)
    return Adjusted(
        counts=counts,
        adjusted=_without(moved, within),
        excused=tuple(each for each in entered if each.is_announced),
        refused=tuple(each for each in entered if not each.is_announced),
        corrections=corrected,
    )


def _moved(failed: FaultCounts, correction: Correction) -> FaultCounts:
    """One failure under another fault."""
    values = {each.name: getattr(failed, each.name) for each in fields(failed)}
    values[correction.before.value] -= 1
    values[correction.after.value] += 1
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
