"""Telling whether anything was changed after its day was sealed, and on which day."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.days import DAY_MS, date_of, day_of
from synthetics.ledger.gaps import gap_of
from synthetics.ledger.recounting import has_other_totals, wrong_counts
from synthetics.ledger.sealed import MAINTENANCE, PRUNING, Content, SealedRow, content_of, rows_of, seal_of
from synthetics.ledger.sealing import hindrance
from synthetics.ledger.tables import gaps, hour_counts, prunings, runs, sealed_rows, seals


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
    last_ms = found[-1].day_ms if found else -1
    sealless = _days_with_something(connection) - set(sealed)
    pruned_ms = _pruned_until(connection)
    broken = _broken_seals(connection, found, sealless)
    for day_ms in sorted({*sealed, *sealless, *_days_with_counts(connection)}):
        asked_for = _is_asked_for(date_of(day_ms), since, until)
        if day_ms in broken:
            yield _said(day_ms, DayState.CHANGED, broken[day_ms])
        elif day_ms in sealless and day_ms <= last_ms:
            yield _said(day_ms, DayState.CHANGED, "It has records and no seal, and a later day has one.")
        elif day_ms in sealed and asked_for:
            yield _checked(connection, sealed[day_ms], pruned_ms)
        elif day_ms not in sealed and asked_for and pruned_ms <= day_ms and has_other_totals(connection, day_ms):
            yield _said(day_ms, DayState.CHANGED, "Its hours count other runs than it has records.")
        elif day_ms in sealless and asked_for:
            hindered = hindrance(connection, day_ms)
            yield _said(day_ms, DayState.UNSEALED, hindered or "It is not over, or was not sealed yet.")


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
        rows = _rows_sealed(connection, row.day_ms)
        content = Content(records=row.records, records_digest=row.records_digest, rows=rows)
        if (
            seal_of(row.day_ms, row.former, content, row.sealed_ms, counted=row.counted) != row.seal
            or len(rows) != row.later
        ):
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
    day_ms, is_pruned = seal.day_ms, pruned_ms > seal.day_ms
    wrong = _wrong_row(_rows_sealed(connection, day_ms), rows_of(connection, day_ms), pruned_ms)
    if wrong is not None:
        return _said(day_ms, DayState.CHANGED, wrong)
    content = content_of(connection, day_ms)
    if content.records_digest != seal.records_digest:
        if is_pruned and content.records < seal.records:
            return _said(day_ms, DayState.PRUNED, _pruned_words(seal.records, content.records))
        return _said(day_ms, DayState.CHANGED, _changed_words(seal.records, content.records))
    # Hours outlive records, also those that went before their day was sealed.
    wrong = wrong_counts(connection, day_ms) if seal.counted and not is_pruned else None
    if wrong is not None:
        return _said(day_ms, DayState.CHANGED, wrong)
    return _said(day_ms, DayState.WHOLE, f"All {seal.records:,} records are as they were sealed.")


def _pruned_until(connection: Connection) -> int:
    """Up to where retention has removed records (milliseconds UTC); no mark is believed that is later than its day."""
    believed = prunings.c.before_ms <= prunings.c.day_ms + DAY_MS
    return connection.execute(sa.select(sa.func.max(prunings.c.before_ms)).where(believed)).scalar_one() or 0


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
    """When the days began that have records of their own, gaps, or had what was written on them sealed."""
    of_rows = set(connection.execute(sa.select(sealed_rows.c.day_ms).distinct()).scalars())
    own = Counter(_records_by_day(connection))
    own.subtract(_records_by_day(connection, runs.c.day_ms.is_not(None)))  # by an index that has no others in it
    return {day for day, count in own.items() if count > 0} | of_rows | set(_days_of_gaps(connection))


def _records_by_day(connection: Connection, *where: sa.ColumnElement[bool]) -> dict[int, int]:
    day = sa.cast(runs.c.slot_ms // DAY_MS, sa.BigInteger).label("day")
    query = sa.select(day, sa.func.count().label("total")).where(*where).group_by(day)
    return {int(row.day) * DAY_MS: int(row.total) for row in connection.execute(query)}


def _days_of_gaps(connection: Connection) -> Iterator[int]:
    for row in connection.execute(sa.select(gaps)):
        gap = gap_of(row)
        for day_ms in range(day_of(gap.first_ms), gap.last_ms + 1, DAY_MS):
            if gap.part(day_ms - 1, day_ms + DAY_MS - 1) is not None:
                yield day_ms


def _days_with_counts(connection: Connection) -> set[int]:
    """When the days began whose hours count anything."""
    hours = connection.execute(sa.select(hour_counts.c.hour_ms).distinct()).scalars()
    return {day_of(each) for each in hours}
