"""The metrics page: the ledger's totals in Prometheus' formats. The only module that imports prometheus_client.

Nothing is counted here. Each page is made anew from the ledger's totals and the catalogue, so no restart lets a
counter fall, every series is there at 0 before its first event, and a journey that is gone is gone from the page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import inf
from typing import Any

from prometheus_client.exposition import choose_encoder, delete_from_gateway, pushadd_to_gateway
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Exemplar

from synthetics import metric_names as names
from synthetics.catalogue import Catalogue, Journey
from synthetics.config.cron import longest_gap
from synthetics.config.models import Attestation
from synthetics.export.exposition import openmetrics, text
from synthetics.ledger.buckets import upper_edge
from synthetics.ledger.totals import Distribution, LastPass, Series, Totals
from synthetics.record import OUTCOMES_AND_FAULTS, Outcome
from synthetics.worker import KillReason, RecycleReason

#: The text format's content type, for a caller who does not say what it accepts.
TEXT_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_MILLISECONDS = 1000
_FAULTS_OF_FAILED = tuple(fault for outcome, fault in OUTCOMES_AND_FAULTS if outcome is Outcome.FAILED)
_NOTHING = Distribution(counts={}, sum_seconds=0.0)

#: The values of gauges without labels, for one group of a Pushgateway, whose key tells what they are about.
Gauges = Mapping[names.Metric, float]

_Rows = Iterator[tuple[tuple[str, ...], float]]
_Histograms = Iterator[tuple[tuple[str, ...], Distribution]]
#: A bucket's edge, all that is below it, and one of the runs in it where that is told.
_Bucket = tuple[str, float] | tuple[str, float, Exemplar]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerNumbers:
    """What the runner is doing now; None for what it does not do, or does not know.

    Args:
        browser_processes: Browser processes that live below it.
        busy_workers: Workers that make a run.
        workers: Workers that live.
        worker_memory_bytes: Memory that all workers and their browsers hold.
        waiting_slots: Due slots that wait for a seat.
        capacity_ratio: What the schedule needs as a share of what there is.
    """

    browser_processes: int
    busy_workers: int | None = None
    workers: int | None = None
    worker_memory_bytes: int | None = None
    waiting_slots: int | None = None
    capacity_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """The page that Prometheus scrapes.

    Args:
        totals: Reads what the ledger has counted.
        catalogue: Tells which journeys there are now.
        runner: Tells what the runner is doing now.
        artifact_bytes: Measures the disk space that artifacts take, in bytes.
        certificates: Tells until when the certificates are good that health checks saw, in milliseconds UTC, by
            journey, target and location.
        attestations: Tells what people attest now, by the requirement's id.
    """

    totals: Callable[[], Totals]
    catalogue: Callable[[], Catalogue]
    runner: Callable[[], RunnerNumbers]
    artifact_bytes: Callable[[], int]
    certificates: Callable[[], Mapping[tuple[str, str, str], int]] = dict
    attestations: Callable[[], Mapping[str, Attestation]] = dict

    def render(self, accept: str | None = None) -> tuple[bytes, str]:
        """Make the page; may be called from any thread.

        Args:
            accept: The caller's ``Accept`` header: OpenMetrics where it asks for it, the text format 0.0.4 otherwise.

        Returns:
            The page and its content type.
        """
        snapshot = _Snapshot(
            totals=self.totals(),
            placed=_placed(self.catalogue()),
            runner=self.runner(),
            artifact_bytes=self.artifact_bytes(),
            certificates=self.certificates(),
            attestations=self.attestations(),
        )
        content_type = _content_type(accept)
        write = openmetrics if content_type.startswith("application/openmetrics-text") else text
        return write(snapshot.collect()), content_type


def push_group(url: str, job: str, series: Series, gauges: Gauges, timeout_seconds: float) -> None:
    """Push gauges into a series' own group of a Pushgateway; other names in it stay.

    Args:
        url: The gateway's address.
        job: The group's job.
        series: The rest of the group's key.
        gauges: The values.
        timeout_seconds: How long the gateway may take.

    Raises:
        OSError: Where it did not take them.
    """
    pushadd_to_gateway(url, job, _Group(gauges), _grouping_key(series), timeout_seconds)


def delete_group(url: str, job: str, series: Series, timeout_seconds: float) -> None:
    """Delete a series' group of a Pushgateway, whatever is in it.

    Args:
        url: The gateway's address.
        job: The group's job.
        series: The rest of the group's key.
        timeout_seconds: How long the gateway may take.

    Raises:
        OSError: Where it did not.
    """
    delete_from_gateway(url, job, _grouping_key(series), timeout_seconds)


def _grouping_key(series: Series) -> dict[str, str]:
    return {"app": series.app, "journey": series.journey, "target": series.target, "location": series.location}


@dataclass(frozen=True, slots=True)
class _Group:
    """The gauges of one group, as families of samples."""

    gauges: Gauges

    def collect(self) -> Iterator[Family]:
        """Every gauge, without labels: the gateway adds those of the group's key."""
        for metric, value in self.gauges.items():
            yield GaugeMetricFamily(metric.name, metric.help, value=value)


