"""Objectives in words: percentages that are never rounded up, and one plain sentence for each standing."""

from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from synthetics.config.durations import format_duration
from synthetics.slo.budget import Budget
from synthetics.slo.figures import Goal, Reading
from synthetics.slo.profile import Measure, Objective
from synthetics.slo.standing import Standing, State

_HUNDREDTH = Decimal("0.01")
_HOUR_MS = 3_600_000
_HOURS_OF_A_DAY = 24


def percent(share: float) -> str:
    """A share in per cent, cut and never rounded up, so that only all of it is 100 %.

    Args:
        share: From 0 to 1.
    """
    cut = (Decimal(str(share)) * 100).quantize(_HUNDREDTH, ROUND_FLOOR)
    return f"{_plain(cut)} %"


def goal_words(goal: Goal) -> str:
    """A goal as people write it, such as ``99.9 %``, or ``< 0.1 %`` for a share of bad ones."""
    return f"< {_plain((1 - goal.share) * 100)} %" if goal.exclusive else f"{_plain(goal.share * 100)} %"


def budget_words(budget: Budget, window: timedelta, noun: str = "failure") -> str:
    """What of a budget is used and left, in whole ones.

    Args:
        budget: The budget.
        window: Over which time it is given.
        noun: What spends it.
    """
    over, many = window_words(window), f"{noun}s"
    if not budget.allowed:
        return f"no {noun} is allowed in {over} at this cadence; {budget.used:,} happened"
    allowed = f"{budget.used:,} of {budget.allowed:,} {many if budget.allowed > 1 else noun} allowed in {over} used"
    return f"{allowed}, {budget.left:,} left" if budget.left >= 0 else f"{allowed}, {-budget.left:,} too many"


def window_words(window: timedelta) -> str:
    """A window as people say it, such as ``28 days``."""
    hours = window // timedelta(hours=1)
    days, rest = divmod(hours, _HOURS_OF_A_DAY)
    if rest:
        return f"{hours} hours" if hours > 1 else "1 hour"
    return f"{days} days" if days > 1 else "1 day"


def sentence(standing: Standing, window: timedelta, until_ms: int) -> str:
    """What there is to say of an objective, in one or two plain sentences.

    Args:
        standing: How it stands.
        window: Over which time it is judged.
        until_ms: When that time ends, in milliseconds UTC.
    """
    said = f"{_first(standing, window, until_ms)}{_adjusted(standing)}"
    first = standing.red_on_first
    if first:
        said += f" It is red on {', '.join(first)}, where changes come first: breakage is coming."
    return said


def _adjusted(standing: Standing) -> str:
    """What people's corrections and planned downtime make of it."""
    if standing.adjusted is None:
        return ""
    entered, reading = standing.adjusted.entered, standing.adjusted.adjusted
    announced = sum(each.is_announced for each in entered.windows)
    late = len(entered.windows) - announced
    counted = (_many(len(entered.corrections), "correction"), _many(announced, "announced window"))
    told = " and ".join(each for each in counted if each)
    share = "insufficient coverage" if reading is None else percent(reading.share)
    said = f" Adjusted for {told}: {share}." if told else ""
    return said + (
        f" {_many(late, 'window')} announced too late excuse{'s' if late == 1 else ''} nothing." if late else ""
    )


def _many(number: int, noun: str) -> str:
    return "" if not number else f"{number:,} {noun}{'s' if number > 1 else ''}"


def noun_of(objective: Objective) -> str:
    """What spends an objective's budget."""
    return {
        Measure.AVAILABILITY: "failure",
        Measure.REQUEST_ERRORS: "failed request",
        Measure.RUN: "slow run",
        Measure.STEP: "slow step",
        Measure.FRAME: "late frame",
    }[objective.measure]


def _first(standing: Standing, window: timedelta, until_ms: int) -> str:
    reading, counts = standing.attributed, standing.seen.counts
    if standing.state is State.NO_DATA or (reading is None and standing.state is State.RED_ON_FIRST):
        return "Nothing has run yet." if not counts.expected else "Nothing of this was measured yet."
    if reading is None or standing.budget_attributed is None:
        return (
            f"Insufficient coverage: only {counts.judged:,} of {counts.expected:,} due runs were judged"
            f" ({counts.errored:,} errored, {counts.missed:,} missed)."
        )
    used = budget_words(standing.budget_attributed, window, noun_of(standing.objective))
    if standing.state is State.NOT_MET:
        return f"Not met{_so_far(standing, window, until_ms)}: {_bad(reading)}; {used}."
    if standing.state is State.NO_VERDICT:
        judged = f"{counts.judged:,} of {counts.expected:,} due runs were judged"
        return f"{percent(reading.share)}, but only {judged}: too few for a verdict. {_capital(used)}."
    return f"{_capital(used)}.{_raw_too(standing)}{_not_shown(standing)}"


def _bad(reading: Reading) -> str:
    return f"{reading.tally.bad:,} of {reading.tally.n:,} were bad"


def _so_far(standing: Standing, window: timedelta, until_ms: int) -> str:
    since_ms = standing.seen.since_ms
    if since_ms is None or until_ms - since_ms >= window // timedelta(milliseconds=1):
        return ""
    held = timedelta(milliseconds=max(_HOUR_MS, until_ms - since_ms))
    return f" after {format_duration(held)} of {format_duration(window)}"


def _raw_too(standing: Standing) -> str:
    """What is to be said of failures that are nobody's of ours."""
    reading = standing.attributed
    if reading is None or not reading.tally.left_out:
        return ""
    left_out = reading.tally.left_out
    return f" {left_out:,} more {'was' if left_out == 1 else 'were'} not the app's."


def _not_shown(standing: Standing) -> str:
    reading = standing.attributed
    if standing.state is not State.NOT_SHOWN or reading is None:
        return ""
    return f" {reading.tally.n:,} are too few to show it."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(number: Decimal) -> str:
    """A number without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
