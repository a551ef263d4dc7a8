"""Days (UTC): with which of them is sealed what is written.

A record belongs to the day of its slot, all else to the day on which it is written. What comes when that day is sealed
already belongs to the first day that is not: so a seal is never made anew.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger.tables import seals

DAY_MS = 86_400_000


def day_of(instant_ms: int) -> int:
    """When the day began that an instant lies in (milliseconds UTC)."""
    return instant_ms // DAY_MS * DAY_MS


def date_of(day_ms: int) -> date:
    """A day as a date."""
    return datetime.fromtimestamp(day_ms / 1_000, UTC).date()


def begin_of(day: date) -> int:
    """When a date begins, in milliseconds UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000


def last_sealed(connection: Connection) -> int | None:
    """When the last day that is sealed began, in milliseconds UTC; None where there is none."""
    latest: int | None = connection.execute(sa.select(sa.func.max(seals.c.day_ms))).scalar_one()
    return latest


def sealed_until(connection: Connection) -> int:
    """When the first day begins that is not sealed, in milliseconds UTC; 0 where no day is."""
    sealed_ms = last_sealed(connection)
    return 0 if sealed_ms is None else sealed_ms + DAY_MS


def day_of_writing(connection: Connection, at_ms: int) -> int:
    """With which day is sealed what is written at an instant.

    Args:
        connection: In the transaction that writes.
        at_ms: The instant, in milliseconds UTC.

    Returns:
        When the day begins, in milliseconds UTC.
    """
    return max(day_of(at_ms), sealed_until(connection))


def late_day(connection: Connection, slot_ms: int) -> int | None:
    """With which day a record of a slot is sealed, where that is not its slot's own; else None."""
    day_ms = day_of_writing(connection, slot_ms)
    return None if day_ms == day_of(slot_ms) else day_ms
