"""Unit tests of the alerts on the error budget: each fires when it should, and each of its conditions is needed."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import ceil

from synthetics.slo.rules.burning import BURN, FEWEST_TO_SPEND, SPENT
from synthetics.slo.rules.cadence import PERIOD_SECONDS
from synthetics.slo.rules.course import CROWD
from synthetics.slo.rules.model import selector, window
from synthetics.slo.rules.proofs_of_counts import period_checks
from synthetics.slo.rules.proving import (
    Check,
    Scenario,
    course_of,
    fires,
    next_hour,
    seen,
    silent,
    step_of,
    whole_steps,
)
from synthetics.slo.rules.tiers import Severity, Tier
from synthetics.slo.rules.watched import Watched

#: Who a ticket goes to, by the letter of the failures it is about.
_ROUTES = {"a": "app", "h": "monitor"}
_ISOLATED = 8
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_OUTAGE_S = 20 * _MINUTE


def burn_proofs(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """All scenarios of the budget of one journey.

    Args:
        placements: Those that feed an objective; one at least.
    """
    for tier in placements[0].tiers:
        for letter in "a" if tier.step.severity is Severity.PAGE else "ah":
            yield _needs_enough_runs(placements, tier, letter)
            yield _ends_with_the_outage(placements, tier, letter)
            yield from _is_a_share(placements, tier, letter)
    yield _nobody_is_woken_for_others(placements)
    yield from _twenty_minutes(placements)
    yield _isolated_failures(placements)
    yield _spent_needs_enough_runs(placements)
    yield _spent_is_a_share(placements)


def _needs_enough_runs(placements: Sequence[Watched], tier: Tier, letter: str) -> Scenario:
    """One bad run too few does nothing, the next one alerts once it is known that it lasts."""
    first = placements[0]
    wait_s, every_s = whole_steps(first.for_s, step_of(first.cadence)), first.cadence.every_s
    between = "" if _crowded(tier, tier.bad_runs * every_s + 2 * wait_s) else "p" * (wait_s // every_s)
    course = course_of(first, "ppp" + letter * (tier.bad_runs - 1) + between + letter)
    last_s = course.at(len(course.letters) - 1)
    before_s = course.at(len(course.letters) - 2 - len(between)) + wait_s
    checks = [
        check
        for each in placements
        for check in (
            *((_burns(each, tier, letter, before_s, yes=False),) if before_s < last_s else ()),
            _burns(each, tier, letter, last_s, yes=False),
            _burns(each, tier, letter, last_s + wait_s),
            *_not_to_others(each, tier, letter, last_s + wait_s),
        )
    ]
    name = f"{_named(tier)} takes {tier.bad_runs} failures ({letter}), and {window(first.for_s)}"
    return seen(name, placements, course, checks)


def _crowded(tier: Tier, seconds: int) -> bool:
    """Whether the long window is too short for pauses between the bad runs."""
    return seconds >= tier.step.long_s


def _ends_with_the_outage(placements: Sequence[Watched], tier: Tier, letter: str) -> Scenario:
    """It outlasts its condition a little, and ends long before the long window has forgotten."""
    first = placements[0]
    course = course_of(first, "ppp" + letter * tier.bad_runs)
    step_s, begin_s, last_s = course.step_s, course.at(3), course.at(len(course.letters) - 1)
    false_s = min(last_s + whole_steps(tier.short_s, step_s), begin_s + whole_steps(tier.step.long_s, step_s))
    off_s = false_s + whole_steps(first.keep_firing_s, step_s)
    # A course knows no pauses of a cron expression: without them more would pass than any window holds.
    after = "." if first.cadence.slots else "p"
    course = course_of(first, course.letters + after * ((off_s - last_s) // first.cadence.every_s))
    checks = [
        check
        for each in placements
        for check in (_burns(each, tier, letter, false_s), _burns(each, tier, letter, off_s, yes=False))
    ]
    return seen(f"{_named(tier)} ends with its failures ({letter})", placements, course, checks)


def _is_a_share(placements: Sequence[Watched], tier: Tier, letter: str) -> Iterator[Scenario]:
    """As many bad runs among very many good ones burn nothing, where those were before the short window."""
    first = placements[0]
    wait_s = whole_steps(first.for_s, step_of(first.cadence))
    # So many that the short window has forgotten the crowd at the last bad run, and the long one never does.
    between = max(0, ceil(tier.short_s / first.cadence.every_s) - tier.bad_runs)
    if tier.short_s == tier.step.long_s:
        between = 0
    course = course_of(first, "ppc" + "p" * between + letter * tier.bad_runs)
    end_s = course.at(len(course.letters) - 1) + wait_s
    if end_s - course.at(2) < tier.step.long_s:
        checks = [_burns(each, tier, letter, end_s, yes=False) for each in placements]
        yield seen(f"{_named(tier)} is about a share of runs ({letter})", placements, course, checks)


def _nobody_is_woken_for_others(placements: Sequence[Watched]) -> Scenario:
    """Failures of the host, and flaky ones of the app, wake nobody; the app's that stay do."""
    first = placements[0]
    runs = max((tier.bad_runs for tier in first.tiers), default=1)
    course = course_of(first, "ppp" + "h" * runs + "f" * runs)
    end_s = course.at(len(course.letters) - 1) + whole_steps(first.for_s, course.step_s)
    checks = [silent(each, BURN, end_s, severity=Severity.PAGE) for each in placements]
    return seen("failures of the host and flaky ones page nobody", placements, course, checks)


