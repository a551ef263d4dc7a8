"""Which slots were not judged, and which of them follow each other: what blind windows are told from.

Hours without an unjudged slot are never looked at closer: so a month of a journey that does well is read in one go.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger.hours import HOUR_MS, hour_of, within
from synthetics.ledger.tables import PLACE, hour_counts, runs
from synthetics.ledger.unmade import gap_parts, unaccounted
from synthetics.record import Outcome, Trigger

Place = tuple[str, str, str]

_UNJUDGED = (Outcome.ERRORED.value, Outcome.MISSED.value)
#: Fewer unjudged slots than this are no blind window, however they lie.
_FEWEST = 3
_COUNTS = hour_counts
_OF_HOURS = [_COUNTS.c[name] for name in PLACE]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Stretch:
    """Slots of one schedule, one after another, that were all judged or all not.

    Args:
        first_ms: The first of them, in milliseconds UTC.
        last_ms: The last of them.
        slots: How many there are; 1 or more.
        judged: Whether each of them passed or failed.
    """

    first_ms: int
    last_ms: int
    slots: int
    judged: bool


def read_stretches(
    connection: Connection, since_ms: int, until_ms: int, now_ms: int
) -> dict[Place, tuple[Stretch, ...]]:
    """The stretches of each place that may have a blind window.

    Args:
        connection: In a transaction that sees one state of the ledger.
        since_ms: Of slots from this instant on, in milliseconds UTC; a whole hour.
        until_ms: Of slots before this instant, in milliseconds UTC; a whole hour.
        now_ms: The present, in milliseconds UTC.

    Returns:
        They in the order of time, by journey, target and location; what was judged between two unjudged stretches may
        be told as less than it was, but never not at all.
    """
    found: dict[Place, list[Stretch]] = {}
    looked_at = _slots_of_blind_hours(connection, since_ms, until_ms)
    for place, stretch in _without_records(connection, since_ms, until_ms, now_ms):
        found.setdefault(place, []).append(stretch)
        for hour_ms in {hour_of(stretch.first_ms), hour_of(stretch.last_ms)}:
            if (place, hour_ms) not in looked_at:
                looked_at[place, hour_ms] = list(_slots_of(connection, place, hour_ms))
    places = _often_unjudged(connection, since_ms, until_ms) | found.keys()
    for (place, _), its in looked_at.items():
        if place in places:
            found.setdefault(place, []).extend(its)
    for place, hour_ms, unjudged, total in _blind_hours(connection, since_ms, until_ms):
        if place in places and not looked_at.get((place, hour_ms)):
            found.setdefault(place, []).append(_whole_hour(hour_ms, unjudged, total))
    judged = _judged_hours(connection, since_ms, until_ms)
    return {place: tuple(_with_breaks(sorted(its), judged.get(place, ()))) for place, its in found.items()}


def _without_records(
    connection: Connection, since_ms: int, until_ms: int, now_ms: int
) -> Iterator[tuple[Place, Stretch]]:
    """Slots in gaps, and those that nobody accounted for."""
    for gap in gap_parts(connection, since_ms, until_ms):
        place = (gap.record.journey, gap.record.target, gap.record.location)
        yield place, Stretch(first_ms=gap.first_ms, last_ms=gap.last_ms, slots=gap.count, judged=False)
    for each in unaccounted(connection, since_ms, until_ms, now_ms):
        stretch = Stretch(first_ms=each.first_ms, last_ms=each.last_ms, slots=each.count, judged=False)
        yield each.scheduled.place, stretch


def _with_breaks(stretches: Sequence[Stretch], judged_hours: Sequence[int]) -> Iterator[Stretch]:
    """Put one judged slot between two unjudged stretches where a whole hour between them was judged.

    Args:
        stretches: In the order of time.
        judged_hours: When the hours began in which every slot was judged, rising.
    """
    for before, after in pairwise([None, *stretches]):
        if before is not None and after is not None and not before.judged and not after.judged:
            place = bisect_left(judged_hours, before.last_ms)
            if place < len(judged_hours) and judged_hours[place] + HOUR_MS <= after.first_ms:
                hour_ms = judged_hours[place]
                yield Stretch(first_ms=hour_ms, last_ms=hour_ms, slots=1, judged=True)
        if after is not None:
            yield after


def _whole_hour(hour_ms: int, unjudged: int, total: int) -> Stretch:
    """An hour of which the records are gone: blind only if nothing in it was judged."""
    judged = total > unjudged
    return Stretch(first_ms=hour_ms, last_ms=hour_ms + HOUR_MS - 1, slots=total - unjudged or total, judged=judged)


def _often_unjudged(connection: Connection, since_ms: int, until_ms: int) -> set[Place]:
    """The places with as many unjudged records as a blind window takes."""
    is_unjudged = _COUNTS.c.outcome.in_(_UNJUDGED)
    query = sa.select(*_OF_HOURS).where(*within(_COUNTS, since_ms, until_ms), is_unjudged).group_by(*_OF_HOURS)
    query = query.having(sa.func.sum(_COUNTS.c.total) >= _FEWEST)
    return {(row.journey, row.target, row.location) for row in connection.execute(query)}


def _by_hour(since_ms: int, until_ms: int) -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
    """Each hour of each place; and how many records of it were not judged."""
    unjudged = sa.func.sum(sa.case((_COUNTS.c.outcome.in_(_UNJUDGED), _COUNTS.c.total), else_=0))
    total = sa.func.sum(_COUNTS.c.total).label("total")
    query = sa.select(_COUNTS.c.hour_ms, *_OF_HOURS, unjudged.label("unjudged"), total)
    return query.where(*within(_COUNTS, since_ms, until_ms)).group_by(_COUNTS.c.hour_ms, *_OF_HOURS), unjudged


def _blind_hours(connection: Connection, since_ms: int, until_ms: int) -> Iterator[tuple[Place, int, int, int]]:
    """Each hour with an unjudged record, how many of them it has, and how many records in all."""
    query, unjudged = _by_hour(since_ms, until_ms)
    for row in connection.execute(query.having(unjudged > 0)):
        yield (row.journey, row.target, row.location), row.hour_ms, int(row.unjudged), int(row.total)


def _judged_hours(connection: Connection, since_ms: int, until_ms: int) -> dict[Place, list[int]]:
    """When the hours of each place began in which every record was judged, rising; one row for each place."""
    query, unjudged = _by_hour(since_ms, until_ms)
    hours = query.having(unjudged == 0).subquery()
    place = [hours.c[name] for name in PLACE]
    joined = sa.func.aggregate_strings(sa.cast(hours.c.hour_ms, sa.String), " ").label("hours")
    found = connection.execute(sa.select(*place, joined).group_by(*place))
    return {(row.journey, row.target, row.location): sorted(map(int, row.hours.split())) for row in found}


def _slots_of_blind_hours(
    connection: Connection, since_ms: int, until_ms: int
) -> dict[tuple[Place, int], list[Stretch]]:
    """Each slot with a record, of those hours that have an unjudged one, by its place and hour."""
    blind = sa.select(_COUNTS.c.hour_ms, *_OF_HOURS).where(*within(_COUNTS, since_ms, until_ms))
    hours = blind.where(_COUNTS.c.outcome.in_(_UNJUDGED)).distinct().subquery()
    of_runs = [runs.c[name] for name in PLACE]
    its_slots = sa.and_(
        *(runs.c[name] == hours.c[name] for name in PLACE),
        runs.c.slot_ms >= hours.c.hour_ms,
        runs.c.slot_ms < hours.c.hour_ms + HOUR_MS,
        *_IS_COUNTED,
    )
    query = sa.select(hours.c.hour_ms, *of_runs, runs.c.slot_ms, runs.c.outcome).join_from(hours, runs, its_slots)
    found: dict[tuple[Place, int], list[Stretch]] = {}
    for row in connection.execute(query):
        place = (row.journey, row.target, row.location)
        found.setdefault((place, row.hour_ms), []).append(_single(row.slot_ms, row.outcome))
    return found


def _slots_of(connection: Connection, place: Place, hour_ms: int) -> Iterator[Stretch]:
    """Each slot of a place with a record in an hour."""
    query = sa.select(runs.c.slot_ms, runs.c.outcome).where(
        *(runs.c[name] == value for name, value in zip(PLACE, place, strict=True)),
        runs.c.slot_ms >= hour_ms,
        runs.c.slot_ms < hour_ms + HOUR_MS,
        *_IS_COUNTED,
    )
    return (_single(row.slot_ms, row.outcome) for row in connection.execute(query))


_IS_COUNTED = (runs.c.trigger == Trigger.SCHEDULE.value, runs.c.attempt == 1)


def _single(slot_ms: int, outcome: str) -> Stretch:
    return Stretch(first_ms=slot_ms, last_ms=slot_ms, slots=1, judged=outcome not in _UNJUDGED)
