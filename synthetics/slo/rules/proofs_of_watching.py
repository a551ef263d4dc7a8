"""Unit tests of the alerts that are no matter of a budget."""

from collections.abc import Iterator, Sequence

from synthetics.metric_names import CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS, INTERVAL_SECONDS
from synthetics.record import Kind
from synthetics.slo.rules import watching
from synthetics.slo.rules.cadence import PERIOD_SECONDS
from synthetics.slo.rules.course import CROWD
from synthetics.slo.rules.course import FLAKY as FLAKY_RUN
from synthetics.slo.rules.model import selector, window
from synthetics.slo.rules.proving import (
    Scenario,
    course_of,
    fires,
    next_hour,
    seen,
    silent,
    step_of,
    whole_steps,
)
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.windows import FLAKY_WINDOW, LEAST_EXPECTED, coverage_window

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_FOR_S = 10 * _MINUTE
_KEEP_S = _HOUR


def watching_proofs(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """All such scenarios of one journey.

    Args:
        placements: Where it runs.
    """
    yield _silence(placements)
    yield _never_ran(placements)
    yield _absence(placements)
    yield _nothing_at_all(placements)
    yield from _coverage(placements)
    yield _blindness(placements)
    if placements[0].confirms:
        yield from _flakiness(placements)
    if placements[0].kind is Kind.HEALTH:
        yield _certificate(placements)
    yield from _first_rollout(placements)


def _silence(placements: Sequence[Watched]) -> Scenario:
    first = placements[0]
    course = course_of(first, "ppp")
    last_s, step_s = course.at(2), course.step_s
    true_s = last_s + whole_steps(watching.silent_after_s(first) + 1, step_s)
    off_s = true_s + whole_steps(2 * _MINUTE, step_s)
    checks = [
        check
        for each in placements
        for check in (
            silent(each, watching.SILENT, true_s),
            fires(each, watching.SILENT, off_s),
            silent(each, watching.NEVER_RAN, off_s),
        )
    ]
    return seen("a journey is silent that has not run for too long", placements, course, checks, last_run=True)


def _never_ran(placements: Sequence[Watched]) -> Scenario:
    first = placements[0]
    course = course_of(first, ".")
    on_s = whole_steps(watching.silent_after_s(first), course.step_s)
    checks = [
        check
        for each in placements
        for check in (
            silent(each, watching.NEVER_RAN, on_s - course.step_s),
            fires(each, watching.NEVER_RAN, on_s),
        )
    ]
    return seen("a journey whose due times are never settled is told", placements, course, checks)


def _absence(placements: Sequence[Watched]) -> Scenario:
    """Its series are not there, but others of its location are."""
    step_s, wait_s = step_of(placements[0].cadence), _absent_for_s(placements[0])
    locations = sorted({each.location for each in placements})
    series = tuple(_interval({"journey": "another", "location": each}, wait_s, step_s) for each in locations)
    checks = [
        check
        for each in placements
        for check in (
            silent(each, watching.ABSENT, wait_s - step_s),
            fires(each, watching.ABSENT, wait_s),
        )
    ]
    name = "a journey that is gone from the metrics is told"
    return Scenario(name=name, step_s=step_s, series=series, checks=tuple(checks))


def _nothing_at_all(placements: Sequence[Watched]) -> Scenario:
    step_s, wait_s = step_of(placements[0].cadence), _absent_for_s(placements[0])
    series = (_interval({"journey": "another", "location": "nowhere"}, wait_s, step_s),)
    checks = tuple(silent(each, watching.ABSENT, wait_s) for each in placements)
    return Scenario(name="where all are gone, no single one is told", step_s=step_s, series=series, checks=checks)


def _absent_for_s(watched: Watched) -> int:
    return whole_steps(max(_FOR_S, min(watched.cadence.every_s, _HOUR)), step_of(watched.cadence))


def _interval(labels: dict[str, str], until_s: int, step_s: int) -> dict[str, str]:
    return {"series": INTERVAL_SECONDS.name + selector(labels), "values": f"60+0x{until_s // step_s}"}


def _coverage(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """A third of the runs cannot be judged: that is told once there are enough to tell."""
    first = placements[0]
    seconds = coverage_window(first.cadence)
    if first.cadence.held(seconds) >= LEAST_EXPECTED:
        name = f"low coverage is told from {LEAST_EXPECTED} due times on, and a while longer"
        few = ("mpp" * LEAST_EXPECTED)[: LEAST_EXPECTED - 1]
        yield _from_enough_on(name, placements, watching.COVERAGE_LOW, seconds, few + "p")
    course = course_of(first, "p" * LEAST_EXPECTED)
    end_s = course.at(LEAST_EXPECTED - 1) + whole_steps(_FOR_S, course.step_s)
    checks = [silent(each, watching.COVERAGE_LOW, end_s) for each in placements]
    yield seen("coverage that is whole is not told", placements, course, checks)


def _from_enough_on(name: str, placements: Sequence[Watched], alert: str, seconds: int, letters: str) -> Scenario:
    """An alert on a share of a window's runs: the last letter makes enough of them, and a crowd of passes ends it."""
    every_s, step_s = placements[0].cadence.every_s, step_of(placements[0].cadence)
    wait_s, keep_s = whole_steps(_FOR_S, step_s), whole_steps(_KEEP_S, step_s)
    # What a whole period sums up is known at whole hours.
    known = next_hour if seconds == PERIOD_SECONDS else int
    pause = "." * ((wait_s + (_HOUR if seconds == PERIOD_SECONDS else 0)) // every_s)
    few = len(letters) - 1
    course = course_of(placements[0], letters[:few] + pause + letters[few] + pause + CROWD)
    few_s, enough_s, well_s = (known(course.at(each + few)) for each in (-1, len(pause), 2 * len(pause) + 1))
    checks = [
        check
        for each in placements
        for check in (
            silent(each, alert, few_s + wait_s),
            silent(each, alert, enough_s),
            fires(each, alert, enough_s + wait_s),
            fires(each, alert, well_s + keep_s - step_s),
            silent(each, alert, well_s + keep_s),
        )
    ]
    return seen(name, placements, course, checks)


def _blindness(placements: Sequence[Watched]) -> Scenario:
    """Two unjudged in a row are none, three are one, and the next judged run ends it a little later."""
    first = placements[0]
    keep_s = whole_steps(10 * _MINUTE, step_of(first.cadence))
    after = "p" * (keep_s // first.cadence.every_s + 1)
    course = course_of(first, "ppempmem" + after)
    two_s, three_s, judged_s = (course.at(number) for number in (3, 7, 8))
    checks = [
        check
        for each in placements
        for check in (
            silent(each, watching.BLIND, two_s),
            silent(each, watching.BLIND, three_s - course.step_s),
            fires(each, watching.BLIND, three_s),
            fires(each, watching.BLIND, judged_s),
            silent(each, watching.BLIND, judged_s + keep_s),
        )
    ]
    return seen("three unjudged runs in a row are a blind window", placements, course, checks)


def _flakiness(placements: Sequence[Watched]) -> Iterator[Scenario]:
    first, fewest = placements[0], watching.FEWEST_FLAKY
    if first.cadence.held(FLAKY_WINDOW) >= fewest:
        name = f"{fewest} flaky runs are told, and a while longer"
        yield _from_enough_on(name, placements, watching.FLAKY, FLAKY_WINDOW, "p" + FLAKY_RUN * fewest)
    course = course_of(first, "p" + CROWD + FLAKY_RUN * fewest)
    end_s = course.at(len(course.letters) - 1) + whole_steps(_FOR_S, course.step_s)
    if end_s - course.at(1) < FLAKY_WINDOW:
        checks = [silent(each, watching.FLAKY, end_s) for each in placements]
        yield seen("flaky runs among very many others are not told", placements, course, checks)


def _certificate(placements: Sequence[Watched]) -> Scenario:
    step_s = step_of(placements[0].cadence)
    wait_s, days_s = whole_steps(_FOR_S, step_s), watching.CERTIFICATE_DAYS * _DAY
    on_s = 2 * step_s + wait_s
    series = tuple(
        {
            "series": CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS.name + selector(each.labels),
            "values": f"{days_s + step_s}+0x{on_s // step_s}",
        }
        for each in placements
    )
    checks = [
        check
        for each in placements
        for check in (
            silent(each, watching.CERTIFICATE_ENDING, on_s - step_s),
            fires(each, watching.CERTIFICATE_ENDING, on_s),
        )
    ]
    name = f"a certificate that ends within {watching.CERTIFICATE_DAYS} days is told"
    return Scenario(name=name, step_s=step_s, series=series, checks=tuple(checks))


def _first_rollout(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """Red on the first and green on the other is told; red on both is not, nor is an other that nobody has seen."""
    for first, other in watching.pairs_of_rollout(placements) if placements[0].tiers else ():
        yield _red_first(first, other, "ap", told=True)
        for letters in ("ah", "ae", "pp"):
            yield _red_first(first, other, letters, told=False)


def _red_first(first: Watched, other: Watched, letters: str, *, told: bool) -> Scenario:
    tier, alert, every_s = first.tiers[0], watching.FIRST_ROLLOUT_RED, first.cadence.every_s
    step_s = step_of(first.cadence)
    runs = max(tier.bad_runs, tier.short_s // every_s)
    wait_s, keep_s = (whole_steps(each, step_s) for each in (first.for_s, first.keep_firing_s))
    lasting = runs + wait_s // every_s + 1
    # At last both are red: what broke the one has come to the other.
    end = "a" * (keep_s // every_s + 1)
    red, green = (course_of(first, "pp" + each * lasting + end) for each in letters)
    # Where nothing is to be told, only after the other's last pass is out of sight.
    begin_s = red.at(1 + tier.bad_runs) if told else red.at(2 + runs)
    checks = [fires(first, alert, begin_s + wait_s, yes=told, production=other.target)]
    if told:
        both_s = red.at(2 + lasting)
        checks = [
            silent(first, alert, begin_s, production=other.target),
            *checks,
            fires(first, alert, both_s + keep_s - step_s, production=other.target),
            silent(first, alert, both_s + keep_s, production=other.target),
        ]
    until_s = max(each.at_s for each in checks)
    series = (*red.series(first.labels, until_s), *green.series(other.labels, until_s))
    name = f"{first.target} has {letters[0]} while {other.target} has {letters[1]} for {window(tier.short_s)}"
    return Scenario(name=name, step_s=step_s, series=series, checks=tuple(checks))
