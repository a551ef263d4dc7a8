"""Telling whether anything was changed after its day was sealed, and on which day."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.days import DAY_MS, date_of
from synthetics.ledger.hours import HOUR_MS
from synthetics.ledger.sealed import MAINTENANCE, PRUNING, Content, SealedRow, content_of, rows_of, seal_of
from synthetics.ledger.tables import PLACE, hour_counts, prunings, runs, sealed_rows, seals
from synthetics.ledger.verdicts import last_verdicts
from synthetics.record import Trigger


class DayState(StrEnum):
    """What there is to say of a day."""

    WHOLE = "whole"
    CHANGED = "changed"
    PRUNED = "pruned"
    UNSEALED = "unsealed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DayChecked:
    """What was found of a day.

    Args:
        day: The day (UTC).
        state: Whether it is as it was sealed.
        why: What was seen, in a sentence.
    """

    day: date
    state: DayState
    why: str


def verify(connection: Connection, since: date | None = None, until: date | None = None) -> Iterator[DayChecked]:
    """Check the seals of all days, and what is sealed by them.

    Args:
        connection: In a transaction that sees one state of the ledger.
        since: Of days from this one on alone are the records read; None for all.
        until: The last of these days.

    Yields:
        What was found of each of these days, and of every other day whose seal was changed; the oldest first.
    """
    found = connection.execute(sa.select(seals).order_by(seals.c.day_ms)).all()
    sealed = {row.day_ms: row for row in found}
    sealless = _days_with_something(connection) - set(sealed)
    pruned_ms = connection.execute(sa.select(sa.func.max(prunings.c.before_ms))).scalar_one() or 0
    broken = _broken_seals(connection, found, sealless)
    for day_ms in sorted({*sealed, *sealless}):
        if day_ms in broken:
            yield _said(day_ms, DayState.CHANGED, broken[day_ms])
        elif day_ms in sealless and found and day_ms <= found[-1].day_ms:
            yield _said(day_ms, DayState.CHANGED, "It has records and no seal, and a later day has one.")
        elif not _is_asked_for(date_of(day_ms), since, until):
            continue
        elif day_ms in sealless:
            yield _said(day_ms, DayState.UNSEALED, "It is not over, or a slot of it has no record yet.")
        else:
            yield _checked(connection, sealed[day_ms], pruned_ms)


def _said(day_ms: int, state: DayState, why: str) -> DayChecked:
    return DayChecked(day=date_of(day_ms), state=state, why=why)


def _is_asked_for(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def _broken_seals(connection: Connection, found: Sequence[Row[Any]], sealless: Collection[int]) -> dict[int, str]:
    """What is wrong with the seals themselves, by the day that was changed.

    A seal that fits what it was made of has its former seal right: if that is not the seal before it, that one was
    made anew, or its day has lost its own.
    """
    broken: dict[int, str] = {}
    before: Row[Any] | None = None
    for row in found:
        content = Content(
            records=row.records, records_digest=row.records_digest, rows=_rows_sealed(connection, row.day_ms)
        )
        if seal_of(row.day_ms, row.former, content) != row.seal:
            broken[row.day_ms] = "Its seal does not fit what it was made of."
        elif row.former != (None if before is None else before.seal):
            first_ms = 0 if before is None else before.day_ms
            if before is None:
                broken[row.day_ms] = "It was sealed with the seal of a day before it, which is gone."
            elif not any(first_ms < each < row.day_ms for each in sealless):
                broken.setdefault(before.day_ms, f"Its seal is not the one that {date_of(row.day_ms)} was sealed with.")
        before = row
    return broken


def _checked(connection: Connection, seal: Row[Any], pruned_ms: int) -> DayChecked:
    """Check what is sealed with a day; the seal itself is sound."""
    there = rows_of(connection, seal.day_ms)
    wrong = _wrong_row(_rows_sealed(connection, seal.day_ms), there, pruned_ms)
    if wrong is not None:
        return _said(seal.day_ms, DayState.CHANGED, wrong)
    content = content_of(connection, seal.day_ms)
    if content.records_digest != seal.records_digest:
        if pruned_ms > seal.day_ms:
            return _said(seal.day_ms, DayState.PRUNED, _pruned_words(seal.records, content.records))
        return _said(seal.day_ms, DayState.CHANGED, _changed_words(seal.records, content.records))
    wrong = _wrong_counts(connection, seal.day_ms)
    if wrong is not None:
        return _said(seal.day_ms, DayState.CHANGED, wrong)
    return _said(seal.day_ms, DayState.WHOLE, f"All {seal.records:,} records are as they were sealed.")


def _pruned_words(sealed: int, left: int) -> str:
    return f"Retention has removed {sealed - left:,} of its {sealed:,} records; its seal is whole."


def _changed_words(sealed: int, left: int) -> str:
    if left == sealed:
        return f"Its {sealed:,} records are not what they were when it was sealed."
    return f"It has {left:,} records, and was sealed with {sealed:,}."


def _rows_sealed(connection: Connection, day_ms: int) -> tuple[SealedRow, ...]:
    query = sa.select(sealed_rows).where(sealed_rows.c.day_ms == day_ms)
    found = (
        SealedRow(kind=row.kind, name=row.name, about_ms=row.about_ms, digest=row.digest)
        for row in connection.execute(query)
    )
    return tuple(sorted(found))


def _wrong_row(sealed: Sequence[SealedRow], there: Sequence[SealedRow], pruned_ms: int) -> str | None:
    """What was changed of that which was written on a day; what went with its pruned run is not."""
    left = {(each.kind, each.name): each for each in there}
    for each in sealed:
        now = left.pop((each.kind, each.name), None)
        stays = each.kind in {MAINTENANCE, PRUNING} or each.about_ms >= pruned_ms
        if now is None and stays:
            return f"The {each.kind} {each.name} that was written on it is gone."
        if now is not None and now != each:
            return f"The {each.kind} {each.name} that was written on it was changed."
    added = next(iter(left.values()), None)
    return None if added is None else f"The {added.kind} {added.name} was not there when it was sealed."


def _days_with_something(connection: Connection) -> set[int]:
    """When the days began that have records of their own, or had what was written on them sealed."""
    day = sa.cast(runs.c.slot_ms // DAY_MS, sa.BigInteger)
    of_records = connection.execute(sa.select(day).where(runs.c.day_ms.is_(None)).distinct()).scalars()
    of_rows = connection.execute(sa.select(sealed_rows.c.day_ms).distinct()).scalars()
    return {int(each) * DAY_MS for each in of_records} | set(of_rows)


def _wrong_counts(connection: Connection, day_ms: int) -> str | None:
    """What is wrong with the hours' counts of a day whose records are all there: budgets are made of them."""
    recounted, kept = _recounted(connection, day_ms), _kept(connection, day_ms)
    for key in recounted.keys() | kept.keys():
        if recounted.get(key, 0) != kept.get(key, 0):
            hour_ms, *place, outcome, fault = key
            told = f"{kept.get(key, 0):,} runs of {' / '.join(place)} as {outcome}/{fault}"
            hour = hour_ms % DAY_MS // HOUR_MS
            return f"The counts of hour {hour:02} tell of {told}, and the records of {recounted.get(key, 0):,}."
    return None


