"""Records and ledgers for tests, each with sensible values that a test overrides where it matters."""

import dataclasses
from typing import Any

from synthetics.ledger.store import Ledger
from synthetics.ledger.totals import Series
from synthetics.record import Fault, Kind, Outcome, Reason, RunKey, RunRecord, Step, StepStatus, Trigger

NOON_MS = 1_780_000_000_000
MINUTE_MS = 60_000
SERIES = Series(app="ihub", journey="run_flow", target="standin", location="local")

_FAULTS = {
    Outcome.PASSED: Fault.NONE,
    Outcome.FAILED: Fault.UNKNOWN,
    Outcome.ERRORED: Fault.MONITOR,
    Outcome.MISSED: Fault.MONITOR,
}


def a_key(slot_ms: int = NOON_MS, **changes: Any) -> RunKey:
    key = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=slot_ms)
    return dataclasses.replace(key, **changes)


def a_step(title: str = "Open", status: StepStatus = StepStatus.PASSED, duration_ms: int | None = 700) -> Step:
    return Step(title=title, status=status, offset_ms=10, duration_ms=duration_ms)


def a_record(key: RunKey | None = None, outcome: Outcome = Outcome.PASSED, **changes: Any) -> RunRecord:
    key = key or a_key()
    ran = outcome is not Outcome.MISSED
    values = {
        "title": "An issue event starts a flow",
        "kind": Kind.BROWSER,
        "fault": _FAULTS[outcome],
        "reasons": () if outcome is Outcome.PASSED else (Reason(code="seen", sentence="It was seen."),),
        "started_ms": key.slot_ms + 20 if ran else None,
        "duration_ms": 2_500 if ran else None,
        "lateness_ms": 20 if ran else None,
        **changes,
    }
    app = key.journey.partition(".")[0]
    return RunRecord(run_id=key.run_id, app=app, **dataclasses.asdict(key), outcome=outcome, **values)


def fault_of(ledger: Ledger, run_id: str) -> Fault | None:
    """Whose fault a run is by the last verdict; None where there is no such run."""
    said = ledger.verdicts(run_id)
    return said[-1].fault if said else None


#: The tables that each migration added.
_TABLES = {"0005": ("seals", "sealed_rows", "prunings", "maintenance"), "0004": ("hour_counts", "hour_durations")}
#: The tables that got a column, and the index on it.
_COLUMNS = {"0005": (("runs", "runs_late"), ("verdicts", "verdicts_of_day"))}


def take_back_to(ledger: Ledger, version: str) -> None:
    """Make of a ledger what it was in an earlier version."""
    with ledger._database.writing() as connection:
        for later, tables in _TABLES.items():
            for table in tables if later > version else ():
                connection.exec_driver_sql(f"DROP TABLE {table}")
            for table, index in _COLUMNS.get(later, ()) if later > version else ():
                connection.exec_driver_sql(f"DROP INDEX {index}")
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN day_ms")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (version,))
