"""What workers did, counted with each record: started and finished runs, processor time, deaths, flaky journeys."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.database import add_to
from synthetics.ledger.tables import flaky_totals, runs, work_totals, worker_totals
from synthetics.ledger.totals import Series
from synthetics.record import Fault, Outcome, RunKey, RunRecord, Trigger
from synthetics.worker import KillReason, RecycleReason

_RECYCLE = "recycle"
_KILL = "kill"

#: What the two attempts at a flaky slot come to.
_FLAKY = {1: Outcome.FAILED, 2: Outcome.PASSED}


def raise_started(connection: Connection, key: RunKey, app: str) -> None:
    """Count a slot whose run was started.

    Args:
        connection: In the transaction that marks the slot.
        key: The slot.
        app: The app's name.
    """
    add_to(connection, work_totals, [{**_values(key, app), "started": 1, "finished": 0, "cpu_ms": 0}])


def raise_work(connection: Connection, record: RunRecord, *, was_started: bool) -> None:
    """Count what a record tells of the worker that made it, whatever its trigger and attempt.

    Args:
        connection: In the transaction that writes the record for the first time.
        record: Any record.
        was_started: Whether its slot had been started, so that its run has ended now.
    """
    worker = record.worker
    cpu_ms = max(0, worker.cpu_ms or 0) if worker is not None else 0
    if was_started or cpu_ms:
        add_to(
            connection,
            work_totals,
            [{**_values(record.key, record.app), "started": 0, "finished": int(was_started), "cpu_ms": cpu_ms}],
        )
    if worker is not None:
        told = ((_RECYCLE, worker.recycled_for), (_KILL, worker.killed_for))
        rows = [{"measure": measure, "reason": why.value, "total": 1} for measure, why in told if why is not None]
        add_to(connection, worker_totals, rows)


def raise_flaky(connection: Connection, record: RunRecord) -> None:
    """Count a failure that its confirm-run did not confirm, with whichever of the two records comes last.

    Args:
        connection: In the transaction that writes the record for the first time, after that.
        record: Any record.
    """
    if record.trigger is not Trigger.SCHEDULE or _FLAKY.get(record.attempt) is not record.outcome:
        return
    other = 3 - record.attempt
    query = sa.select(runs.c.fault).where(
        runs.c.journey == record.journey,
        runs.c.target == record.target,
        runs.c.location == record.location,
        runs.c.trigger == Trigger.SCHEDULE.value,
        runs.c.slot_ms == record.slot_ms,
        runs.c.attempt == other,
        runs.c.outcome == _FLAKY[other].value,
    )
    its_fault = connection.execute(query).scalar_one_or_none()
    if its_fault is not None:
        fault = record.fault.value if record.attempt == 1 else its_fault
        add_to(connection, flaky_totals, [{**_values(record.key, record.app), "fault": fault, "total": 1}])


def read_work(connection: Connection) -> dict[str, Any]:
    """What was counted, by the names that ``Totals`` has for it."""
    work = connection.execute(sa.select(work_totals)).all()
    workers = {(row.measure, row.reason): row.total for row in connection.execute(sa.select(worker_totals))}
    return {
        "flaky": {(_series(row), Fault(row.fault)): row.total for row in connection.execute(sa.select(flaky_totals))},
        "started": {_series(row): row.started for row in work if row.started},
        "finished": {_series(row): row.finished for row in work if row.finished},
        "cpu_seconds": {_series(row): row.cpu_ms / 1000 for row in work if row.cpu_ms},
        "recycles": {why: workers[_RECYCLE, why] for why in RecycleReason if (_RECYCLE, why) in workers},
        "kills": {why: workers[_KILL, why] for why in KillReason if (_KILL, why) in workers},
    }


def _values(key: RunKey, app: str) -> dict[str, str]:
    journey = key.journey.removeprefix(f"{app}.")
    return {"app": app, "journey": journey, "target": key.target, "location": key.location}


def _series(row: Row[Any]) -> Series:
    return Series(app=row.app, journey=row.journey, target=row.target, location=row.location)
