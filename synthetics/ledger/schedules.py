"""What is on the schedule, and up to when each slot that was due by it is accounted for.

So whoever comes after a runner that ended, however it did, knows which slots were due and have nobody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger import counting, gaps, hours
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.days import sealed_until
from synthetics.ledger.gaps import Gap
from synthetics.ledger.tables import PLACE, schedules, slots
from synthetics.ledger.writing import insert_run, settle_slot
from synthetics.record import RunKey, Trigger

Place = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduled:
    """A journey on a target from a location, and when it is due.

    Args:
        app: The app's name.
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site.
        location: From where the runs are made.
        cadence: When its slots are due.
    """

    app: str
    journey: str
    target: str
    location: str
    cadence: Cadence

    @property
    def place(self) -> Place:
        """Whose slots these are."""
        return self.journey, self.target, self.location


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """What was on the schedule, and for how long.

    Args:
        scheduled: The journey and its cadence.
        since_ms: From when on it was on the schedule, in milliseconds UTC; the first slot is later than this.
        settled_until_ms: Up to here each slot has a claim, a record or a gap.
        watched_until_ms: Up to here a scheduler is known to have been at work.
        ended: Whether it was taken off the schedule at ``watched_until_ms``.
    """

    scheduled: Scheduled
    since_ms: int
    settled_until_ms: int
    watched_until_ms: int
    ended: bool = False


#: Decides which slots were missed meanwhile, from what was watched.
Missing = Callable[[Sequence[Watched]], Iterable[Gap]]


def read(connection: Connection, place: Place | None = None) -> tuple[Watched, ...]:
    """Everything that is on the schedule, and what was and has slots that nobody accounted for yet.

    Args:
        connection: In a transaction.
        place: Only what is of this journey, target and location.
    """
    query = sa.select(schedules).order_by(*schedules.primary_key)
    if place is not None:
        query = query.where(*(schedules.c[name] == value for name, value in zip(PLACE, place, strict=True)))
    return tuple(map(_watched, connection.execute(query)))


def watch(connection: Connection, scheduled: Iterable[Scheduled], since_ms: int, until_ms: int) -> None:
    """Tell what is on the schedule now.

    Args:
        connection: In a transaction that writes.
        scheduled: All of it.
        since_ms: From when on it is all of it, in milliseconds UTC.
        until_ms: Up to when somebody saw to it.
    """
    on_it = {each.place: each for each in scheduled}
    before = read(connection)
    after = _without_settled([_seen(each, on_it, since_ms, until_ms) for each in before], connection)
    known = {each.scheduled.place for each in after if not each.ended}
    new = [_begun(each, since_ms, until_ms) for place, each in on_it.items() if place not in known]
    _replace(connection, before, [*after, *new])


def take_over(connection: Connection, scheduled: Iterable[Scheduled], now_ms: int, missing: Missing) -> int:
    """Fill what was missed since the last scheduler was at work, and put a new schedule in the place of its own.

    Args:
        connection: In a transaction that writes.
        scheduled: All that is on the schedule from now on.
        now_ms: The present, in milliseconds UTC.
        missing: Decides which slots were missed; those of them that have a claim, a record or a gap are left out.

    Returns:
        How many slots were filled.
    """
    before, sealed_ms = read(connection), sealed_until(connection)
    filled = 0
    for gap in missing(before):
        for piece in gaps.untaken(connection, gap):
            _fill(connection, piece, sealed_ms)
            filled += piece.count
    new = {each.place: _begun(each, now_ms, now_ms) for each in scheduled}
    _replace(connection, before, list(new.values()))
    return filled


def _fill(connection: Connection, gap: Gap, sealed_ms: int) -> None:
    """Tell the slots of a gap as missed: those of sealed days one by one, as records that come late."""
    late, rest = gap.part(gap.first_ms - 1, sealed_ms - 1), gap.part(max(gap.first_ms, sealed_ms) - 1, gap.last_ms)
    if late is not None:
        for slot_ms in late.cadence.between(late.first_ms - 1, late.last_ms):
            record = late.record_of(slot_ms)
            insert_run(connection, record)
            settle_slot(connection, record)
            hours.raise_hours(connection, record)
    if rest is not None:
        gaps.insert(connection, rest)
    counting.raise_totals(connection, gap.record, times=gap.count)


def forget_before(connection: Connection, removed: Iterable[Mapping[str, Any]]) -> None:
    """Note that claims and records of scheduled slots are gone: what lies before them can be filled no more.

    Whether a slot before them had a record of its own is something that nobody can tell from then on.

    Args:
        connection: In a transaction that writes.
        removed: The keys of what was removed, with ``its_`` before each name.
    """
    scheduled = [each for each in removed if each["its_trigger"] == Trigger.SCHEDULE.value]
    if scheduled:
        its_row = [schedules.c[name] == sa.bindparam(f"its_{name}") for name in PLACE]
        later = schedules.c.settled_until_ms < sa.bindparam("its_slot_ms")
        update = sa.update(schedules).where(*its_row, later).values(settled_until_ms=sa.bindparam("its_slot_ms"))
        names = {f"its_{name}" for name in (*PLACE, "slot_ms")}
        connection.execute(update, [{name: each[name] for name in names} for each in scheduled])


def _seen(watched: Watched, on_it: Mapping[Place, Scheduled], since_ms: int, until_ms: int) -> Watched:
    """A row as it is after one look: watched on, or ended where it is no longer on the schedule as it was."""
    if watched.ended:
        return watched
    now = on_it.get(watched.scheduled.place)
    ended = now is None or now.cadence != watched.scheduled.cadence
    until_ms = since_ms if ended else until_ms
    return replace(watched, watched_until_ms=max(watched.watched_until_ms, until_ms), ended=ended)


def _without_settled(rows: Sequence[Watched], connection: Connection) -> list[Watched]:
    """Move each row's mark over the slots that are accounted for; what has ended and is settled is left out."""
    taken = _taken_since(connection)
    left = []
    for row in rows:
        slots_of_it = row.scheduled.cadence.between(row.settled_until_ms, row.watched_until_ms)
        its = taken.get((*row.scheduled.place, row.since_ms), set())
        settled_ms, all_settled = row.settled_until_ms, True
        for slot_ms in slots_of_it:
            if slot_ms not in its and not _is_in_a_gap(connection, row.scheduled, slot_ms):
                all_settled = False
                break
            settled_ms = slot_ms
        if not (row.ended and all_settled):
            left.append(replace(row, settled_until_ms=settled_ms))
    return left


