"""Every metric: its name, type, unit, labels and help, in one place. ``docs/metrics.md`` is tested against it."""

from dataclasses import dataclass
from enum import StrEnum


class MetricType(StrEnum):
    """Prometheus' own types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric.

    Args:
        name: As Prometheus shows it, unit and ``_total`` included.
        type: Counter, gauge or histogram.
        help: One sentence.
        labels: The names of its labels in their order; every value comes from the configuration.
        buckets: A histogram's upper edges in the metric's unit, without ``+Inf``.
    """

    name: str
    type: MetricType
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_SERIES = ("app", "journey", "target", "location")

RUNS_TOTAL = Metric(
    name="synthetic_runs_total",
    type=MetricType.COUNTER,
    help="Scheduled runs, first attempts only, by what became of them and whose fault it was.",
    labels=(*_SERIES, "outcome", "fault"),
)
FLAKY_RUNS_TOTAL = Metric(
    name="synthetic_flaky_runs_total",
    type=MetricType.COUNTER,
    help="Scheduled runs that failed and whose confirm-run passed, by their fault; a part of the failed ones.",
    labels=(*_SERIES, "fault"),
)
RUN_DURATION_SECONDS = Metric(
    name="synthetic_run_duration_seconds",
    type=MetricType.HISTOGRAM,
    help="How long passed runs took, from the worker's start to its end.",
    labels=_SERIES,
    buckets=(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120),
)
STEP_DURATION_SECONDS = Metric(
    name="synthetic_step_duration_seconds",
    type=MetricType.HISTOGRAM,
    help="How long the passed top-level steps of runs took.",
    labels=("app", "journey", "step", "target", "location"),
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 60),
)
LAST_RUN_TIMESTAMP_SECONDS = Metric(
    name="synthetic_last_run_timestamp_seconds",
    type=MetricType.GAUGE,
    help="When the last scheduled run ended, in seconds UTC since 1970.",
    labels=_SERIES,
)
LAST_SUCCESS_TIMESTAMP_SECONDS = Metric(
    name="synthetic_last_success_timestamp_seconds",
    type=MetricType.GAUGE,
    help="When the last passed scheduled run ended, in seconds UTC since 1970.",
    labels=_SERIES,
)
LAST_RUN_SUCCESS = Metric(
    name="synthetic_last_run_success",
    type=MetricType.GAUGE,
    help="1 when the last scheduled run passed, 0 when it did not; alert on synthetic_runs_total instead.",
    labels=_SERIES,
)
LAST_RUN_DURATION_SECONDS = Metric(
    name="synthetic_last_run_duration_seconds",
    type=MetricType.GAUGE,
    help="How long the last run took that was pushed to a Pushgateway.",
    labels=_SERIES,
)
INTERVAL_SECONDS = Metric(
    name="synthetic_interval_seconds",
    type=MetricType.GAUGE,
    help="The longest time between two due times of the journey, as configured.",
    labels=_SERIES,
)
CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS = Metric(
    name="synthetic_certificate_expiry_timestamp_seconds",
    type=MetricType.GAUGE,
    help="Until when the certificate is good that a health check saw last, in seconds UTC since 1970.",
    labels=_SERIES,
)
ATTESTATION_EXPIRY_TIMESTAMP_SECONDS = Metric(
    name="synthetic_attestation_expiry_timestamp_seconds",
    type=MetricType.GAUGE,
    help="Until when it holds what was attested of a requirement that nothing measures, in seconds UTC since 1970.",
    labels=("requirement",),
)
SLOTS_TOTAL = Metric(
    name="synthetic_slots_total",
    type=MetricType.COUNTER,
    help="Due times that are settled: done when a run was made of them, missed when none was.",
    labels=(*_SERIES, "state"),
)
START_LATENESS_SECONDS = Metric(
    name="synthetic_start_lateness_seconds",
    type=MetricType.HISTOGRAM,
    help="How long after its due time a scheduled run started.",
    labels=_SERIES,
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120),
)
RUNS_STARTED_TOTAL = Metric(
    name="synthetic_runs_started_total",
    type=MetricType.COUNTER,
    help="Slots whose run was started, whoever asked for it.",
    labels=_SERIES,
)
RUNS_FINISHED_TOTAL = Metric(
    name="synthetic_runs_finished_total",
    type=MetricType.COUNTER,
    help="Started slots that have their record; the rest is under way, or its runner is gone.",
    labels=_SERIES,
)
CPU_SECONDS_TOTAL = Metric(
    name="synthetic_cpu_seconds_total",
    type=MetricType.COUNTER,
    help="Processor time of workers and their browsers, over all runs and attempts.",
    labels=_SERIES,
)
WORKER_RECYCLES_TOTAL = Metric(
    name="synthetic_worker_recycles_total",
    type=MetricType.COUNTER,
    help="Workers that made no further run, by the reason.",
    labels=("reason",),
)
WORKER_KILLS_TOTAL = Metric(
    name="synthetic_worker_kills_total",
    type=MetricType.COUNTER,
    help="Workers that the monitor itself ended in the middle of a run, by the reason.",
    labels=("reason",),
)
BUSY_WORKERS = Metric(
    name="synthetic_busy_workers",
    type=MetricType.GAUGE,
    help="Workers that make a run now.",
)
WORKERS = Metric(
    name="synthetic_workers",
    type=MetricType.GAUGE,
    help="Workers that live now, those that wait for a run included.",
)
WORKER_MEMORY_BYTES = Metric(
    name="synthetic_worker_memory_bytes",
    type=MetricType.GAUGE,
    help="Memory that all workers and their browsers hold now.",
)
BROWSER_PROCESSES = Metric(
    name="synthetic_browser_processes",
    type=MetricType.GAUGE,
    help="Browser processes that live below this runner now.",
)
WAITING_SLOTS = Metric(
    name="synthetic_waiting_slots",
    type=MetricType.GAUGE,
    help="Due slots that wait for a seat, or for memory or disk space, now.",
)
CAPACITY_RATIO = Metric(
    name="synthetic_capacity_ratio",
    type=MetricType.GAUGE,
    help="Seats that the schedule needs, as a share of those there are; above 1 slots are missed.",
)
ARTIFACT_BYTES = Metric(
    name="synthetic_artifact_bytes",
    type=MetricType.GAUGE,
    help="Disk space that the artifacts of runs take.",
)
JOURNEY_INFO = Metric(
    name="synthetic_journey_info",
    type=MetricType.GAUGE,
    help="Always 1; its labels describe a journey.",
    labels=(*_SERIES, "title", "kind"),
)

SLOT_STATES = ("done", "missed")

METRICS: tuple[Metric, ...] = (
    RUNS_TOTAL,
    FLAKY_RUNS_TOTAL,
    RUN_DURATION_SECONDS,
    STEP_DURATION_SECONDS,
    LAST_RUN_TIMESTAMP_SECONDS,
    LAST_SUCCESS_TIMESTAMP_SECONDS,
    LAST_RUN_SUCCESS,
    LAST_RUN_DURATION_SECONDS,
    INTERVAL_SECONDS,
    CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS,
    ATTESTATION_EXPIRY_TIMESTAMP_SECONDS,
    SLOTS_TOTAL,
    START_LATENESS_SECONDS,
    RUNS_STARTED_TOTAL,
    RUNS_FINISHED_TOTAL,
    CPU_SECONDS_TOTAL,
    WORKER_RECYCLES_TOTAL,
    WORKER_KILLS_TOTAL,
    BUSY_WORKERS,
    WORKERS,
    WORKER_MEMORY_BYTES,
    BROWSER_PROCESSES,
    WAITING_SLOTS,
    CAPACITY_RATIO,
    ARTIFACT_BYTES,
    JOURNEY_INFO,
)
