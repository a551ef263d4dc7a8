"""Unit tests of what is recorded: every series against a count of the same runs in plain Python."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_DAYS, PERIOD_SECONDS
from synthetics.slo.rules.course import Course
from synthetics.slo.rules.model import selector
from synthetics.slo.rules.proving import Check, Scenario, course_of, next_hour, seen, shows, step_of
from synthetics.slo.rules.recording import LEAST_COVERAGE
from synthetics.slo.rules.tiers import Severity
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.windows import coverage_window, failing_window, windows_of

_HOUR = 3_600
#: Courses that between them show every guard of a recorded ratio at work.
_COURSES = {
    "sound runs are counted": "pppppppppppppppppppppahufpppp",
    "too few judged runs give no ratio": "pppppppemp" * 2 + "mpe",
    "failures that are all the host's leave nothing for the attributed ratio": "hhhhhhh",
    "where nothing was due there is nothing to tell": "." * 7,
}


def count_proofs(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """All scenarios of what is recorded of one journey.

    Args:
        placements: Where it runs.
    """
    first = placements[0]
    for name, letters in _COURSES.items():
        at_s = next_hour(len(letters) * first.cadence.every_s)
        # Up to the whole hour, so that the last letters are what was seen of late.
        runs = at_s // first.cadence.every_s
        course = course_of(first, (letters * ceil(runs / len(letters)))[-runs:])
        checks = [check for each in placements for check in recorded_checks(each, course, at_s)]
        yield seen(name, placements, course, checks)
    yield _gap(placements)
    yield from _two_at_once(placements)


def recorded_checks(watched: Watched, course: Course, at_s: int) -> Iterator[Check]:
    """That everything recorded of a placement is what its course says.

    Args:
        watched: The placement.
        course: Its runs.
        at_s: When; a whole hour.
    """
    mine = selector(watched.labels)
    # A window that is shorter than a step sees one sample, and tells nothing.
    for seconds in (each for each in windows_of(watched) if each >= course.step_s):
        expected = course.counts(at_s - seconds, at_s)
        yield from _counts(watched, seconds, expected, at_s)
        if watched.feeds_objective:
            yield from _ratios(watched, seconds, expected, at_s)
    if not watched.feeds_objective:
        seconds = coverage_window(watched.cadence)
        yield shows(names.coverage(seconds) + mine, at_s, _coverage(course.counts(at_s - seconds, at_s)))
    yield from period_checks(watched, course.counts(at_s - PERIOD_SECONDS, at_s), at_s)
    if watched.tiers and watched.feeds_objective:
        for reading in names.READINGS:
            ratio = _ratio(course.counts(at_s - watched.tiers[0].short_s, at_s), reading)
            yield shows(_of_slo(names.CURRENT_BURN_RATE, watched, reading), at_s, _burn(watched, ratio))
    lately = course.counts(at_s - failing_window(watched.cadence), at_s)
    failing = lately["expected"] > 0 and lately["judged_raw"] == lately["bad_raw"]
    yield shows(names.FAILING + mine, at_s, float(failing))


def period_checks(watched: Watched, expected: Mapping[str, int], at_s: int) -> Iterator[Check]:
    """That the sums over the period, and what follows from them, are as they should be.

    Args:
        watched: The placement.
        expected: What should be counted in the period.
        at_s: When; a whole hour.
    """
    yield from _counts(watched, PERIOD_SECONDS, expected, at_s)
    if not watched.feeds_objective:
        return
    yield from _ratios(watched, PERIOD_SECONDS, expected, at_s)
    for reading in names.READINGS:
        burn = _burn(watched, _ratio(expected, reading))
        values = {
            names.PERIOD_BURN_RATE: burn,
            names.BUDGET_REMAINING: None if burn is None else 1 - burn,
            names.OBJECTIVE: watched.objective,
            names.ERROR_BUDGET: 1 - watched.objective,
            names.TIME_PERIOD: PERIOD_DAYS,
            names.INFO: 1,
        }
        for name, value in values.items():
            yield shows(_of_slo(name, watched, reading), at_s, value)


def _gap(placements: Sequence[Watched]) -> Scenario:
    """A late beginning, hours without a scrape, a restart elsewhere: every run is counted once all the same."""
    first = placements[0]
    step_s, every_s = step_of(first.cadence), first.cadence.every_s
    born_s = step_s * (2 * _HOUR // step_s - 1)
    gap_s = (born_s + 3 * _HOUR, born_s + 6 * _HOUR)
    runs = max(10, (gap_s[1] + 2 * _HOUR) // every_s)
    letters = "".join("a" if number % 3 == 0 else "p" for number in range(runs))
    course = Course(letters=letters, every_s=every_s, step_s=step_s, born_s=born_s, gap_s=gap_s)
    at_s = next_hour(max(gap_s[1] + _HOUR, course.at(runs - 1)))
    expected = course.counts(max(born_s, at_s - PERIOD_SECONDS), at_s)
    checks = [check for each in placements for check in period_checks(each, expected, at_s)]
    return seen("a late beginning, a gap and a restart lose no run and count none twice", placements, course, checks)


def _two_at_once(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """Where one run ends late and the next early, a window for one holds both, of which one may be unjudged."""
    first = placements[0]
    step_s = step_of(first.cadence)
    course = Course(letters="p" * 24 + "pe", every_s=step_s // 2, step_s=step_s)
    at_s = course.at(len(course.letters) - 1)
    checks = [
        check
        for each in placements
        if each.feeds_objective
        for seconds in windows_of(each)
        if seconds >= step_s
        for check in _ratios(each, seconds, course.counts(at_s - seconds, at_s), at_s)
    ]
    if checks:
        yield seen("two runs in a window for one, one of them unjudged, give no ratio", placements, course, checks)


def _counts(watched: Watched, seconds: int, expected: Mapping[str, int], at_s: int) -> Iterator[Check]:
    pages = [tier for tier in watched.tiers if tier.step.severity is Severity.PAGE]
    paging = {each for tier in pages for each in (tier.step.long_s, tier.short_s)}
    for count, value in expected.items():
        if count != names.BAD_PAGING or seconds in paging:
            yield shows(names.counted(watched, seconds, count), at_s, value)


def _ratios(watched: Watched, seconds: int, expected: Mapping[str, int], at_s: int) -> Iterator[Check]:
    yield shows(names.coverage(seconds) + selector(watched.labels), at_s, _coverage(expected))
    for reading in names.READINGS:
        series = _of_slo(names.error_ratio(seconds), watched, reading)
        yield shows(series, at_s, _ratio(expected, reading))


def _coverage(expected: Mapping[str, int]) -> float | None:
    return expected["judged_raw"] / expected["expected"] if expected["expected"] else None


def _ratio(expected: Mapping[str, int], reading: str) -> float | None:
    """The share of bad runs; None where there is no right to a number."""
    covered, judged = _coverage(expected), expected[f"judged_{reading}"]
    if covered is None or covered < LEAST_COVERAGE or not judged:
        return None
    return expected[f"bad_{reading}"] / judged


def _burn(watched: Watched, ratio: float | None) -> float | None:
    return None if ratio is None else ratio / (1 - watched.objective)


def _of_slo(name: str, watched: Watched, reading: str) -> str:
    return name + selector({**names.sloth_labels(watched, reading), "reading": reading, **watched.labels})