def _taken_since(connection: Connection) -> dict[tuple[str, str, str, int], set[int]]:
    """The slots after each row's mark that have a claim or a record."""
    same_place = [schedules.c[name] == slots.c[name] for name in PLACE]
    query = (
        sa.select(*(schedules.c[name] for name in (*PLACE, "since_ms")), slots.c.slot_ms)
        .join(slots, sa.and_(*same_place, slots.c.slot_ms > schedules.c.settled_until_ms))
        .where(slots.c.trigger == Trigger.SCHEDULE.value, slots.c.attempt == 1)
    )
    taken: dict[tuple[str, str, str, int], set[int]] = {}
    for row in connection.execute(query):
        taken.setdefault((row.journey, row.target, row.location, row.since_ms), set()).add(row.slot_ms)
    return taken


def _is_in_a_gap(connection: Connection, scheduled: Scheduled, slot_ms: int) -> bool:
    """Whether a slot lies in a gap: it does only where the clock was put back since that was filled."""
    journey, target, location = scheduled.place
    key = RunKey(journey=journey, target=target, location=location, trigger=Trigger.SCHEDULE, slot_ms=slot_ms)
    return gaps.holding(connection, key) is not None


def _begun(scheduled: Scheduled, since_ms: int, until_ms: int) -> Watched:
    return Watched(scheduled=scheduled, since_ms=since_ms, settled_until_ms=since_ms, watched_until_ms=until_ms)


def _replace(connection: Connection, before: Sequence[Watched], after: Sequence[Watched]) -> None:
    """Write what has changed."""
    old = {_key(each): each for each in before}
    new = {_key(each): each for each in after}
    gone = [_values(each) for key, each in old.items() if new.get(key) != each]
    made = [_values(each) for key, each in new.items() if old.get(key) != each]
    if gone:
        its_row = [column == sa.bindparam(f"its_{column.name}") for column in schedules.primary_key]
        keys = [{f"its_{column.name}": each[column.name] for column in schedules.primary_key} for each in gone]
        connection.execute(sa.delete(schedules).where(*its_row), keys)
    if made:
        connection.execute(sa.insert(schedules), made)


def _key(watched: Watched) -> tuple[str, str, str, int]:
    return (*watched.scheduled.place, watched.since_ms)


def _values(watched: Watched) -> dict[str, Any]:
    scheduled = watched.scheduled
    return {
        "app": scheduled.app,
        "journey": scheduled.journey,
        "target": scheduled.target,
        "location": scheduled.location,
        **gaps.cadence_values(scheduled.cadence),
        "since_ms": watched.since_ms,
        "settled_until_ms": watched.settled_until_ms,
        "watched_until_ms": watched.watched_until_ms,
        "ended": watched.ended,
    }


def _watched(row: Row[Any]) -> Watched:
    return Watched(
        scheduled=Scheduled(
            app=row.app,
            journey=row.journey,
            target=row.target,
            location=row.location,
            cadence=gaps.cadence_of(row),
        ),
        since_ms=row.since_ms,
        settled_until_ms=row.settled_until_ms,
        watched_until_ms=row.watched_until_ms,
        ended=row.ended,
    )
