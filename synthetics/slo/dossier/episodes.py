"""Failures that follow each other without a pass in between are one outage, and are told as one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from synthetics.record import Fault


class OfARun(Protocol):
    """What is said of a scheduled run, and which one that is."""

    @property
    def run_id(self) -> str:
        """The run's short name."""

    @property
    def app(self) -> str:
        """The app's name."""

    @property
    def journey(self) -> str:
        """The journey's full name."""

    @property
    def target(self) -> str:
        """The name of the site."""

    @property
    def location(self) -> str:
        """From where the run was made."""

    @property
    def slot_ms(self) -> int:
        """When it was due, in milliseconds UTC."""


class Failed(OfARun, Protocol):
    """A scheduled first attempt that failed, as whoever kept it tells of it."""

    @property
    def ended_ms(self) -> int:
        """When it ended."""

    @property
    def fault(self) -> Fault:
        """Whose fault it was, by the last verdict."""

    @property
    def first_fault(self) -> Fault:
        """Whose fault it was by the first."""

    @property
    def author(self) -> str:
        """Who gave the last verdict: ``judge``, or a person's name."""

    @property
    def flaky(self) -> bool:
        """Whether it passed when it was repeated at once."""

    @property
    def passed_before_ms(self) -> int | None:
        """When the last run that passed before it was started; None where none is known."""

    @property
    def passed_after_ms(self) -> int | None:
        """The slot of the first run that passed after it; None where none has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """Failures of one journey on one target from one location, with no pass in between.

    Args:
        app: The app's name.
        journey: The journey's full name.
        target: The name of the site.
        location: From where the runs were made.
        failures: The failures, the oldest first; at least one.
        looked_from_ms: From when on failures were looked for, in milliseconds UTC; None where all were.
    """

    app: str
    journey: str
    target: str
    location: str
    failures: tuple[Failed, ...]
    looked_from_ms: int | None = None

    @property
    def began_before_ms(self) -> int | None:
        """The slot of the first failure found, where there may have been others before it; None where it is the first.

        Where the last pass lies before the time that was looked through, runs may have failed between the two.
        """
        looked_ms, passed_ms = self.looked_from_ms, self.passed_before_ms
        return None if looked_ms is None or passed_ms is None or passed_ms >= looked_ms else self.first_ms

    @property
    def first_ms(self) -> int:
        """The slot of the first failure that was found, in milliseconds UTC; see ``began_before_ms``."""
        return self.failures[0].slot_ms

    @property
    def last_ms(self) -> int:
        """The slot of the last one."""
        return self.failures[-1].slot_ms

    @property
    def n(self) -> int:
        """How many runs failed, of those that were found."""
        return len(self.failures)

    @property
    def flaky(self) -> int:
        """How many of them passed when they were repeated at once."""
        return sum(each.flaky for each in self.failures)

    @property
    def faults(self) -> Mapping[Fault, int]:
        """How many have which fault by the last verdict, the most frequent first."""
        return dict(Counter(each.fault for each in self.failures).most_common())

    @property
    def first_faults(self) -> Mapping[Fault, int]:
        """The same by the first verdict."""
        return dict(Counter(each.first_fault for each in self.failures).most_common())

    @property
    def settled_by(self) -> tuple[str, ...]:
        """Who gave the last verdicts."""
        return tuple(sorted({each.author for each in self.failures}))

    @property
    def passed_before_ms(self) -> int | None:
        """When the last run that passed before it was started; None where none is known."""
        return self.failures[0].passed_before_ms

    @property
    def over_ms(self) -> int | None:
        """The slot of the first run that passed after it; None where none has."""
        return self.failures[-1].passed_after_ms

    @property
    def detected_after_ms(self) -> int | None:
        """How long it went unseen, at the most.

        It began after the last run that passed was started, and was seen when the first that failed had ended; None
        where no run is known to have passed before, and where it is not known which failed first.
        """
        first = self.failures[0]
        if first.passed_before_ms is None or self.began_before_ms is not None:
            return None
        return max(0, first.ended_ms - first.passed_before_ms)


def episodes(failures: Iterable[Failed], looked_from_ms: int | None = None) -> tuple[Episode, ...]:
    """Put failures together that belong together.

    Args:
        failures: In any order.
        looked_from_ms: From when on they were looked for, in milliseconds UTC; None where all were.

    Returns:
        The oldest first.
    """
    by_place: dict[tuple[str, str, str], list[Failed]] = {}
    for each in sorted(failures, key=lambda failed: failed.slot_ms):
        by_place.setdefault((each.journey, each.target, each.location), []).append(each)
    found = [_episode(part, looked_from_ms) for its in by_place.values() for part in _split(its)]
    return tuple(sorted(found, key=lambda each: (each.first_ms, each.journey, each.target, each.location)))


def longest_detection_ms(found: Iterable[Episode]) -> int | None:
    """The longest that any of them went unseen; None where that is known of none."""
    return max((each.detected_after_ms for each in found if each.detected_after_ms is not None), default=None)


def _split(failures: Sequence[Failed]) -> list[list[Failed]]:
    """One place's failures, the oldest first, parted wherever a run passed in between."""
    parts: list[list[Failed]] = []
    for each in failures:
        if parts and not _passed_between(parts[-1][-1], each):
            parts[-1].append(each)
        else:
            parts.append([each])
    return parts


def _passed_between(earlier: Failed, later: Failed) -> bool:
    return earlier.passed_after_ms is not None and earlier.passed_after_ms < later.slot_ms


def _episode(failures: Sequence[Failed], looked_from_ms: int | None) -> Episode:
    first = failures[0]
    return Episode(
        app=first.app,
        journey=first.journey,
        target=first.target,
        location=first.location,
        failures=tuple(failures),
        looked_from_ms=looked_from_ms,
    )
