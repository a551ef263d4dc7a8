"""Alerts on a placement that are no matter of its budget: that it is silent, unseen, flaky, or about to break."""

from collections.abc import Iterator, Sequence

from synthetics.config.models import Rollout
from synthetics.metric_names import (
    CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS,
    INTERVAL_SECONDS,
    LAST_RUN_TIMESTAMP_SECONDS,
    RUNS_TOTAL,
)
from synthetics.record import Kind
from synthetics.slo.rules import names
from synthetics.slo.rules.burning import at_least
from synthetics.slo.rules.model import ON, Alert, selector, window
from synthetics.slo.rules.recording import LEAST_COVERAGE
from synthetics.slo.rules.routing import to_app, to_monitor
from synthetics.slo.rules.tiers import Severity
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.windows import FLAKY_WINDOW, LEAST_EXPECTED, coverage_window

SILENT = "SyntheticSilent"
NEVER_RAN = "SyntheticNeverRan"
ABSENT = "SyntheticAbsent"
COVERAGE_LOW = "SyntheticCoverageLow"
BLIND = "SyntheticBlind"
FLAKY = "SyntheticFlaky"
FIRST_ROLLOUT_RED = "SyntheticFirstRolloutRed"
CERTIFICATE_ENDING = "SyntheticCertificateEnding"

#: So many due times in a row without a run that could be judged are a blind window.
BLIND_SLOTS = 3
FLAKY_RATIO, FEWEST_FLAKY = 0.01, 3
CERTIFICATE_DAYS = 21

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_BY = "by (app, journey, target, location)"


def watching_alerts(watched: Watched) -> Iterator[Alert]:
    """All such alerts of one placement.

    Args:
        watched: The placement; a journey whose failures are not repeated has no flaky runs.
    """
    yield _silent(watched)
    yield _never_ran(watched)
    yield _absent(watched)
    yield _coverage_low(watched)
    yield _blind(watched)
    if watched.confirms:
        yield _flaky(watched)
    if watched.kind is Kind.HEALTH:
        yield _certificate_ending(watched)


def silent_after_s(watched: Watched) -> int:
    """How long after its last run a placement is silent, in seconds.

    A journey with a cron expression is silent by its schedule each night or weekend: only what goes two of its shortest
    intervals beyond the longest of these pauses is none of it.
    """
    cadence = watched.cadence
    return cadence.longest_gap_s + 2 * cadence.every_s


def pairs_of_rollout(watched: Sequence[Watched]) -> Iterator[tuple[Watched, Watched]]:
    """Placements where the host's changes come first, each with those that they come to later.

    Args:
        watched: The placements of one journey.
    """
    for first in (each for each in watched if each.rollout is Rollout.FIRST):
        for other in watched:
            comes_later = other.rollout is not Rollout.FIRST and other.location == first.location
            if comes_later and other.feeds_objective:
                yield first, other


def first_rollout_alerts(watched: Sequence[Watched]) -> Iterator[Alert]:
    """Alerts that a journey is red where the host's changes come first, and green on a production site.

    Args:
        watched: The placements of one journey.
    """
    for first, other in pairs_of_rollout(watched):
        if first.tiers:
            yield _first_rollout_red(first, other)


def _silent(watched: Watched) -> Alert:
    last = LAST_RUN_TIMESTAMP_SECONDS.name + selector(watched.labels)
    seconds = silent_after_s(watched)
    return Alert(
        name=SILENT,
        conditions=(f"time() - max {_BY} ({last}) > {seconds}",),
        labels=to_monitor(Severity.TICKET),
        summary=f"{watched.called} has not run for {window(seconds)} or longer, beyond what its schedule leaves out.",
        for_s=2 * _MINUTE,
    )


def _never_ran(watched: Watched) -> Alert:
    return Alert(
        name=NEVER_RAN,
        conditions=(f"max {_BY} ({names.level(watched, 'expected')}) == 0",),
        labels=to_monitor(Severity.TICKET),
        summary=f"{watched.called} is in the catalogue, and none of its due times was ever settled.",
        for_s=silent_after_s(watched),
    )


