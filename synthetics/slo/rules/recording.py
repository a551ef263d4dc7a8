"""What is recorded of one placement: runs counted over windows, coverage, and the ratios that sloth's users know.

Counts come as levels first. They go on while the runner is gone, so a window sees what happened meanwhile, and two
pages of one ledger (a restart on another port, a textfile beside the service) are no more than one.
"""

from collections.abc import Iterator

from synthetics.metric_names import FLAKY_RUNS_TOTAL, RUNS_TOTAL
from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_DAYS, PERIOD_SECONDS
from synthetics.slo.rules.model import ON, Recording, selector, window
from synthetics.slo.rules.tiers import Severity
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.windows import coverage_window, failing_window, windows_of

#: Below it there is no right to a number.
LEAST_COVERAGE = 0.9

_BY = "by (app, journey, target, location)"
#: The last whole hours of a period, 672 of them: the range ends a minute short, so that both ends never count.
_HOURS_OF_PERIOD = f"{PERIOD_DAYS * 24 - 1}h59m"


def recordings_of(watched: Watched) -> tuple[Recording, ...]:
    """All recording rules of a placement, in the order in which they need each other.

    Args:
        watched: The placement; where it feeds no objective, no ratio is recorded.
    """
    rules = [*_levels(watched), _at_last_judged(watched)]
    rules += [_increase(watched, seconds) for seconds in windows_of(watched)]
    if any(tier.step.severity is Severity.PAGE for tier in watched.tiers):
        rules += _paging(watched)
    rules += [_hourly(watched), _increase_of_period(watched)]
    if watched.feeds_objective:
        for seconds in (*windows_of(watched), PERIOD_SECONDS):
            rules += [_coverage(watched, seconds), *_ratios(watched, seconds)]
        for reading in names.READINGS:
            rules += _objective(watched, reading)
    else:
        rules.append(_coverage(watched, coverage_window(watched.cadence)))
    return (*rules, _failing(watched))


def _levels(watched: Watched) -> Iterator[Recording]:
    tables = (
        (RUNS_TOTAL, names.COUNTS_OF_RUNS, "outcome, fault"),
        (FLAKY_RUNS_TOTAL, names.COUNTS_OF_FLAKY_RUNS, "fault"),
    )
    for metric, counts, labels in tables:
        for count, matchers in counts.items():
            raw = metric.name + selector(watched.labels).removesuffix("}") + matchers + "}"
            yield Recording(
                name=names.LEVEL,
                expr=(
                    f"sum {_BY} (max by (app, journey, target, location, {labels}) ({raw}))\n"
                    f"or {ON} last_over_time({names.level(watched, count)}[1d])"
                ),
                labels={"count": count},
            )


def _at_last_judged(watched: Watched) -> Recording:
    expected, judged = names.level(watched, "expected"), names.level(watched, "judged_raw")
    before = names.AT_LAST_JUDGED + selector(watched.labels)
    return Recording(
        name=names.AT_LAST_JUDGED,
        expr=(
            f"max {_BY} (\n"
            f"  {expected} and {ON} ({judged} != {ON} last_over_time({judged}[1d] offset 1m))\n"
            f"  or {ON} last_over_time({before}[1d])\n"
            f"  or {ON} {expected}\n"
            ")"
        ),
    )


def _increase(watched: Watched, seconds: int) -> Recording:
    return Recording(
        name=names.increase(seconds),
        expr=f"increase({names.LEVEL}{selector(watched.labels)}[{window(seconds)}])",
    )


def _paging(watched: Watched) -> Iterator[Recording]:
    """What pages, in the windows of the tiers that do; flaky runs are known a little later than their failure."""
    pages = [tier for tier in watched.tiers if tier.step.severity is Severity.PAGE]
    for seconds in sorted({each for tier in pages for each in (tier.step.long_s, tier.short_s)}):
        bad = names.counted(watched, seconds, "bad_attributed")
        flaky = names.counted(watched, seconds, "flaky_attributed")
        yield Recording(
            name=names.increase(seconds),
            expr=f"clamp_min({bad} - {ON} {flaky}, 0)",
            labels={"count": names.BAD_PAGING},
        )


def _hourly(watched: Watched) -> Recording:
    """One whole hour's runs, at whole hours: what was missed while nobody evaluated is in the next one."""
    level = names.LEVEL + selector(watched.labels)
    return Recording(
        name=names.HOURLY,
        expr=(f"{level} - last_over_time({level}[1d:1h] offset 30m) >= 0\nor {level} - min_over_time({level}[1h])"),
    )


def _increase_of_period(watched: Watched) -> Recording:
    return Recording(
        name=names.increase(PERIOD_SECONDS),
        expr=f"sum_over_time({names.HOURLY}{selector(watched.labels)}[{_HOURS_OF_PERIOD}:1h])",
    )


def _coverage(watched: Watched, seconds: int) -> Recording:
    judged, expected = (names.counted(watched, seconds, each) for each in ("judged_raw", "expected"))
    return Recording(name=names.coverage(seconds), expr=f"{judged} / {ON} {expected}", guards=(f"{expected} > 0",))


def _ratios(watched: Watched, seconds: int) -> Iterator[Recording]:
    for reading in names.READINGS:
        bad, judged = (names.counted(watched, seconds, f"{each}_{reading}") for each in ("bad", "judged"))
        covered = f"{names.coverage(seconds)}{selector(watched.labels)} >= {LEAST_COVERAGE}"
        # Where every run failed and none of the failures is the app's, nothing is left to be a share of.
        something = (f"{judged} > 0",) if reading == "attributed" else ()
        yield Recording(
            name=names.error_ratio(seconds),
            expr=f"{bad} / {ON} {judged}",
            guards=(covered, *something),
            labels={**names.sloth_labels(watched, reading), "sloth_window": window(seconds), "reading": reading},
        )


def _objective(watched: Watched, reading: str) -> Iterator[Recording]:
    sloth = names.sloth_labels(watched, reading)
    mine, on = selector({"sloth_id": sloth["sloth_id"]}), "on (sloth_id, sloth_service, sloth_slo)"
    labels = {**sloth, "reading": reading}
    budget = round(1 - watched.objective, 12)
    shortest_s = watched.tiers[0].short_s if watched.tiers else PERIOD_SECONDS
    constants = {
        names.OBJECTIVE: watched.objective,
        names.ERROR_BUDGET: budget,
        names.TIME_PERIOD: PERIOD_DAYS,
        names.INFO: 1,
    }
    for name, value in constants.items():
        yield Recording(name=name, expr=f"vector({value:.12g})", labels=labels)
    for name, seconds in ((names.CURRENT_BURN_RATE, shortest_s), (names.PERIOD_BURN_RATE, PERIOD_SECONDS)):
        ratio = f"{names.error_ratio(seconds)}{mine}"
        yield Recording(name=name, expr=f"{ratio} / {on} {names.ERROR_BUDGET}{mine}", labels=labels)
    yield Recording(name=names.BUDGET_REMAINING, expr=f"1 - {names.PERIOD_BURN_RATE}{mine}", labels=labels)


def _failing(watched: Watched) -> Recording:
    seconds = failing_window(watched.cadence)
    judged, bad, expected = (names.counted(watched, seconds, each) for each in ("judged_raw", "bad_raw", "expected"))
    return Recording(
        name=names.FAILING,
        expr=f"({judged} - {ON} {bad} < bool 0.5) * {ON} ({expected} > bool 0.5)",
    )
