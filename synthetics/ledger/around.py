"""Runs of about the same time, on one target from one location: what else was seen when a run failed."""

from collections.abc import Collection

import sqlalchemy as sa

from synthetics.ledger.database import Database
from synthetics.ledger.tables import HAS_FAILED, runs
from synthetics.record import RunRecord

#: A target, and the location from which it was asked.
Place = tuple[str, str]

#: Rows are found by their slots, and a run starts a little later than it was due.
_LATE_MS = 3_600_000


def of_apps(
    database: Database, place: Place, since_ms: int, until_ms: int, apps: Collection[str]
) -> tuple[RunRecord, ...]:
    """The runs of some apps that started at a place between two instants; see ``Ledger.around``."""
    return _read(database, _started(place, since_ms, until_ms).where(runs.c.app.in_(apps)))


def failed(database: Database, place: Place, since_ms: int, until_ms: int) -> tuple[RunRecord, ...]:
    """The runs that started at a place between two instants, and failed; see ``Ledger.failed_around``."""
    return _read(database, failed_query(place, since_ms, until_ms))


def failed_query(place: Place, since_ms: int, until_ms: int) -> sa.Select[tuple[str]]:
    """Ask for the records of those that failed, by the index that has no others in it."""
    return _started(place, since_ms, until_ms).where(HAS_FAILED)


def _started(place: Place, since_ms: int, until_ms: int) -> sa.Select[tuple[str]]:
    target, location = place
    return (
        sa.select(runs.c.record)
        .where(
            runs.c.slot_ms >= since_ms - _LATE_MS,
            runs.c.slot_ms <= until_ms,
            runs.c.started_ms >= since_ms,
            runs.c.started_ms <= until_ms,
            runs.c.target == target,
            runs.c.location == location,
        )
        .order_by(runs.c.started_ms, runs.c.run_id)
    )


def _read(database: Database, query: sa.Select[tuple[str]]) -> tuple[RunRecord, ...]:
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(RunRecord.from_json(row.record) for row in rows)
