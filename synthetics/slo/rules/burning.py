"""Alerts on the error budget: pages from attributed failures that were repeated, tickets from raw ones."""

from collections.abc import Iterator

from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_SECONDS
from synthetics.slo.rules.model import ON, Alert, selector, window
from synthetics.slo.rules.routing import to_app, to_monitor
from synthetics.slo.rules.tiers import Severity, Tier
from synthetics.slo.rules.watched import Watched

BURN = "SyntheticErrorBudgetBurn"
SPENT = "SyntheticErrorBudgetSpent"

#: So many bad runs spend a budget at the least: at a slow cadence it is less than one run.
FEWEST_TO_SPEND = 3


def burn_alerts(watched: Watched) -> Iterator[Alert]:
    """Every tier of a placement, and that nothing is left of the budget.

    Args:
        watched: A placement that feeds an objective.
    """
    for tier in watched.tiers:
        if tier.step.severity is Severity.PAGE:
            yield _page(watched, tier)
        else:
            yield from _tickets(watched, tier)
    yield _spent(watched)


def at_least(selected: str, runs: int) -> str:
    """That there were so many runs: half a run less, since an increase is extrapolated and not whole."""
    return f"{selected} > {runs - 0.5:g}"


def _page(watched: Watched, tier: Tier) -> Alert:
    enough = at_least(names.counted(watched, tier.step.long_s, names.BAD_PAGING), tier.bad_runs)
    return Alert(
        name=BURN,
        conditions=(*_burning(watched, tier, names.BAD_PAGING, "judged_attributed"), enough),
        labels={**_labels(watched, tier, "attributed"), **to_app(watched, Severity.PAGE)},
        summary=(
            f"{watched.called} fails by its app: {tier.bad_runs} or more runs in {window(tier.step.long_s)},"
            f" which takes the error budget {tier.step.burn_rate:g} times too fast or faster."
        ),
        for_s=watched.for_s,
        keep_firing_s=watched.keep_firing_s,
    )


def _tickets(watched: Watched, tier: Tier) -> Iterator[Alert]:
    """One rule for each of those whom it may go to: where at least half of the failures are the app's, its owner."""
    raw, attributed = (names.counted(watched, tier.step.long_s, each) for each in ("bad_raw", "bad_attributed"))
    for routing, sign, whose in (
        (to_app(watched, Severity.TICKET), ">=", "most of them by its app"),
        (to_monitor(Severity.TICKET, "surroundings"), "<", "most of them by the host, a session or the network"),
    ):
        yield Alert(
            name=BURN,
            conditions=(
                *_burning(watched, tier, "bad_raw", "judged_raw"),
                at_least(raw, tier.bad_runs),
                f"2 * {attributed} {sign} {ON} {raw}",
            ),
            labels={**_labels(watched, tier, "raw"), **routing},
            summary=(
                f"{watched.called} fails slowly: {tier.bad_runs} or more runs in {window(tier.step.long_s)}, {whose}."
            ),
            for_s=watched.for_s,
            keep_firing_s=watched.keep_firing_s,
        )


def _burning(watched: Watched, tier: Tier, bad: str, judged: str) -> Iterator[str]:
    """That the budget goes too fast over the long window, and over the short one, which tells that it still does."""
    budget = f"{1 - watched.objective:.6g}"
    for seconds in dict.fromkeys((tier.step.long_s, tier.short_s)):
        ratio = f"{names.counted(watched, seconds, bad)} / {ON} {names.counted(watched, seconds, judged)}"
        yield f"{ratio} > {tier.step.burn_rate:g} * {budget}"


def _spent(watched: Watched) -> Alert:
    mine = selector({"sloth_id": names.sloth_labels(watched, "raw")["sloth_id"]})
    return Alert(
        name=SPENT,
        conditions=(
            f"{names.BUDGET_REMAINING}{mine} <= 0",
            at_least(names.counted(watched, PERIOD_SECONDS, "bad_raw"), FEWEST_TO_SPEND),
        ),
        labels=to_app(watched, Severity.TICKET),
        summary=f"Nothing is left of the error budget of {watched.called} in 28 days, every failure counted.",
        for_s=watched.for_s,
        keep_firing_s=watched.keep_firing_s,
    )


def _labels(watched: Watched, tier: Tier, reading: str) -> dict[str, str]:
    return {
        **names.sloth_labels(watched, reading),
        "sloth_severity": tier.step.severity,
        "long_window": window(tier.step.long_s),
    }