def _twenty_minutes(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """An outage of twenty minutes pages within fifteen, where runs come often enough to see it.

    At one in five minutes that are not repeated, three failures and the next evaluation take a little longer.
    """
    first = placements[0]
    every_s, wait_s = first.cadence.every_s, whole_steps(first.for_s, step_of(first.cadence))
    pages = [tier for tier in first.tiers if tier.step.severity is Severity.PAGE]
    soon_s = max(15 * _MINUTE, pages[0].bad_runs * every_s + wait_s) if pages else PERIOD_SECONDS
    if soon_s > _OUTAGE_S:
        return
    course = course_of(first, "p" * 12 + "a" * (_OUTAGE_S // every_s) + "p")
    # The outage begins right after a run that still passed, the latest that it can be seen.
    seen_s = course.at(11) + soon_s
    fired = selector({"alertname": BURN, "alertstate": "firing", "severity": Severity.PAGE})
    expr = f"count(count by (target, location) (ALERTS{fired}))"
    checks = [Check(expr=expr, at_s=seen_s // course.step_s * course.step_s, value=len(placements))]
    yield seen(f"an outage of 20 minutes pages within {soon_s // _MINUTE}", placements, course, checks)


def _isolated_failures(placements: Sequence[Watched]) -> Scenario:
    """Eight failures apart from each other page nobody, however long one looks, and all are counted."""
    first = placements[0]
    every_s = first.cadence.every_s
    length_s = PERIOD_SECONDS if step_of(first.cadence) > _MINUTE else 3 * _DAY
    runs = length_s // every_s
    apart = max(2, runs // _ISOLATED)
    letters = "".join("a" if number % apart == apart // 2 else "p" for number in range(runs))
    course = course_of(first, letters)
    expected = course.counts(0, length_s)
    pages = selector({"alertname": BURN, "severity": Severity.PAGE})
    never = f"count(count_over_time(ALERTS{pages}[{window(length_s)}]))"
    checks = [Check(expr=never, at_s=length_s, value=None)]
    for each in placements:
        checks += period_checks(each, expected, length_s)
    name = f"{expected['bad_raw']} isolated failures in {window(length_s)} page nobody"
    return seen(name, placements, course, checks)


def _spent_needs_enough_runs(placements: Sequence[Watched]) -> Scenario:
    """It is told from so many failures on, and a little longer than until a crowd of passes makes them few."""
    first = placements[0]
    step_s = step_of(first.cadence)
    wait_s, keep_s = (whole_steps(each, step_s) for each in (first.for_s, first.keep_firing_s))
    quiet = "." * ((_HOUR + wait_s) // first.cadence.every_s)
    few = "p" + "h" * (FEWEST_TO_SPEND - 1)
    course = course_of(first, few + quiet + "h" + quiet + CROWD)
    few_s, enough_s, well_s = (next_hour(course.at(len(few) + each)) for each in (-1, len(quiet), 2 * len(quiet) + 1))
    checks = [
        check
        for each in placements
        for check in (
            silent(each, SPENT, few_s + wait_s),
            silent(each, SPENT, enough_s),
            fires(each, SPENT, enough_s + wait_s),
            fires(each, SPENT, well_s + keep_s - step_s),
            silent(each, SPENT, well_s + keep_s),
        )
    ]
    return seen(f"a budget is spent with {FEWEST_TO_SPEND} failures or more", placements, course, checks)


def _spent_is_a_share(placements: Sequence[Watched]) -> Scenario:
    course = course_of(placements[0], "p" + CROWD + "h" * FEWEST_TO_SPEND)
    end_s = next_hour(course.at(len(course.letters) - 1)) + 2 * _HOUR
    checks = [silent(each, SPENT, end_s) for each in placements]
    return seen("failures that the budget allows do not spend it", placements, course, checks)


def _burns(watched: Watched, tier: Tier, letter: str, at_s: int, *, yes: bool = True) -> Check:
    check = partial(fires, watched, BURN, at_s, yes=yes, severity=tier.step.severity, route=_ROUTES[letter])
    return check(long_window=window(tier.step.long_s))


def _not_to_others(watched: Watched, tier: Tier, letter: str, at_s: int) -> Iterator[Check]:
    """That a ticket goes to one of the two only."""
    if tier.step.severity is Severity.TICKET:
        other = next(each for each in _ROUTES if each != letter)
        yield _burns(watched, tier, other, at_s, yes=False)


def _named(tier: Tier) -> str:
    return f"{tier.step.severity} over {window(tier.step.long_s)}"
