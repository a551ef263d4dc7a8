"""The totals: raised in the transaction that writes a record, read in one transaction, never lowered."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics import metric_names
from synthetics.ledger.buckets import fold, upper_edge
from synthetics.ledger.database import Insert, add_to, insert_for
from synthetics.ledger.passes import read_last_passes
from synthetics.ledger.tables import bucket_totals, last_runs, run_totals, slot_totals
from synthetics.ledger.totals import Distribution, LastRun, Series, Totals
from synthetics.record import Fault, Outcome, RunRecord, StepStatus

_RUN_DURATION = "run_duration"
_STEP_DURATION = "step_duration"
_LATENESS = "lateness"

_EDGES_SECONDS: Mapping[str, tuple[float, ...]] = {
    _RUN_DURATION: metric_names.RUN_DURATION_SECONDS.buckets,
    _STEP_DURATION: metric_names.STEP_DURATION_SECONDS.buckets,
    _LATENESS: metric_names.START_LATENESS_SECONDS.buckets,
}


def raise_totals(connection: Connection, record: RunRecord, times: int = 1) -> None:
    """Count a record.

    Args:
        connection: In the transaction that writes the record for the first time.
        record: A scheduled first attempt.
        times: How many slots it stands for: more than one for a gap alone.
    """
    series = _series_values(record)
    state = "missed" if record.outcome is Outcome.MISSED else "done"
    run = {**series, "outcome": record.outcome.value, "fault": record.fault.value, "total": times}
    add_to(connection, run_totals, [run])
    add_to(connection, slot_totals, [{**series, "state": state, "total": times}])
    add_to(connection, bucket_totals, list(_observations(record)))
    _keep_last(connection, record)


def read_totals(connection: Connection) -> Totals:
    """Everything that was counted.

    Args:
        connection: In a transaction that sees one state of the ledger.

    Returns:
        The totals, their histograms under today's edges.
    """
    distributions = _read_distributions(connection)
    return Totals(
        runs={
            (_series(row), Outcome(row.outcome), Fault(row.fault)): row.total
            for row in connection.execute(sa.select(run_totals))
        },
        slots={(_series(row), row.state): row.total for row in connection.execute(sa.select(slot_totals))},
        run_durations={series: each for (series, _), each in distributions[_RUN_DURATION].items()},
        step_durations=distributions[_STEP_DURATION],
        latenesses={series: each for (series, _), each in distributions[_LATENESS].items()},
        last_runs={
            _series(row): LastRun(ended_ms=row.ended_ms, passed=row.passed, last_success_ms=row.last_success_ms)
            for row in connection.execute(sa.select(last_runs))
        },
        last_passes=read_last_passes(connection),
    )


def _series_values(record: RunRecord) -> dict[str, str]:
    return {
        "app": record.app,
        "journey": record.journey_name,
        "target": record.target,
        "location": record.location,
    }


def _series(row: Row[Any]) -> Series:
    return Series(app=row.app, journey=row.journey, target=row.target, location=row.location)


def _observations(record: RunRecord) -> Iterator[dict[str, object]]:
    """One row for each thing that a histogram sees in a record."""
    if record.outcome is Outcome.PASSED and record.duration_ms is not None:
        yield _observation(record, _RUN_DURATION, record.duration_ms)
    if record.outcome is not Outcome.MISSED and record.lateness_ms is not None:
        yield _observation(record, _LATENESS, record.lateness_ms)
    for step in record.steps:
        if step.status is StepStatus.PASSED and step.duration_ms is not None:
            yield _observation(record, _STEP_DURATION, step.duration_ms, step.title)


def _observation(record: RunRecord, measure: str, value_ms: int, step: str = "") -> dict[str, object]:
    not_negative_ms = max(0, value_ms)  # a sum that falls would read as a restart of the counter
    return {
        **_series_values(record),
        "measure": measure,
        "step": step,
        "upper_edge_seconds": upper_edge(not_negative_ms, _EDGES_SECONDS[measure]),
        "total": 1,
        "sum_ms": not_negative_ms,
    }


def _keep_last(connection: Connection, record: RunRecord) -> None:
    """Remember the run if it is the last one; records may come in any order.

    A run whose end nobody saw (its runner was lost) is left out, since no instant can be told.
    """
    if record.started_ms is None or record.duration_ms is None:
        return
    ended_ms = record.started_ms + record.duration_ms
    passed = record.outcome is Outcome.PASSED
    values = {
        **_series_values(record),
        "ended_ms": ended_ms,
        "slot_ms": record.slot_ms,
        "passed": passed,
        "last_success_ms": ended_ms if passed else None,
    }
    connection.execute(_keeping(connection.dialect.name), values)


# Made once: it is the largest of all that a record takes.
@lru_cache
def _keeping(dialect: str) -> Insert:
    insert = insert_for(dialect, last_runs)
    old, new = last_runs.c, insert.excluded
    later = sa.tuple_(new.ended_ms, new.slot_ms) > sa.tuple_(old.ended_ms, old.slot_ms)
    first_or_later_success = sa.or_(old.last_success_ms.is_(None), new.last_success_ms > old.last_success_ms)
    changed = {
        **{name: sa.case((later, new[name]), else_=old[name]) for name in ("ended_ms", "slot_ms", "passed")},
        "last_success_ms": sa.case((first_or_later_success, new.last_success_ms), else_=old.last_success_ms),
    }
    return insert.on_conflict_do_update(index_elements=list(last_runs.primary_key), set_=changed)


def _read_distributions(connection: Connection) -> dict[str, dict[tuple[Series, str], Distribution]]:
    """Every histogram, by measure, then by series and step (empty but for steps)."""
    counts: dict[tuple[str, Series, str], dict[float, int]] = {}
    sums_ms: dict[tuple[str, Series, str], int] = {}
    for row in connection.execute(sa.select(bucket_totals)):
        key = (row.measure, _series(row), row.step)
        counts.setdefault(key, {})[row.upper_edge_seconds] = row.total
        sums_ms[key] = sums_ms.get(key, 0) + row.sum_ms
    distributions: dict[str, dict[tuple[Series, str], Distribution]] = {measure: {} for measure in _EDGES_SECONDS}
    for (measure, series, step), by_edge in counts.items():
        distributions[measure][series, step] = Distribution(
            counts=fold(by_edge, _EDGES_SECONDS[measure]),
            sum_seconds=sums_ms[measure, series, step] / 1000,
        )
    return distributions
