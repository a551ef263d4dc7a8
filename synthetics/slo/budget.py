"""What an objective allows, how much of that is used, how fast it goes, and how soon an outage is seen."""

from dataclasses import dataclass

from synthetics.slo.figures import Goal, Tally
from synthetics.slo.interval import runs_to_show


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """The failures that a window allows, in whole runs.

    Args:
        runs: How many runs the whole window has, or will have.
        allowed: How many of them may fail with the objective still met.
        used: How many have.
        left_ratio: What is left of the budget, as a share of it: 1 is untouched, 0 used up, below 0 overspent.
    """

    runs: int
    allowed: int
    used: int
    left_ratio: float

    @property
    def left(self) -> int:
        """How many more may fail; below 0 where too many have."""
        return self.allowed - self.used


@dataclass(frozen=True, kw_only=True, slots=True)
class Detection:
    """How long an outage lasts until a run fails in it, at this cadence.

    Args:
        mean_ms: On average: half an interval, and the time that a run may take to fail.
        at_most_ms: At the most: a whole one, and the same.
    """

    mean_ms: int
    at_most_ms: int


def budget(goal: Goal, tally: Tally, runs: int) -> Budget:
    """The budget of a window.

    Args:
        goal: What is asked for.
        tally: What has been counted in it.
        runs: How many runs the whole window has at this cadence; what was counted, where that is more.
    """
    whole = max(runs - tally.left_out, tally.n)
    exact = whole * (1 - goal.fraction)
    left_ratio = float(1 - tally.bad / exact) if exact else 0.0
    return Budget(runs=whole, allowed=goal.allowed(whole), used=tally.bad, left_ratio=left_ratio)


def burn_rate(goal: Goal, tally: Tally) -> float | None:
    """How many times faster than just allowed the budget goes; None where nothing was counted."""
    return float(tally.bad / (tally.n * (1 - goal.fraction))) if tally.n else None


def detection(every_ms: int, timeout_ms: int) -> Detection:
    """How soon an outage is seen.

    Args:
        every_ms: The longest time between two slots.
        timeout_ms: How long a run may take.
    """
    return Detection(mean_ms=every_ms // 2 + timeout_ms, at_most_ms=every_ms + timeout_ms)


def can_be_shown(goal: Goal, runs: int) -> bool:
    """Whether a window of so many runs, all good, would show that the objective is met."""
    return runs >= runs_to_show(float(goal.share))