_Key = tuple[Any, ...]


def _recounted(connection: Connection, day_ms: int) -> Mapping[_Key, int]:
    """How many records came to each end, by the last verdict, counted from the records."""
    last = last_verdicts()
    place = [runs.c[name] for name in PLACE]
    query = sa.select(runs.c.slot_ms, *place, runs.c.outcome, sa.func.coalesce(last.c.fault, runs.c.fault).label("f"))
    query = query.join_from(runs, last, last.c.run_id == runs.c.run_id, isouter=True).where(
        runs.c.slot_ms >= day_ms,
        runs.c.slot_ms < day_ms + DAY_MS,
        runs.c.trigger == Trigger.SCHEDULE.value,
        runs.c.attempt == 1,
    )
    return Counter(
        (row.slot_ms // HOUR_MS * HOUR_MS, row.journey, row.target, row.location, row.outcome, row.f)
        for row in connection.execute(query)
    )


def _kept(connection: Connection, day_ms: int) -> Mapping[_Key, int]:
    """The same as the hours' rows have it."""
    place = [hour_counts.c[name] for name in PLACE]
    query = sa.select(hour_counts.c.hour_ms, *place, hour_counts.c.outcome, hour_counts.c.fault, hour_counts.c.total)
    query = query.where(hour_counts.c.hour_ms >= day_ms, hour_counts.c.hour_ms < day_ms + DAY_MS)
    kept: Counter[_Key] = Counter()
    for row in connection.execute(query):
        kept[row.hour_ms, row.journey, row.target, row.location, row.outcome, row.fault] += row.total
    return kept
