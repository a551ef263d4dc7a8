"""Rows of slots and runs: the natural key as columns, and what is written with a record."""

from typing import Any

from sqlalchemy import Connection, Row

from synthetics.ledger import gaps as gap_rows
from synthetics.ledger.database import insert_into
from synthetics.ledger.days import late_day
from synthetics.ledger.tables import runs, slots
from synthetics.record import Outcome, RunKey, RunRecord, Trigger


def key_values(key: RunKey) -> dict[str, str | int]:
    """The columns of a key."""
    return {
        "journey": key.journey,
        "target": key.target,
        "location": key.location,
        "trigger": key.trigger.value,
        "slot_ms": key.slot_ms,
        "attempt": key.attempt,
    }


def key_of(row: Row[Any]) -> RunKey:
    """The key that a row has in its columns."""
    return RunKey(
        journey=row.journey,
        target=row.target,
        location=row.location,
        trigger=Trigger(row.trigger),
        slot_ms=row.slot_ms,
        attempt=row.attempt,
    )


def is_in_a_gap(connection: Connection, key: RunKey) -> bool:
    """Whether a slot is told of as missed already, as one of many."""
    if key.trigger is not Trigger.SCHEDULE or key.attempt != 1:
        return False
    return gap_rows.holding(connection, key) is not None


def insert_run(connection: Connection, record: RunRecord) -> bool:
    """Write a record's row; False where there was one already."""
    insert = insert_into(connection, runs).values(
        **key_values(record.key),
        run_id=record.run_id,
        app=record.app,
        outcome=record.outcome.value,
        fault=record.fault.value,
        started_ms=record.started_ms,
        duration_ms=record.duration_ms,
        record=record.to_json(),
        day_ms=late_day(connection, record.slot_ms),
    )
    inserted = connection.execute(insert.on_conflict_do_nothing().returning(runs.c.run_id)).first()
    return inserted is not None


def settle_slot(connection: Connection, record: RunRecord) -> bool:
    """Settle the slot of a record that is new.

    Returns:
        Whether its run had been started.
    """
    state = "missed" if record.outcome is Outcome.MISSED else "done"
    insert = insert_into(connection, slots).values(**key_values(record.key), app=record.app, state=state)
    settle = insert.on_conflict_do_update(
        index_elements=list(slots.primary_key), set_={"state": insert.excluded.state}
    ).returning(slots.c.started_ms)
    return connection.execute(settle).scalar_one() is not None
