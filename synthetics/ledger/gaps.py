"""Slots that were missed while nobody was there to record each: one row for all of them, read back one by one.

A slot that has a claim or a record of its own is never in a gap.
"""

import functools
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.cadence import Cadence
from synthetics.ledger.database import insert_into
from synthetics.ledger.tables import PLACE, gaps, slots
from synthetics.record import RunKey, RunRecord, Trigger

#: The columns that tell one gap from all others.
_KEY = (*PLACE, "first_ms")
_ORDER = sa.tuple_(gaps.c.last_ms, *(gaps.c[name] for name in _KEY))


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A number of slots of one schedule, one after another, that were all missed for one reason.

    Args:
        record: What is told of each of them; its slot may be any.
        cadence: When they were due.
        first_ms: The first of them, in milliseconds UTC.
        last_ms: The last of them.
        count: How many there are.
    """

    record: RunRecord
    cadence: Cadence
    first_ms: int
    last_ms: int
    count: int

    @classmethod
    def of(cls, record: RunRecord, cadence: Cadence, after_ms: int, until_ms: int) -> "Gap | None":
        """All slots after one instant, up to and with another; None where none was due.

        Args:
            record: A missed scheduled first attempt of any slot.
            cadence: When slots were due.
            after_ms: Milliseconds UTC; a slot at this very instant is left out.
            until_ms: Milliseconds UTC; a slot at this very instant is in.
        """
        first_ms = next(cadence.between(after_ms, until_ms), None)
        last_ms = next(cadence.newest_first(after_ms, until_ms), None)
        if first_ms is None or last_ms is None:
            return None
        count = cadence.count(after_ms, until_ms)
        return cls(record=record, cadence=cadence, first_ms=first_ms, last_ms=last_ms, count=count)

    def has(self, slot_ms: int) -> bool:
        """Whether a slot is one of them."""
        return self.first_ms <= slot_ms <= self.last_ms and self.cadence.has(slot_ms)

    def part(self, after_ms: int, until_ms: int) -> "Gap | None":
        """Those of its slots after one instant, up to and with another; None where there are none."""
        return Gap.of(self.record, self.cadence, max(after_ms, self.first_ms - 1), min(until_ms, self.last_ms))

    def without(self, taken: Iterable[int]) -> Iterator["Gap"]:
        """What is left of it around slots that are somebody's already, in order."""
        after_ms = self.first_ms - 1
        for slot_ms in sorted(each for each in taken if self.has(each)):
            piece = self.part(after_ms, slot_ms - 1)
            if piece is not None:
                yield piece
            after_ms = slot_ms
        piece = self if after_ms < self.first_ms else self.part(after_ms, self.last_ms)
        if piece is not None:
            yield piece

    def key(self, slot_ms: int) -> RunKey:
        """The key of one of its slots."""
        told = self.record
        return RunKey(  # in full: a search goes through many of them, and a copy takes twice the time
            journey=told.journey,
            target=told.target,
            location=told.location,
            trigger=told.trigger,
            slot_ms=slot_ms,
            attempt=told.attempt,
        )

    def record_of(self, slot_ms: int) -> RunRecord:
        """The record of one of its slots."""
        return replace(self.record, slot_ms=slot_ms, run_id=self.key(slot_ms).run_id)


def newest_first(found: Iterable[Gap], since_ms: int | None = None) -> Iterator[RunRecord]:
    """The records of all slots of some gaps, told as they are asked for.

    Args:
        found: The gaps, that with the newest last slot first.
        since_ms: Only slots from this instant on, in milliseconds UTC.

    Yields:
        The records, the newest slot first; of one instant, in the order that all records have.
    """
    coming = iter(found)
    following = next(coming, None)
    open_slots: list[tuple[int, int, Gap, Iterator[int]]] = []

    def push(gap: Gap, its_slots: Iterator[int]) -> None:
        slot_ms = next(its_slots, None)
        if slot_ms is not None:
            heapq.heappush(open_slots, (-slot_ms, -int(gap.key(slot_ms).run_id, 16), gap, its_slots))

    while open_slots or following is not None:
        while following is not None and (not open_slots or following.last_ms >= -open_slots[0][0]):
            after_ms = following.first_ms - 1 if since_ms is None else max(following.first_ms, since_ms) - 1
            push(following, following.cadence.newest_first(after_ms, following.last_ms))
            following = next(coming, None)
        if open_slots:
            negative_ms, _, gap, its_slots = heapq.heappop(open_slots)
            yield gap.record_of(-negative_ms)
            push(gap, its_slots)


