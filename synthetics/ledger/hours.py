"""What each hour came to: raised in the transaction that writes a record, moved with a later verdict.

Written in any order, and again and again, the same records come to the same rows.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics import metric_names
from synthetics.ledger.buckets import upper_edge
from synthetics.ledger.database import add_to
from synthetics.ledger.gaps import Gap
from synthetics.ledger.tables import hour_counts, hour_durations, runs, verdicts
from synthetics.record import Fault, Outcome, RunKey, RunRecord, Trigger
from synthetics.seen.traffic import FrameSeen, OriginTraffic, Owner

HOUR_MS = 3_600_000
#: The durations of runs that passed.
RUN = "run"
#: How long an app's frame took to its first word with the host's page.
FRAME = "frame"
#: The upper edges of both, in seconds: limits of objectives lie on them.
EDGES_SECONDS = metric_names.RUN_DURATION_SECONDS.buckets

_SUMS = ("total", "flaky", "app_requests", "app_errors")
_APPS_OWN = frozenset({Owner.APP, Owner.BACKEND})
_SERVER_ERROR = 500


def hour_of(instant_ms: int) -> int:
    """When the hour began that an instant lies in (milliseconds UTC)."""
    return instant_ms // HOUR_MS * HOUR_MS


def within(table: sa.Table, since_ms: int, until_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Which rows of one of the hours' tables lie between an instant and, without it, another.

    Args:
        table: The table.
        since_ms: Milliseconds UTC; a whole hour.
        until_ms: Milliseconds UTC; a whole hour.

    Raises:
        ValueError: Where an instant is no whole hour.
    """
    for instant_ms in (since_ms, until_ms):
        if instant_ms % HOUR_MS:
            raise ValueError(f"{instant_ms} is no whole hour, and counts are kept by the hour")
    return table.c.hour_ms >= since_ms, table.c.hour_ms < until_ms


def raise_hours(connection: Connection, record: RunRecord) -> None:
    """Count a record, and which failures of others it makes flaky.

    Args:
        connection: In the transaction that writes the record for the first time, after that.
        record: Any record; only scheduled ones count.
    """
    if record.trigger is not Trigger.SCHEDULE:
        return
    if record.attempt == 1:
        flaky = record.outcome is Outcome.FAILED and confirm_run_passed(connection, record.key)
        add_to(connection, hour_counts, [count_row(record, record.fault, flaky=flaky)])
        add_to(connection, hour_durations, duration_rows(record))
    elif record.outcome is Outcome.PASSED:
        fault = _failure_before(connection, record.key)
        if fault is not None:
            add_to(connection, hour_counts, [_row(record, fault, outcome=Outcome.FAILED, flaky=1)])


def move_fault(connection: Connection, record: RunRecord, before: Fault, after: Fault) -> None:
    """Count a run under another fault than until now.

    Args:
        connection: In the transaction that writes the verdict.
        record: The run's record.
        before: Whose fault it was by the verdict before.
        after: Whose it is now.
    """
    if not record.counts or before is after:
        return
    come = count_row(record, after, flaky=confirm_run_passed(connection, record.key))
    left = {name: -value if name in _SUMS else value for name, value in come.items()} | {"fault": before.value}
    add_to(connection, hour_counts, [left, come])
    connection.execute(sa.delete(hour_counts).where(hour_counts.c.hour_ms == left["hour_ms"], hour_counts.c.total == 0))


def keep_gap(connection: Connection, gap: Gap | None) -> None:
    """Count the slots of a gap, or of a part of one, that is taken away; until then they are read from the gap itself.

    Args:
        connection: In the transaction that takes it away.
        gap: The gap; nothing happens for None.
    """
    if gap is None:
        return
    starts = range(hour_of(gap.first_ms), gap.last_ms + 1, HOUR_MS)
    told = {start: gap.part(start - 1, start + HOUR_MS - 1) for start in starts}
    rows = [
        _row(gap.record_of(part.first_ms), gap.record.fault, total=part.count)
        for part in told.values()
        if part is not None
    ]
    add_to(connection, hour_counts, rows)


