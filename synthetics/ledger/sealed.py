"""What a seal is made of: the records of a day, the rows that were written on it, and the seal before it.

Every row is told in full, its own columns beside the record in it, since counts and lists read the columns.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.days import DAY_MS, date_of
from synthetics.ledger.gaps import gap_of
from synthetics.ledger.tables import gaps, maintenance, prunings, runs, seals, verdicts

#: Stands in every seal, so that a later way to make them can be told from this one.
_VERSION = 1
#: So many rows are held at once.
_PAGE = 500

RECORD, VERDICT, MAINTENANCE, PRUNING = "record", "verdict", "maintenance", "pruning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """One closed day, sealed.

    Args:
        day: The day (UTC).
        seal: A SHA-256 over the day and the seal before it, in hexadecimal digits.
        former: The seal before it; None for the first.
        records: How many records the day had, slots in gaps among them.
        later: How many verdicts, planned windows, prunings and late records were written on it.
        sealed_ms: When it was sealed, in milliseconds UTC.
    """

    day: date
    seal: str
    former: str | None
    records: int
    later: int
    sealed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class SealedRow:
    """Something that was written on a day and is no record of it.

    Args:
        kind: ``record`` for a late one, ``verdict``, ``maintenance`` or ``pruning``.
        name: Tells it from the others of its kind.
        about_ms: The slot of the run that it is about, in milliseconds UTC; else when it was written.
        digest: The SHA-256 of its row.
    """

    kind: str
    name: str
    about_ms: int
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """All that is sealed with a day.

    Args:
        records: How many records it has.
        records_digest: The SHA-256 of all of them.
        rows: What was written on it besides, in order.
    """

    records: int
    records_digest: str
    rows: tuple[SealedRow, ...]


def content_of(connection: Connection, day_ms: int) -> Content:
    """Read a day.

    Args:
        connection: In a transaction that sees one state of the ledger.
        day_ms: When it began, in milliseconds UTC.
    """
    digest, count = hashlib.sha256(), 0
    for line, times in _records(connection, day_ms):
        digest.update(line)
        count += times
    return Content(records=count, records_digest=digest.hexdigest(), rows=rows_of(connection, day_ms))


def rows_of(connection: Connection, day_ms: int) -> tuple[SealedRow, ...]:
    """What was written on a day and is no record of it, in order."""
    late = sa.select(runs).where(runs.c.day_ms == day_ms)
    said = sa.select(verdicts, runs.c.slot_ms).join(runs, runs.c.run_id == verdicts.c.run_id)
    said = said.where(verdicts.c.day_ms == day_ms)
    planned = sa.select(maintenance).where(maintenance.c.day_ms == day_ms)
    removed = sa.select(prunings).where(prunings.c.day_ms == day_ms)
    found = (
        *_told(connection, late, RECORD, lambda row: row.run_id, lambda row: row.slot_ms),
        *_told(connection, said, VERDICT, lambda row: f"{row.run_id}/{row.number}", lambda row: row.slot_ms),
        *_told(connection, planned, MAINTENANCE, lambda row: str(row.number), lambda row: row.entered_ms),
        *_told(connection, removed, PRUNING, lambda row: str(date_of(row.day_ms)), lambda row: row.day_ms),
    )
    return tuple(sorted(found))


def seal_of(day_ms: int, former: str | None, content: Content, sealed_ms: int, *, counted: bool) -> str:
    """The seal of a day.

    Args:
        day_ms: When it began, in milliseconds UTC.
        former: The seal before it; None for the first.
        content: All that is sealed.
        sealed_ms: When it was sealed.
        counted: Whether the hours' counts were those of its records then.
    """
    rows = [[each.kind, each.name, each.about_ms, each.digest] for each in content.rows]
    parts = (_VERSION, str(date_of(day_ms)), former, content.records, content.records_digest, rows, sealed_ms, counted)
    return hashlib.sha256(_line(parts)).hexdigest()


def read_seals(connection: Connection) -> tuple[Seal, ...]:
    """All seals, the oldest first."""
    return tuple(
        Seal(
            day=date_of(row.day_ms),
            seal=row.seal,
            former=row.former,
            records=row.records,
            later=row.later,
            sealed_ms=row.sealed_ms,
        )
        for row in connection.execute(sa.select(seals).order_by(seals.c.day_ms))
    )


def _records(connection: Connection, day_ms: int) -> Iterator[tuple[bytes, int]]:
    """A line for each record of a day and for each gap's part in it, and how many records that stands for."""
    last_ms = day_ms + DAY_MS - 1
    query = sa.select(runs).where(runs.c.slot_ms.between(day_ms, last_ms), runs.c.day_ms.is_(None))
    query = query.order_by(runs.c.slot_ms, runs.c.attempt, runs.c.run_id)
    for row in connection.execute(query.execution_options(yield_per=_PAGE)):
        yield _line(row), 1
    overlapping = sa.select(gaps).where(gaps.c.first_ms <= last_ms, gaps.c.last_ms >= day_ms)
    for row in connection.execute(overlapping.order_by(*gaps.primary_key)):
        part = gap_of(row).part(day_ms - 1, last_ms)
        if part is not None:
            told = (row.app, row.journey, row.target, row.location, row.every_ms, row.offset_ms, row.cron, row.reason)
            yield _line((*told, part.first_ms, part.last_ms, part.count, row.record)), part.count


def _told(
    connection: Connection,
    query: sa.Select[Any],
    kind: str,
    name: Callable[[Row[Any]], str],
    about_ms: Callable[[Row[Any]], int],
) -> Iterable[SealedRow]:
    for row in connection.execute(query):
        digest = hashlib.sha256(_line(row)).hexdigest()
        yield SealedRow(kind=kind, name=name(row), about_ms=about_ms(row), digest=digest)


def _line(values: Sequence[Any]) -> bytes:
    """Values so that no two different rows are the same bytes."""
    return json.dumps(tuple(values), separators=(",", ":")).encode() + b"\n"
