"""Slots that have no record of their own: those in gaps, and those that nobody accounted for yet."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger import gaps as gap_rows
from synthetics.ledger import schedules
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import Place, Scheduled
from synthetics.ledger.tables import PLACE, gaps, slots
from synthetics.record import Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Unaccounted:
    """Slots that were due while no scheduler was at work, and which none has filled since.

    Args:
        scheduled: Whose slots they are.
        first_ms: The first of them, in milliseconds UTC.
        last_ms: They were due at this instant at the latest.
        count: How many they are; 1 or more.
    """

    scheduled: Scheduled
    first_ms: int
    last_ms: int
    count: int


def gap_parts(connection: Connection, since_ms: int, until_ms: int, place: Place | None = None) -> Iterator[Gap]:
    """What of gaps, all or those of a place, lies between an instant and, without it, another (milliseconds UTC)."""
    here = [] if place is None else [gaps.c[name] == value for name, value in zip(PLACE, place, strict=True)]
    found = gap_rows.select_newest(connection, *here, gaps.c.last_ms >= since_ms, gaps.c.first_ms < until_ms)
    parts = (gap.part(since_ms - 1, until_ms - 1) for gap in found)
    return (part for part in parts if part is not None)


def unaccounted(
    connection: Connection, since_ms: int, until_ms: int, now_ms: int, place: Place | None = None
) -> Iterator[Unaccounted]:
    """Slots that were due and have neither a claim nor a record nor a gap.

    The newest slot of a schedule that goes on may wait for a seat still, and is left out.

    Args:
        connection: In a transaction.
        since_ms: Only slots from this instant on, in milliseconds UTC.
        until_ms: Only slots before this instant, in milliseconds UTC.
        now_ms: The present, in milliseconds UTC.
        place: Only slots of this journey, target and location.
    """
    for watched in schedules.read(connection, place):
        cadence, after_ms = watched.scheduled.cadence, max(watched.settled_until_ms, since_ms - 1)
        last_ms = min(now_ms, watched.watched_until_ms) if watched.ended else now_ms
        if not watched.ended:
            last_ms = next(cadence.newest_first(watched.settled_until_ms, now_ms), after_ms + 1) - 1
        last_ms = min(last_ms, until_ms - 1)
        found = of_nobody(connection, watched.scheduled, after_ms, last_ms)
        if found is not None:
            yield found


def of_nobody(connection: Connection, scheduled: Scheduled, after_ms: int, last_ms: int) -> Unaccounted | None:
    """The slots of a time that have neither a claim nor a record nor a gap.

    Args:
        connection: In a transaction.
        scheduled: Whose slots. A slot that is somebody's and not of this cadence takes none away.
        after_ms: Only slots after this instant, in milliseconds UTC.
        last_ms: Up to and with this one.

    Returns:
        None where there are none.
    """
    if last_ms <= after_ms:
        return None
    place, cadence = dict(zip(PLACE, scheduled.place, strict=True)), scheduled.cadence
    in_rows = sa.select(slots.c.slot_ms).where(
        *(slots.c[name] == value for name, value in place.items()),
        slots.c.trigger == Trigger.SCHEDULE.value,
        slots.c.attempt == 1,
        slots.c.slot_ms > after_ms,
        slots.c.slot_ms <= last_ms,
    )
    its_gaps = gap_rows.select_newest(
        connection,
        *(gaps.c[name] == value for name, value in place.items()),
        gaps.c.last_ms > after_ms,
        gaps.c.first_ms <= last_ms,
    )
    in_gaps = sum(part.count for gap in its_gaps if (part := gap.part(after_ms, last_ms)) is not None)
    taken = {each for each in connection.execute(in_rows).scalars() if cadence.has(each)}
    count = cadence.count(after_ms, last_ms) - len(taken) - in_gaps
    if count <= 0:
        return None
    free = (
        each
        for each in cadence.between(after_ms, last_ms)
        if each not in taken and not any(gap.has(each) for gap in its_gaps)
    )
    return Unaccounted(scheduled=scheduled, first_ms=next(free, after_ms + 1), last_ms=last_ms, count=count)
