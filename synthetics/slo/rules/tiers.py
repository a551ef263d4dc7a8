"""Burn-rate alerts fitted to 28 days and to a cadence: which windows, and how many bad runs one has to see.

At one run in five minutes a single failure in an hour burns the budget 83 times too fast, so the usual rules cry at
each. Hence every tier also asks for a number of bad runs: the smallest that failures independent of each other, so many
that they spend exactly the budget, hardly ever bring together in the tier's window.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import exp, lgamma, log

from synthetics.config.durations import format_duration
from synthetics.slo.rules.cadence import PERIOD_SECONDS, Cadence

_HOUR, _DAY = 3_600, 86_400
#: Windows that a tier's short one is taken from, so that few are recorded.
_LADDER = (300, 600, 900, 1_800, _HOUR, 2 * _HOUR, 6 * _HOUR, _DAY, 3 * _DAY)
#: A short window is a twelfth of its long one, where that holds enough runs.
_SHORT_SHARE = 12
_FEWEST_CONFIRMED = 2
_FEWEST_UNCONFIRMED = 3


class Severity(StrEnum):
    """How an alert is told: somebody is woken, or finds it in the morning."""

    PAGE = "page"
    TICKET = "ticket"


#: How often chance alone may bring a tier's bad runs together within a period, as long as the objective is just met.
_CHANCE = {Severity.PAGE: 0.1, Severity.TICKET: 1.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the multi-window, multi-burn-rate alert.

    Source: the SRE workbook, chapter 5 (2 % of the budget in 1 h, 5 % in 6 h, 10 % in 1 d and in 3 d), for 28 days.

    Args:
        long_s: The long window in seconds.
        budget_share: Which share of the period's budget it may take before the alert.
        severity: How it is told.
    """

    long_s: int
    budget_share: float
    severity: Severity

    @property
    def burn_rate(self) -> float:
        """How many times too fast the budget goes, rounded as people write it: 13.44, 5.6, 2.8, 0.933."""
        return round(self.budget_share * PERIOD_SECONDS / self.long_s, 3)


STEPS = (
    Step(long_s=_HOUR, budget_share=0.02, severity=Severity.PAGE),
    Step(long_s=6 * _HOUR, budget_share=0.05, severity=Severity.PAGE),
    Step(long_s=_DAY, budget_share=0.1, severity=Severity.TICKET),
    Step(long_s=3 * _DAY, budget_share=0.1, severity=Severity.TICKET),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """A step as it is at one cadence.

    Args:
        step: Which one.
        short_s: The window, in seconds, that tells whether it still goes on.
        bad_runs: How many bad runs the long window has to see.
    """

    step: Step
    short_s: int
    bad_runs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A step that could never alert at this cadence.

    Args:
        step: Which one.
        why: The arithmetic, in one sentence.
    """

    step: Step
    why: str


def fit(cadence: Cadence, objective: float, *, confirms: bool) -> tuple[tuple[Tier, ...], tuple[LeftOut, ...]]:
    """Fit every step to a cadence.

    Args:
        cadence: When the journey is due.
        objective: The share of runs that has to be good, above 0 and below 1.
        confirms: Whether a failure counts for a page only when it failed twice.

    Returns:
        The tiers that can alert, and the steps that never could.
    """
    tiers, left_out = [], []
    for step in STEPS:
        bad_runs = fewest_bad_runs(cadence, objective, step, confirms=confirms)
        held = cadence.held(step.long_s)
        if held < bad_runs:
            left_out.append(LeftOut(step=step, why=_never(cadence, step, held, bad_runs)))
        else:
            tiers.append(Tier(step=step, short_s=_short(cadence, step, bad_runs), bad_runs=bad_runs))
    return tuple(tiers), tuple(left_out)


def fewest_bad_runs(cadence: Cadence, objective: float, step: Step, *, confirms: bool) -> int:
    """How many bad runs a tier asks for.

    The budget of a period is that many failures, and after each the number of others within the window is Poisson's.
    Two failures that were each repeated are four attempts in a row; a raw failure may be one attempt: it takes three.

    Args:
        cadence: When the journey is due.
        objective: The share of runs that has to be good.
        step: The window and how it is told.
        confirms: Whether a failure counts for a page only when it failed twice.
    """
    budget = (1 - objective) * cadence.held(PERIOD_SECONDS)
    within = (1 - objective) * max(1, cadence.held(step.long_s))
    fewest = _FEWEST_CONFIRMED if confirms and step.severity is Severity.PAGE else _FEWEST_UNCONFIRMED
    others = 0
    below = _exactly(others, within)
    while others < fewest - 2 or budget * (1 - below) >= _CHANCE[step.severity]:
        others += 1
        below += _exactly(others, within)
    return others + 2


def _exactly(count: int, mean: float) -> float:
    """The chance that Poisson's number with a mean, more than 0, is this count."""
    return exp(count * log(mean) - mean - lgamma(count + 1))


def _short(cadence: Cadence, step: Step, bad_runs: int) -> int:
    holds = (each for each in _LADDER if each * _SHORT_SHARE >= step.long_s and cadence.held(each) >= bad_runs)
    return min(next(holds, step.long_s), step.long_s)


def _never(cadence: Cadence, step: Step, held: int, bad_runs: int) -> str:
    window = format_duration(timedelta(seconds=step.long_s))
    every = format_duration(timedelta(seconds=cadence.every_s))
    runs = "1 run" if held == 1 else f"{held} runs"
    return (
        f"{step.severity} at {step.burn_rate:g} times the budget's rate in {window}: left out, since at one run in"
        f" {every} {window} holds {runs} at the most, and it takes {bad_runs} bad ones to tell an outage from chance"
    )