def find(found: Iterable[Gap], run_id: str) -> RunRecord | None:
    """The record of a slot in some gaps by its run's short name; None where it is in none of them."""
    for gap in found:
        for slot_ms in gap.cadence.newest_first(gap.first_ms - 1, gap.last_ms):
            if gap.key(slot_ms).run_id == run_id:
                return gap.record_of(slot_ms)
    return None


def insert(connection: Connection, gap: Gap) -> None:
    """Add a gap; none of its slots may have a claim, a record or another gap."""
    record = gap.record
    values = {
        "app": record.app,
        "journey": record.journey,
        "target": record.target,
        "location": record.location,
        **cadence_values(gap.cadence),
        "first_ms": gap.first_ms,
        "last_ms": gap.last_ms,
        "total": gap.count,
        "reason": record.reasons[0].code,
        "record": record.to_json(),
    }
    connection.execute(insert_into(connection, gaps).values(values))


def shorten(connection: Connection, gap: Gap, left: Gap | None) -> None:
    """Leave only the end of a gap, or nothing."""
    its_row = [gaps.c[name] == getattr(gap.record, name) for name in PLACE]
    its_row.append(gaps.c.first_ms == gap.first_ms)
    if left is None:
        connection.execute(sa.delete(gaps).where(*its_row))
    else:
        connection.execute(sa.update(gaps).where(*its_row).values(first_ms=left.first_ms, total=left.count))


def holding(connection: Connection, key: RunKey) -> Gap | None:
    """The gap that has a slot in it; None where there is none."""
    query = sa.select(gaps).where(
        *(gaps.c[name] == getattr(key, name) for name in PLACE),
        gaps.c.first_ms <= key.slot_ms,
        gaps.c.last_ms >= key.slot_ms,
    )
    found = (gap_of(row) for row in connection.execute(query))
    return next((gap for gap in found if gap.has(key.slot_ms)), None)


def untaken(connection: Connection, gap: Gap) -> tuple[Gap, ...]:
    """What is left of a gap around the slots that have a claim, a record or another gap already."""
    record = gap.record
    has_row = sa.select(slots.c.slot_ms).where(
        *(slots.c[name] == getattr(record, name) for name in PLACE),
        slots.c.trigger == Trigger.SCHEDULE.value,
        slots.c.attempt == 1,
        slots.c.slot_ms.between(gap.first_ms, gap.last_ms),
    )
    overlapping = sa.select(gaps).where(
        *(gaps.c[name] == getattr(record, name) for name in PLACE),
        gaps.c.first_ms <= gap.last_ms,
        gaps.c.last_ms >= gap.first_ms,
    )
    taken = set(connection.execute(has_row).scalars())
    for other in map(gap_of, connection.execute(overlapping)):
        taken.update(other.cadence.between(max(gap.first_ms, other.first_ms) - 1, min(gap.last_ms, other.last_ms)))
    return tuple(gap.without(taken))


def select_newest(
    connection: Connection, *where: sa.ColumnElement[bool], after: Gap | None = None, limit: int | None = None
) -> tuple[Gap, ...]:
    """Gaps, that with the newest last slot first.

    Args:
        connection: In a transaction.
        where: Only these.
        after: The last gap of the page before this one.
        limit: At most so many.
    """
    query = sa.select(gaps).where(*where).order_by(*(column.desc() for column in _ORDER.clauses)).limit(limit)
    if after is not None:
        place = (getattr(after.record, name) for name in PLACE)
        query = query.where(sa.tuple_(after.last_ms, *place, after.first_ms) > _ORDER)
    return tuple(gap_of(row) for row in connection.execute(query))


def gap_of(row: Row[Any]) -> Gap:
    """A gap as its row has it."""
    return Gap(
        record=_read(row.record),
        cadence=cadence_of(row),
        first_ms=row.first_ms,
        last_ms=row.last_ms,
        count=row.total,
    )


def cadence_values(cadence: Cadence) -> dict[str, int | str | None]:
    """The columns of a cadence."""
    return {"every_ms": cadence.every_ms, "offset_ms": cadence.offset_ms, "cron": cadence.cron}


def cadence_of(row: Row[Any]) -> Cadence:
    """The cadence in a row."""
    return Cadence(every_ms=row.every_ms, offset_ms=row.offset_ms, cron=row.cron)


@functools.lru_cache(maxsize=256)
def _read(text: str) -> RunRecord:
    return RunRecord.from_json(text)
