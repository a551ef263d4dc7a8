"""From counts to what they say: the share of good runs, whether the objective is met, and whether that is shown."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from synthetics.slo.counts import Counts
from synthetics.slo.coverage import Tier
from synthetics.slo.interval import wilson


class Verdict(StrEnum):
    """Whether the objective is met, by the profile's arithmetic."""

    MET = "met"
    NOT_MET = "not_met"


class Certainty(StrEnum):
    """Whether so many runs show it: whether the whole 95 % interval lies on the verdict's side."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """How large the share of good ones has to be.

    Args:
        share: The share, above 0 and below 1, exact: 0.999 is 999 of 1,000.
        exclusive: Whether the share itself is too little: "an error rate below 0.1 %" is one of more than 0.999 good.
    """

    share: Decimal
    exclusive: bool = False

    @property
    def fraction(self) -> Fraction:
        """The share as a fraction."""
        return Fraction(self.share)

    def is_met(self, good: int, n: int) -> bool:
        """Whether so many of so many are enough."""
        return good > n * self.fraction if self.exclusive else good >= n * self.fraction

    def allowed(self, n: int) -> int:
        """How many of ``n`` may be bad with the goal still met, as ``is_met`` says."""
        bad = n * (1 - self.fraction)
        whole = int(bad)
        return max(0, whole - 1) if self.exclusive and bad == whole else whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one reading counts.

    Args:
        good: How many were good.
        bad: How many were bad.
        left_out: How many failed, and are on neither side.
    """

    good: int
    bad: int
    left_out: int = 0

    @property
    def n(self) -> int:
        """How many count."""
        return self.good + self.bad


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to read the counts.

    Args:
        tally: What it counts.
        share: The share of good ones, from 0 to 1.
        interval: Between which values the true share lies, at 95 %.
        verdict: Whether the goal is met; None where the coverage allows no verdict.
        certainty: Whether that is shown at this n; None where there is no verdict.
    """

    tally: Tally
    share: float
    interval: tuple[float, float]
    verdict: Verdict | None
    certainty: Certainty | None


def raw(counts: Counts) -> Tally:
    """Every failure counts."""
    return Tally(good=counts.passed, bad=counts.failed.total)


def attributed(counts: Counts) -> Tally:
    """Failures of the host, the session and the network are on neither side; those nobody could explain are bad."""
    return Tally(good=counts.passed, bad=counts.failed.charged, left_out=counts.failed.excused)


def requests(counts: Counts) -> Tally:
    """The requests to the app's own origins."""
    return Tally(good=counts.app_requests - counts.app_errors, bad=counts.app_errors)


def read(tally: Tally, goal: Goal, allowed: Tier) -> Reading | None:
    """Read a tally.

    Args:
        tally: What counts.
        goal: What is asked for.
        allowed: What the coverage allows to say.

    Returns:
        The reading; None where there is no right to a number, or nothing to make one of.
    """
    interval = wilson(tally.good, tally.n)
    if allowed is Tier.INSUFFICIENT or interval is None:
        return None
    verdict = certainty = None
    if allowed is Tier.VERDICT:
        verdict = Verdict.MET if goal.is_met(tally.good, tally.n) else Verdict.NOT_MET
        certainty = _certainty(verdict, interval, goal)
    return Reading(tally=tally, share=tally.good / tally.n, interval=interval, verdict=verdict, certainty=certainty)


def worst_case(counts: Counts, allowed: Tier) -> float | None:
    """The share that passed of all that were due, as if whatever nobody saw had failed; None with no right to one."""
    return None if allowed is Tier.INSUFFICIENT else counts.passed / counts.expected


def _certainty(verdict: Verdict, interval: tuple[float, float], goal: Goal) -> Certainty:
    low, high = interval
    if verdict is Verdict.MET:
        shown = low > goal.share if goal.exclusive else low >= goal.share
    else:
        shown = high <= goal.share if goal.exclusive else high < goal.share
    return Certainty.SHOWN if shown else Certainty.NOT_SHOWN