def _content_type(accept: str | None) -> str:
    """The format for what a caller accepts; one that asks for nonsense gets the text format, not an error."""
    try:
        return choose_encoder(accept or "")[1]
    except (TypeError, ValueError):  # its version is no number
        return TEXT_CONTENT_TYPE


def _placed(catalogue: Catalogue) -> Mapping[Series, Journey]:
    """Every set of series once, in order: two samples with the same labels would make the whole page unreadable."""
    placed: dict[Series, Journey] = {}
    for placement in catalogue.placements:
        journey = placement.journey
        series = Series(
            app=journey.app,
            journey=journey.name.removeprefix(f"{journey.app}."),
            target=placement.target,
            location=placement.location,
        )
        placed.setdefault(series, journey)
    return dict(sorted(placed.items(), key=lambda item: item[0]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Snapshot:
    """All that one page shows, read once, and how it becomes families of samples."""

    totals: Totals
    placed: Mapping[Series, Journey]
    runner: RunnerNumbers
    artifact_bytes: int
    certificates: Mapping[tuple[str, str, str], int]
    attestations: Mapping[str, Attestation]

    def collect(self) -> Iterator[Family]:
        """Every family that has a sample, in the order of ``metric_names.METRICS``."""
        families = (
            _counter(names.RUNS_TOTAL, self._runs()),
            _counter(names.FLAKY_RUNS_TOTAL, self._flaky()),
            self._run_durations(),
            _histogram(names.STEP_DURATION_SECONDS, self._steps()),
            _gauge(names.LAST_RUN_TIMESTAMP_SECONDS, self._last_runs()),
            _gauge(names.LAST_SUCCESS_TIMESTAMP_SECONDS, self._last_successes()),
            _gauge(names.LAST_RUN_SUCCESS, self._last_outcomes()),
            _gauge(names.INTERVAL_SECONDS, self._intervals()),
            _gauge(names.CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS, self._certificate_ends()),
            _gauge(names.ATTESTATION_EXPIRY_TIMESTAMP_SECONDS, self._attestation_ends()),
            _counter(names.SLOTS_TOTAL, self._slots()),
            _histogram(names.START_LATENESS_SECONDS, self._by_series(self.totals.latenesses)),
            _counter(names.RUNS_STARTED_TOTAL, self._each(self.totals.started)),
            _counter(names.RUNS_FINISHED_TOTAL, self._each(self.totals.finished)),
            _counter(names.CPU_SECONDS_TOTAL, self._each(self.totals.cpu_seconds)),
            _counter(names.WORKER_RECYCLES_TOTAL, _by_reason(RecycleReason, self.totals.recycles)),
            _counter(names.WORKER_KILLS_TOTAL, _by_reason(KillReason, self.totals.kills)),
            *self._runner_gauges(),
            _gauge(names.ARTIFACT_BYTES, _single(self.artifact_bytes)),
            _gauge(names.JOURNEY_INFO, self._journeys()),
        )
        return (family for family in families if family.samples)

    def _runs(self) -> _Rows:
        for series in self.placed:
            for outcome, fault in OUTCOMES_AND_FAULTS:
                yield (*_labels(series), outcome, fault), self.totals.runs.get((series, outcome, fault), 0)

    def _flaky(self) -> _Rows:
        for series in self.placed:
            for fault in _FAULTS_OF_FAILED:
                yield (*_labels(series), fault), self.totals.flaky.get((series, fault), 0)

    def _each(self, totals: Mapping[Series, float]) -> _Rows:
        for series in self.placed:
            yield _labels(series), totals.get(series, 0)

    def _runner_gauges(self) -> Iterator[Family]:
        runner = self.runner
        yield _gauge(names.BUSY_WORKERS, _single(runner.busy_workers))
        yield _gauge(names.WORKERS, _single(runner.workers))
        yield _gauge(names.WORKER_MEMORY_BYTES, _single(runner.worker_memory_bytes))
        yield _gauge(names.BROWSER_PROCESSES, _single(runner.browser_processes))
        yield _gauge(names.WAITING_SLOTS, _single(runner.waiting_slots))
        yield _gauge(names.CAPACITY_RATIO, _single(runner.capacity_ratio))

    def _slots(self) -> _Rows:
        for series in self.placed:
            for state in names.SLOT_STATES:
                yield (*_labels(series), state), self.totals.slots.get((series, state), 0)

    def _run_durations(self) -> Family:
        """How long passed runs took, with the last of them as an exemplar: a way from a dot in a graph to its report.

        The text format has no exemplars and leaves it out.
        """
        metric = names.RUN_DURATION_SECONDS
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        for series in self.placed:
            distribution = self.totals.run_durations.get(series, _NOTHING)
            buckets = _with_exemplar(
                _summed_up(distribution, metric.buckets), self.totals.last_passes.get(series), metric.buckets
            )
            family.add_metric(_labels(series), buckets, distribution.sum_seconds)
        return family

    def _by_series(self, distributions: Mapping[Series, Distribution]) -> _Histograms:
        for series in self.placed:
            yield _labels(series), distributions.get(series, _NOTHING)

    def _steps(self) -> _Histograms:
        for series, journey in self.placed.items():
            for step in dict.fromkeys(journey.steps):
                labels = (series.app, series.journey, step, series.target, series.location)
                yield labels, self.totals.step_durations.get((series, step), _NOTHING)

    def _last_runs(self) -> _Rows:
        for series in self.placed:
            if (last := self.totals.last_runs.get(series)) is not None:
                yield _labels(series), last.ended_ms / _MILLISECONDS

    def _last_successes(self) -> _Rows:
        for series in self.placed:
            last = self.totals.last_runs.get(series)
            if last is not None and last.last_success_ms is not None:
                yield _labels(series), last.last_success_ms / _MILLISECONDS

    def _last_outcomes(self) -> _Rows:
        for series in self.placed:
            if (last := self.totals.last_runs.get(series)) is not None:
                yield _labels(series), int(last.passed)

    def _intervals(self) -> _Rows:
        for series, journey in self.placed.items():
            yield _labels(series), _interval_seconds(journey)

    def _certificate_ends(self) -> _Rows:
        for series, journey in self.placed.items():
            ends_ms = self.certificates.get((journey.name, series.target, series.location))
            if ends_ms is not None:
                yield _labels(series), ends_ms / _MILLISECONDS

    def _attestation_ends(self) -> _Rows:
        for requirement, attestation in self.attestations.items():
            yield (requirement,), attestation.ends_ms / _MILLISECONDS

    def _journeys(self) -> _Rows:
        for series, journey in self.placed.items():
            yield (*_labels(series), journey.title, journey.kind), 1


def _interval_seconds(journey: Journey) -> float:
    """How long a journey may be silent by its schedule: a rule on less would cry each night, or each weekend."""
    if journey.cron is not None:
        return longest_gap(journey.cron).total_seconds()
    return journey.every_ms / _MILLISECONDS


def _labels(series: Series) -> tuple[str, str, str, str]:
    return (series.app, series.journey, series.target, series.location)


def _single(value: float | None) -> _Rows:
    if value is not None:
        yield (), value


def _by_reason(reasons: Iterable[StrEnum], totals: Mapping[Any, int]) -> _Rows:
    for reason in reasons:
        yield (reason,), totals.get(reason, 0)


def _counter(metric: names.Metric, rows: _Rows) -> Family:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in rows:
        family.add_metric(labels, value)
    return family


def _gauge(metric: names.Metric, rows: _Rows) -> Family:
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in rows:
        family.add_metric(labels, value)
    return family


def _histogram(metric: names.Metric, rows: _Histograms) -> Family:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, distribution in rows:
        family.add_metric(labels, _summed_up(distribution, metric.buckets), distribution.sum_seconds)
    return family


def _summed_up(distribution: Distribution, edges: Sequence[float]) -> list[tuple[str, float]]:
    """A histogram's buckets as Prometheus wants them, each with all that is below its edge.

    The ledger keeps its counts when a release moves the edges: what was counted under an edge that is no more goes to
    the next one above it, so the sum over all buckets stays what it was.
    """
    counted = sorted(distribution.counts.items())
    summed, place = 0, 0
    buckets: list[tuple[str, float]] = []
    for edge in (*edges, inf):
        while place < len(counted) and counted[place][0] <= edge:
            summed += counted[place][1]
            place += 1
        buckets.append((_edge(edge), summed))
    return buckets


def _with_exemplar(
    buckets: Sequence[tuple[str, float]], last: LastPass | None, edges: Sequence[float]
) -> list[_Bucket]:
    """The buckets, with a run in the one that it fell into."""
    if last is None:
        return [*buckets]
    its_edge = _edge(upper_edge(last.duration_ms, edges))
    exemplar = Exemplar({"run_id": last.run_id}, last.duration_ms / _MILLISECONDS, last.ended_ms / _MILLISECONDS)
    return [(edge, count, exemplar) if edge == its_edge else (edge, count) for edge, count in buckets]


@cache
def _edge(seconds: float) -> str:
    return "+Inf" if seconds == inf else str(float(seconds))