def _absent(watched: Watched) -> Alert:
    """That its series are gone while others of the same location are there; where all are gone, the runner is."""
    others = absent_location(watched.location)
    return Alert(
        name=ABSENT,
        conditions=(f"absent({RUNS_TOTAL.name}{selector(watched.labels)})", others),
        join="unless on ()",
        labels=to_monitor(Severity.TICKET),
        summary=f"{watched.called} is gone from the metrics: was it removed or renamed? Then make the rules anew.",
        for_s=max(10 * _MINUTE, min(watched.cadence.every_s, _HOUR)),
    )


def absent_location(location: str) -> str:
    """That nothing of a location is there at all."""
    return f"absent({INTERVAL_SECONDS.name}{selector({'location': location})})"


def _coverage_low(watched: Watched) -> Alert:
    seconds = coverage_window(watched.cadence)
    return Alert(
        name=COVERAGE_LOW,
        conditions=(
            f"{names.coverage(seconds)}{selector(watched.labels)} < {LEAST_COVERAGE}",
            at_least(names.counted(watched, seconds, "expected"), LEAST_EXPECTED),
        ),
        labels=to_monitor(Severity.TICKET),
        summary=(
            f"Of 10 due times of {watched.called} in {window(seconds)} fewer than 9 had a run that could be judged."
        ),
        for_s=10 * _MINUTE,
        keep_firing_s=_HOUR,
    )


def _blind(watched: Watched) -> Alert:
    unjudged = f"{names.level(watched, 'expected')} - {ON} {names.AT_LAST_JUDGED}{selector(watched.labels)}"
    return Alert(
        name=BLIND,
        conditions=(f"{unjudged} > {BLIND_SLOTS - 0.5:g}",),
        labels=to_monitor(Severity.TICKET),
        summary=f"{watched.called} could not be judged {BLIND_SLOTS} or more times in a row: nobody knows how it is.",
        keep_firing_s=10 * _MINUTE,
    )


def _flaky(watched: Watched) -> Alert:
    flaky = names.counted(watched, FLAKY_WINDOW, "flaky_raw")
    judged = names.counted(watched, FLAKY_WINDOW, "judged_raw")
    return Alert(
        name=FLAKY,
        conditions=(f"{flaky} / {ON} {judged} > {FLAKY_RATIO:g}", at_least(flaky, FEWEST_FLAKY)),
        labels=to_app(watched, Severity.TICKET),
        summary=(
            f"More than 1 in 100 runs of {watched.called} in {window(FLAKY_WINDOW)}"
            " failed and passed when they were repeated."
        ),
        for_s=10 * _MINUTE,
        keep_firing_s=_HOUR,
    )


def _certificate_ending(watched: Watched) -> Alert:
    expiry = CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS.name + selector(watched.labels)
    return Alert(
        name=CERTIFICATE_ENDING,
        conditions=(f"min {_BY} ({expiry}) - time() < {CERTIFICATE_DAYS * _DAY}",),
        labels=to_app(watched, Severity.TICKET),
        summary=f"The certificate of {watched.called} ends within {CERTIFICATE_DAYS} days.",
        for_s=10 * _MINUTE,
    )


def _first_rollout_red(first: Watched, other: Watched) -> Alert:
    tier = first.tiers[0]
    both = "on (app, journey, location)"
    bad, judged = (names.counted(other, tier.short_s, each) for each in ("bad_raw", "judged_raw"))
    return Alert(
        name=FIRST_ROLLOUT_RED,
        conditions=(
            at_least(f"sum {_BY} ({names.counted(first, tier.short_s, 'bad_attributed')})", tier.bad_runs),
            f"{bad} < 0.5",
            f"{judged} > 0.5",
        ),
        join=f"and {both}",
        labels={**first.labels, **to_app(first, Severity.TICKET), "production": other.target},
        summary=(
            f"{first.called} fails where the host's changes come first, and passes on {other.target}:"
            " what breaks it comes to production."
        ),
        for_s=first.for_s,
        keep_firing_s=first.keep_firing_s,
    )
