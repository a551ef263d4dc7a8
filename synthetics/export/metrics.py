"""The metrics page: the ledger's totals in Prometheus' formats. The only module that imports prometheus_client.

Nothing is counted here. Each page is made anew from the ledger's totals and the catalogue, so no restart lets a
counter fall, every series is there at 0 before its first event, and a journey that is gone is gone from the page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from prometheus_client.exposition import choose_encoder, delete_from_gateway, generate_latest, pushadd_to_gateway
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from synthetics import metric_names as names
from synthetics.catalogue import Catalogue, Journey
from synthetics.ledger.totals import Distribution, Series, Totals
from synthetics.record import OUTCOMES_AND_FAULTS

#: The text format's content type, for a caller who does not say what it accepts.
TEXT_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_MILLISECONDS = 1000
_NOTHING = Distribution(counts={}, sum_seconds=0.0)

#: The values of gauges without labels, for one group of a Pushgateway, whose key tells what they are about.
Gauges = Mapping[names.Metric, float]

_Rows = Iterator[tuple[tuple[str, ...], float]]
_Histograms = Iterator[tuple[tuple[str, ...], Distribution]]


class MetricsPage:
    """The page that Prometheus scrapes.

    Args:
        totals: Reads what the ledger has counted.
        catalogue: Tells which journeys there are now.
        browser_processes: Counts the browser processes that live below this runner.
        artifact_bytes: Measures the disk space that artifacts take, in bytes.
    """

    def __init__(
        self,
        totals: Callable[[], Totals],
        catalogue: Callable[[], Catalogue],
        browser_processes: Callable[[], int],
        artifact_bytes: Callable[[], int],
    ) -> None:
        self._totals = totals
        self._catalogue = catalogue
        self._browser_processes = browser_processes
        self._artifact_bytes = artifact_bytes

    def render(self, accept: str | None = None) -> tuple[bytes, str]:
        """Make the page; may be called from any thread.

        Args:
            accept: The caller's ``Accept`` header: OpenMetrics where it asks for it, the text format 0.0.4 otherwise.

        Returns:
            The page and its content type.
        """
        snapshot = _Snapshot(
            totals=self._totals(),
            placed=_placed(self._catalogue()),
            browser_processes=self._browser_processes(),
            artifact_bytes=self._artifact_bytes(),
        )
        encode, content_type = _encoder(accept)
        return encode(snapshot), content_type


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


def _encoder(accept: str | None) -> tuple[Callable[[Collector], bytes], str]:
    """The encoder for what a caller accepts; one that asks for nonsense gets the text format, not an error."""
    try:
        return choose_encoder(accept or "")
    except (TypeError, ValueError):  # its version is no number
        return generate_latest, TEXT_CONTENT_TYPE


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
    browser_processes: int
    artifact_bytes: int

    def collect(self) -> Iterator[Family]:
        """Every family that has a sample, in the order of ``metric_names.METRICS``."""
        families = (
            _counter(names.RUNS_TOTAL, self._runs()),
            _histogram(names.RUN_DURATION_SECONDS, self._by_series(self.totals.run_durations)),
            _histogram(names.STEP_DURATION_SECONDS, self._steps()),
            _gauge(names.LAST_RUN_TIMESTAMP_SECONDS, self._last_runs()),
            _gauge(names.LAST_SUCCESS_TIMESTAMP_SECONDS, self._last_successes()),
            _gauge(names.LAST_RUN_SUCCESS, self._last_outcomes()),
            _gauge(names.INTERVAL_SECONDS, self._intervals()),
            _counter(names.SLOTS_TOTAL, self._slots()),
            _histogram(names.START_LATENESS_SECONDS, self._by_series(self.totals.latenesses)),
            _gauge(names.BROWSER_PROCESSES, iter((((), self.browser_processes),))),
            _gauge(names.ARTIFACT_BYTES, iter((((), self.artifact_bytes),))),
            _gauge(names.JOURNEY_INFO, self._journeys()),
        )
        return (family for family in families if family.samples)

    def _runs(self) -> _Rows:
        for series in self.placed:
            for outcome, fault in OUTCOMES_AND_FAULTS:
                yield (*_labels(series), outcome, fault), self.totals.runs.get((series, outcome, fault), 0)

    def _slots(self) -> _Rows:
        for series in self.placed:
            for state in names.SLOT_STATES:
                yield (*_labels(series), state), self.totals.slots.get((series, state), 0)

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
            yield _labels(series), journey.every_ms / _MILLISECONDS

    def _journeys(self) -> _Rows:
        for series, journey in self.placed.items():
            yield (*_labels(series), journey.title, journey.kind), 1


def _labels(series: Series) -> tuple[str, str, str, str]:
    return (series.app, series.journey, series.target, series.location)


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
    return [
        (
            "+Inf" if edge == inf else str(float(edge)),
            sum(count for counted, count in distribution.counts.items() if counted <= edge),
        )
        for edge in (*edges, inf)
    ]
