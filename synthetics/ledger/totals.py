"""The totals that metrics show, as the ledger holds them: raised with each record, never lowered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthetics.record import Fault, Outcome
from synthetics.worker import KillReason, RecycleReason


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Series:
    """What one set of metric series is about.

    Args:
        app: The app's name.
        journey: The journey's name without its app, such as ``run_flow``.
        target: The name of the site.
        location: From where the runs are made.
    """

    app: str
    journey: str
    target: str
    location: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """What a histogram has counted.

    Args:
        counts: How many observations fell into each bucket (not summed up), by the bucket's upper edge in seconds;
            ``inf`` for those above the last.
        sum_seconds: The sum of all observations.
    """

    counts: Mapping[float, int]
    sum_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRun:
    """The last scheduled first attempt of a series.

    Args:
        ended_ms: When it ended, in milliseconds UTC.
        passed: Whether it passed.
        last_success_ms: When the last passed one ended; None while none has.
    """

    ended_ms: int
    passed: bool
    last_success_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPass:
    """The run that passed last, of those that a series counts.

    Args:
        run_id: Its short name.
        duration_ms: How long it took.
        ended_ms: When it ended, in milliseconds UTC.
    """

    run_id: str
    duration_ms: int
    ended_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """Everything that the ledger has counted: of runs, scheduled first attempts only; of workers, all that they did.

    Args:
        runs: Runs by series, outcome and fault.
        slots: Settled due times by series and state (``done`` or ``missed``).
        run_durations: Durations of passed runs by series.
        step_durations: Durations of passed top-level steps, by series and step.
        latenesses: How late runs started, by series.
        last_runs: The last run by series.
        last_passes: The run that passed last by series, where its record has not been pruned.
        flaky: Scheduled runs that failed and whose confirm-run passed, by series and the first attempt's fault.
        started: Claimed slots whose worker was ordered, of whatever trigger, by series.
        finished: Those of them that have their record; as many as were started when nothing is under way.
        cpu_seconds: Processor time of workers, of every run and attempt, by series.
        recycles: Workers that made no run after their last one, by the reason.
        kills: Workers that the monitor ended, by the reason.
    """

    runs: Mapping[tuple[Series, Outcome, Fault], int] = field(default_factory=dict)
    slots: Mapping[tuple[Series, str], int] = field(default_factory=dict)
    run_durations: Mapping[Series, Distribution] = field(default_factory=dict)
    step_durations: Mapping[tuple[Series, str], Distribution] = field(default_factory=dict)
    latenesses: Mapping[Series, Distribution] = field(default_factory=dict)
    last_runs: Mapping[Series, LastRun] = field(default_factory=dict)
    last_passes: Mapping[Series, LastPass] = field(default_factory=dict)
    flaky: Mapping[tuple[Series, Fault], int] = field(default_factory=dict)
    started: Mapping[Series, int] = field(default_factory=dict)
    finished: Mapping[Series, int] = field(default_factory=dict)
    cpu_seconds: Mapping[Series, float] = field(default_factory=dict)
    recycles: Mapping[RecycleReason, int] = field(default_factory=dict)
    kills: Mapping[KillReason, int] = field(default_factory=dict)
