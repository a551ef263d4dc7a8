"""What is told of one app: its objectives, its journeys, what failed, and what people said of that."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthetics.record import Kind
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.episodes import Episode
from synthetics.slo.dossier.gathered import Corrected, Enrolment, Gathered, Placed
from synthetics.slo.dossier.measured import Figure
from synthetics.slo.subject import Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What is told of one app.

    Args:
        enrolment: The app.
        figures: Its objectives, the worst first.
        tests: Its journeys in a browser, on their sites.
        checks: Its health checks, on their sites.
        outages: Its failures, those together that belong together; the oldest first.
        failures_by_number_alone: How many more failed than there are records of: retention leaves only their number.
        corrections: Faults that people settled otherwise, the oldest first.
        announced: How many windows of planned downtime touch it that were announced before they began.
        unannounced: How many that were not.
    """

    enrolment: Enrolment
    figures: tuple[Figure, ...]
    tests: tuple[Placed, ...]
    checks: tuple[Placed, ...]
    outages: tuple[Episode, ...]
    failures_by_number_alone: int
    corrections: tuple[Corrected, ...]
    announced: int
    unannounced: int


def of_kind(placed: Sequence[Placed], app: str, kind: Kind) -> tuple[Placed, ...]:
    """The journeys of one kind that an app has, by name and site."""
    fitting = (each for each in placed if each.subject.app == app and each.subject.kind is kind)
    return tuple(sorted(fitting, key=lambda each: (each.subject.journey or "", each.subject.target)))


def counts_of(placed: Iterable[Placed], gathered: Gathered) -> Counts:
    """All runs of some journeys together."""
    total = Counts()
    for each in placed:
        total += gathered.seen.get(each.subject, Seen()).counts
    return total


def by_number_alone(placed: Iterable[Placed], outages: Iterable[Episode], gathered: Gathered) -> int:
    """How many failures of some journeys are counted, and have no record that tells of them.

    Args:
        placed: The journeys, on their sites.
        outages: The failures that there are records of.
        gathered: For what was counted, and in which time.
    """
    listed = Counter(
        (each.journey, each.target, each.location)
        for outage in outages
        for each in outage.failures
        if gathered.since_ms <= each.slot_ms < gathered.until_ms
    )
    unlisted = 0
    for each in placed:
        subject = each.subject
        failed = counts_of([each], gathered).failed.total
        unlisted += max(0, failed - listed[subject.journey or "", subject.target, subject.location])
    return unlisted
