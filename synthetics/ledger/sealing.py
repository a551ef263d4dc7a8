"""Sealing the days that are closed, the oldest first: each once every slot of it has its record."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger import gaps as gap_rows
from synthetics.ledger import schedules
from synthetics.ledger.database import Database
from synthetics.ledger.days import DAY_MS, date_of, day_of, last_sealed
from synthetics.ledger.recounting import wrong_counts
from synthetics.ledger.sealed import Content, Seal, content_of, rows_of, seal_of
from synthetics.ledger.tables import gaps, maintenance, prunings, runs, sealed_rows, seals, slots, verdicts
from synthetics.ledger.unmade import of_nobody

#: So long a day waits for the record of a run that was begun: no run may take so long.
_CLAIMS_HOLD_MS = DAY_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """A day that can be sealed, as it was when it was read."""

    day_ms: int
    content: Content
    records: int  # rows of records, without those in gaps: so many are there still when the seal is written
    counted: bool


def seal_next(database: Database, now_ms: int) -> Seal | None:
    """Seal the oldest day that is closed and has no seal.

    The day is read while others write, since a large one takes a while; what comes into it meanwhile is seen when the
    seal is to be written, and the day waits for the next time.

    Args:
        database: The ledger's.
        now_ms: The present, in milliseconds UTC.

    Returns:
        The seal; None where no day can be sealed now.
    """
    with database.reading() as connection:
        day_ms = _next_day(connection)
        if day_ms is None or not _is_over(connection, day_ms, now_ms):
            return None
        draft = _Draft(
            day_ms=day_ms,
            content=content_of(connection, day_ms),
            records=_rows(connection, day_ms),
            counted=wrong_counts(connection, day_ms) is None,
        )
    return database.write(lambda connection: _seal(connection, draft, now_ms))


def _next_day(connection: Connection) -> int | None:
    """When the first day after the last sealed one began that has anything in it."""
    sealed_ms = last_sealed(connection)
    from_ms = 0 if sealed_ms is None else sealed_ms + DAY_MS
    instants = [
        connection.execute(sa.select(sa.func.min(column)).where(column >= from_ms)).scalar_one()
        for column in (runs.c.slot_ms, runs.c.day_ms, verdicts.c.day_ms, maintenance.c.day_ms, prunings.c.day_ms)
    ]
    for gap in gap_rows.select_newest(connection, gaps.c.last_ms >= from_ms):
        part = gap.part(from_ms - 1, gap.last_ms)
        instants.append(None if part is None else part.first_ms)
    found = [each for each in instants if each is not None]
    return day_of(min(found)) if found else None


def hindrance(connection: Connection, day_ms: int, now_ms: int | None = None) -> str | None:
    """What keeps a day from being sealed, though it may be over; None for nothing.

    Args:
        connection: In a transaction.
        day_ms: When it began, in milliseconds UTC.
        now_ms: The present; None where a claim without a record counts however old it is.
    """
    end_ms = day_ms + DAY_MS
    # A record may still come of a claim. Of one whose process nobody can ask any more none does, and one that comes
    # after all belongs to its own day.
    oldest_ms = 0 if now_ms is None else now_ms - _CLAIMS_HOLD_MS
    is_open = sa.select(slots.c.journey).where(
        slots.c.state == "claimed", slots.c.slot_ms < end_ms, slots.c.slot_ms >= oldest_ms
    )
    journey = connection.execute(is_open.limit(1)).scalar_one_or_none()
    if journey is not None:
        return f"A run of {journey} was begun and has no record yet."
    for watched in schedules.read(connection):
        last_ms = min(end_ms - 1, watched.watched_until_ms) if watched.ended else end_ms - 1
        if of_nobody(connection, watched.scheduled, watched.settled_until_ms, last_ms) is not None:
            name = watched.scheduled.journey
            return f"Slots of {name} were due while no runner was at work; `run` tells them as missed when it starts."
    return None


def _is_over(connection: Connection, day_ms: int, now_ms: int) -> bool:
    """Whether a day is over, and every slot of it has a record or lies in a gap."""
    return now_ms >= day_ms + DAY_MS and hindrance(connection, day_ms, now_ms) is None


def _seal(connection: Connection, draft: _Draft, now_ms: int) -> Seal | None:
    """Write the seal of a day, where the day is still as it was read."""
    day_ms, content = draft.day_ms, draft.content
    if _next_day(connection) != day_ms or not _is_over(connection, day_ms, now_ms):
        return None
    if _rows(connection, day_ms) != draft.records or rows_of(connection, day_ms) != content.rows:
        return None
    latest = sa.select(seals.c.seal).order_by(seals.c.day_ms.desc()).limit(1)
    former = connection.execute(latest).scalar_one_or_none()
    seal = seal_of(day_ms, former, content, now_ms, counted=draft.counted)
    values = {
        "day_ms": day_ms,
        "seal": seal,
        "former": former,
        "records": content.records,
        "records_digest": content.records_digest,
        "later": len(content.rows),
        "counted": draft.counted,
        "sealed_ms": now_ms,
    }
    connection.execute(sa.insert(seals).values(values))
    if content.rows:
        rows = [
            {"day_ms": day_ms, "kind": each.kind, "name": each.name, "about_ms": each.about_ms, "digest": each.digest}
            for each in content.rows
        ]
        connection.execute(sa.insert(sealed_rows), rows)
    return Seal(
        day=date_of(day_ms),
        seal=seal,
        former=former,
        records=content.records,
        later=len(content.rows),
        sealed_ms=now_ms,
    )


def _rows(connection: Connection, day_ms: int) -> int:
    """How many records of a day have a row."""
    query = sa.select(sa.func.count()).select_from(runs)
    query = query.where(runs.c.slot_ms >= day_ms, runs.c.slot_ms < day_ms + DAY_MS, runs.c.day_ms.is_(None))
    return connection.execute(query).scalar_one()
