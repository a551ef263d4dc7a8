"""Alerts on the monitor itself: that it is gone, fails everywhere at once, leaks, or fills its disk."""

from collections.abc import Iterator, Sequence

from synthetics.metric_names import ARTIFACT_BYTES, BROWSER_PROCESSES, WORKERS
from synthetics.slo.rules import names
from synthetics.slo.rules.model import Alert, Group, RuleFile, quoted
from synthetics.slo.rules.routing import to_monitor
from synthetics.slo.rules.tiers import Severity
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.watching import absent_location

NAME = "monitor"
RUNNER_GONE = "SyntheticRunnerGone"
MASS_FAILURE = "SyntheticMassFailure"
BROWSER_LEAK = "SyntheticBrowserLeak"
DISK_FILLING = "SyntheticDiskFilling"
ATTESTATION_ENDING = "SyntheticAttestationEnding"

#: Many journeys at once are so many, and at least half of them all.
MASS_JOURNEYS, MASS_SHARE = 3, 0.5
#: A browser is fewer processes than that, its frames' included.
PROCESSES_OF_BROWSER = 30
ATTESTATION_DAYS = 30
#: Retention runs each hour: what is above its limit by a tenth for longer than that, it does not get down.
ABOVE_LIMIT = 1.1

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def monitor_file(watched: Sequence[Watched], artifacts_bytes: int) -> RuleFile:
    """The file of the monitor's own rules.

    Args:
        watched: Everything that is watched.
        artifacts_bytes: How much the files of runs may take by the configuration.
    """
    alerts = [*_for_locations(sorted({each.location for each in watched})), *_for_machine(artifacts_bytes)]
    return RuleFile(name=NAME, groups=(Group(name=NAME, rules=tuple(alerts)),))


def _for_locations(locations: Sequence[str]) -> Iterator[Alert]:
    for location in locations:
        yield Alert(
            name=RUNNER_GONE,
            conditions=(absent_location(location),),
            labels={**to_monitor(Severity.PAGE), "location": location},
            summary=f"Nothing is heard of the runner at {location}: it ended, or nobody can scrape it.",
            for_s=5 * _MINUTE,
        )
        here = f"({names.FAILING}{{location={quoted(location)}}})"
        yield Alert(
            name=MASS_FAILURE,
            conditions=(
                f"sum by (location) {here} / count by (location) {here} >= {MASS_SHARE}",
                f"sum by (location) {here} >= {MASS_JOURNEYS}",
            ),
            join="and on (location)",
            labels=to_monitor(Severity.PAGE),
            summary=f"At least half of all journeys from {location} have no pass of late: probably it is us.",
            for_s=2 * _MINUTE,
            keep_firing_s=5 * _MINUTE,
        )


def _for_machine(artifacts_bytes: int) -> Iterator[Alert]:
    most_workers = f"max_over_time({WORKERS.name}[30m])"
    yield Alert(
        name=BROWSER_LEAK,
        conditions=(f"min_over_time({BROWSER_PROCESSES.name}[30m]) > {PROCESSES_OF_BROWSER} * {most_workers}",),
        labels=to_monitor(Severity.TICKET),
        summary="More processes of browsers live for half an hour than the workers could have: browsers outlive runs.",
        for_s=10 * _MINUTE,
    )
    yield Alert(
        name=DISK_FILLING,
        conditions=(f"{ARTIFACT_BYTES.name} > {int(artifacts_bytes * ABOVE_LIMIT)}",),
        labels=to_monitor(Severity.TICKET),
        summary="The files of runs take more than retention.artifacts allows, and retention does not get them down.",
        for_s=2 * _HOUR,
    )
    yield Alert(
        name=ATTESTATION_ENDING,
        conditions=(f"{names.ATTESTATION_EXPIRY} - time() < {ATTESTATION_DAYS * _DAY}",),
        labels=to_monitor(Severity.TICKET),
        summary=f"What was attested for the programme ends within {ATTESTATION_DAYS} days.",
        for_s=10 * _MINUTE,
    )