def count_row(record: RunRecord, fault: Fault, *, flaky: bool) -> dict[str, Any]:
    """What a counted run adds to its hour.

    Args:
        record: Its record.
        fault: Whose fault it is, by the last verdict.
        flaky: Whether it failed and its confirm-run passed.
    """
    return _row(record, fault, total=1, flaky=int(flaky), traffic=_traffic(record))


def _row(  # noqa: PLR0913  each argument is a column
    record: RunRecord,
    fault: Fault,
    *,
    outcome: Outcome | None = None,
    total: int = 0,
    flaky: int = 0,
    traffic: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    return {
        **_place(record),
        "outcome": (outcome or record.outcome).value,
        "fault": fault.value,
        "total": total,
        "flaky": flaky,
        "app_requests": traffic[0],
        "app_errors": traffic[1],
    }


def _place(record: RunRecord) -> dict[str, str | int]:
    return {
        "hour_ms": hour_of(record.slot_ms),
        "app": record.app,
        "journey": record.journey,
        "target": record.target,
        "location": record.location,
    }


def _traffic(record: RunRecord) -> tuple[int, int]:
    """How many requests to the app's own origins ended, and how many of them in an error.

    What the page gave up itself is no request that ended; an answer below 500 is the app's own word, and no error.
    """
    own = [each for each in record.evidence.origins if each.owner in _APPS_OWN] if record.evidence is not None else []
    return sum(each.answered + each.refused + each.failed for each in own), sum(map(_errors, own))


def _errors(origin: OriginTraffic) -> int:
    return origin.failed + sum(times for status, times in origin.statuses if status >= _SERVER_ERROR)


def duration_rows(record: RunRecord) -> list[dict[str, Any]]:
    """One row for each thing that was timed in a counted run."""
    timed: list[tuple[str, float]] = []
    if record.outcome is Outcome.PASSED and record.duration_ms is not None:
        timed.append((RUN, upper_edge(max(0, record.duration_ms), EDGES_SECONDS)))
    frame = _first_frame(record)
    if frame is not None:
        taken = None if frame.connected_ms is None else frame.connected_ms - frame.attached_ms
        timed.append((FRAME, float("inf") if taken is None else upper_edge(max(0, taken), EDGES_SECONDS)))
    return [{**_place(record), "measure": measure, "upper_edge_seconds": edge, "total": 1} for measure, edge in timed]


def _first_frame(record: RunRecord) -> FrameSeen | None:
    """The app's first frame in a run that was judged; those that were taken out before they could speak are no sign."""
    if record.evidence is None or record.outcome not in {Outcome.PASSED, Outcome.FAILED}:
        return None
    frames = (each for each in record.evidence.frames if each.is_app)
    return next((each for each in frames if each.connected_ms is not None or each.detached_ms is None), None)


def confirm_run_passed(connection: Connection, key: RunKey) -> bool:
    """Whether the second attempt at a slot is there, and passed."""
    return connection.execute(_attempt(key, 2, Outcome.PASSED)).first() is not None


def _failure_before(connection: Connection, key: RunKey) -> Fault | None:
    """Whose fault the failed first attempt at a slot was, by the last verdict; None where there is none."""
    first = connection.execute(_attempt(key, 1, Outcome.FAILED)).first()
    if first is None:
        return None
    later = sa.select(verdicts.c.fault).where(verdicts.c.run_id == first.run_id)
    last = connection.execute(later.order_by(verdicts.c.number.desc()).limit(1)).scalar_one_or_none()
    return Fault(first.fault if last is None else last)


def _attempt(key: RunKey, attempt: int, outcome: Outcome) -> sa.Select[tuple[str, str]]:
    return sa.select(runs.c.run_id, runs.c.fault).where(
        runs.c.journey == key.journey,
        runs.c.target == key.target,
        runs.c.location == key.location,
        runs.c.trigger == key.trigger.value,
        runs.c.slot_ms == key.slot_ms,
        runs.c.attempt == attempt,
        runs.c.outcome == outcome.value,
    )
