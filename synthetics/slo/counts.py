"""How many runs came to which end: figures that may be added in any order, over any split of a time."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Protocol, Self

from synthetics.record import Fault, Outcome

#: Faults that are not the app's: such failures leave both sides of the attributed reading.
EXCUSED = frozenset({Fault.HOST, Fault.SESSION, Fault.NETWORK})


class Counted(Protocol):
    """Runs of one end, as whoever counted them tells of them."""

    @property
    def outcome(self) -> Outcome:
        """What became of them."""

    @property
    def fault(self) -> Fault:
        """Whose fault it was, by the last verdict."""

    @property
    def total(self) -> int:
        """How many they are."""

    @property
    def flaky(self) -> int:
        """How many of them failed and passed when they were repeated."""

    @property
    def app_requests(self) -> int:
        """How many requests to the app's own origins ended."""

    @property
    def app_errors(self) -> int:
        """How many of those ended in an error."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultCounts:
    """Failures by whose fault they were; each 0 or more."""

    app: int = 0
    host: int = 0
    session: int = 0
    network: int = 0
    unknown: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def total(self) -> int:
        """All failures."""
        return self.excused + self.charged

    @property
    def excused(self) -> int:
        """Those that were not the app's: of the host, the session or the network."""
        return self.host + self.session + self.network

    @property
    def charged(self) -> int:
        """Those that count as bad in the attributed reading: the app's, and those that nobody could explain."""
        return self.app + self.unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Scheduled first attempts by what became of them; each number 0 or more.

    Args:
        passed: Those that passed.
        failed: Those that failed, by the fault of the last verdict.
        flaky: Those of the failed ones whose repetition passed, by the same fault.
        errored: Those that could not be judged.
        missed: Those that did not run.
        app_requests: Requests to the app's own origins that ended.
        app_errors: Those of them that ended in an error.
    """

    passed: int = 0
    failed: FaultCounts = FaultCounts()
    flaky: FaultCounts = FaultCounts()
    errored: int = 0
    missed: int = 0
    app_requests: int = 0
    app_errors: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def judged(self) -> int:
        """Those that passed or failed."""
        return self.passed + self.failed.total

    @property
    def expected(self) -> int:
        """All slots that were due."""
        return self.judged + self.errored + self.missed


def counts_of(counted: Iterable[Counted]) -> Counts:
    """Add up runs, in whatever order they are told."""
    total = Counts()
    for each in counted:
        total += _one(each)
    return total


def _one(counted: Counted) -> Counts:
    requests, errors, total = counted.app_requests, counted.app_errors, counted.total
    match counted.outcome:
        case Outcome.PASSED:
            return Counts(passed=total, app_requests=requests, app_errors=errors)
        case Outcome.ERRORED:
            return Counts(errored=total, app_requests=requests, app_errors=errors)
        case Outcome.MISSED:
            return Counts(missed=total, app_requests=requests, app_errors=errors)
    fault = counted.fault.value
    failed, flaky = FaultCounts(**{fault: total}), FaultCounts(**{fault: counted.flaky})
    return Counts(failed=failed, flaky=flaky, app_requests=requests, app_errors=errors)
