"""Removing what is too old: records with the slots that they settled, and gaps, which are records as well."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger import gaps as gap_rows
from synthetics.ledger import hours
from synthetics.ledger.database import insert_into
from synthetics.ledger.days import day_of_writing
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import forget_before
from synthetics.ledger.tables import KEY, PLACE, gaps, prunings, runs, slots
from synthetics.record import Trigger


def prune_records(connection: Connection, before_ms: int, at_most: int) -> int:
    """Remove the oldest records and the slots that they settled.

    Args:
        connection: In a transaction that writes.
        before_ms: Only of slots before this instant, in milliseconds UTC.
        at_most: How many records.

    Returns:
        How many records were removed.
    """
    oldest = sa.select(*(runs.c[name] for name in KEY)).where(*_is_outlived(before_ms))
    oldest = oldest.order_by(runs.c.slot_ms, runs.c.attempt, runs.c.run_id).limit(at_most)
    keys = [{f"its_{name}": value for name, value in row.items()} for row in connection.execute(oldest).mappings()]
    for table in (runs, slots) if keys else ():
        its_key = [table.c[name] == sa.bindparam(f"its_{name}") for name in KEY]
        connection.execute(sa.delete(table).where(*its_key), keys)
    forget_before(connection, keys)
    return len(keys)


def prune_gaps(connection: Connection, before_ms: int, at_most: int) -> int:
    """Remove the beginnings of gaps, or all of them.

    Args:
        connection: In a transaction that writes.
        before_ms: Only slots before this instant, in milliseconds UTC.
        at_most: How many gaps.

    Returns:
        How many slots were removed.
    """
    removed = 0
    for gap, left in list(_outlived_gaps(connection, before_ms, at_most)):
        gap_rows.shorten(connection, gap, left)
        hours.keep_gap(connection, gap if left is None else gap.part(gap.first_ms - 1, left.first_ms - 1))
        removed += gap.count - (left.count if left is not None else 0)
    return removed


def note(connection: Connection, before_ms: int, removed: int, now_ms: int) -> None:
    """Note that what was older than an instant was removed, so that it is not missed later (milliseconds UTC)."""
    day_ms = day_of_writing(connection, now_ms)
    insert = insert_into(connection, prunings).values(day_ms=day_ms, before_ms=before_ms, removed=removed)
    latest = sa.case(
        (insert.excluded.before_ms > prunings.c.before_ms, insert.excluded.before_ms), else_=prunings.c.before_ms
    )
    both = {"before_ms": latest, "removed": prunings.c.removed + insert.excluded.removed}
    connection.execute(insert.on_conflict_do_update(index_elements=[prunings.c.day_ms], set_=both))


def count_prunable(connection: Connection, before_ms: int) -> int:
    """How many records and slots in gaps the two would remove, asked until there are none."""
    query = sa.select(sa.func.count()).select_from(runs).where(*_is_outlived(before_ms))
    in_gaps = sum(
        gap.count - (left.count if left is not None else 0) for gap, left in _outlived_gaps(connection, before_ms, None)
    )
    return int(connection.execute(query).scalar_one()) + in_gaps


def _is_outlived(before_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a record is older than that, and not the last of its schedule."""
    later_slot, later_gap = slots.alias("later_slot"), gaps.alias("later_gap")
    same_series = [later_slot.c[name] == runs.c[name] for name in (*PLACE, "trigger")]
    same_place = [later_gap.c[name] == runs.c[name] for name in PLACE]
    return (
        runs.c.slot_ms < before_ms,
        sa.or_(
            runs.c.trigger != Trigger.SCHEDULE.value,
            sa.exists().where(*same_series, later_slot.c.slot_ms > runs.c.slot_ms),
            sa.exists().where(*same_place, later_gap.c.last_ms > runs.c.slot_ms),
        ),
    )


def _outlived_gaps(connection: Connection, before_ms: int, at_most: int | None) -> Iterator[tuple[Gap, Gap | None]]:
    """Gaps with slots that are older than that, the oldest first, each with what is left of it.

    The last slot of a schedule stays, as its last record does.
    """
    later_slot, later_gap = slots.alias("later_slot"), gaps.alias("later_gap")
    is_followed = sa.or_(
        sa.exists().where(
            *(later_slot.c[name] == gaps.c[name] for name in PLACE),
            later_slot.c.trigger == Trigger.SCHEDULE.value,
            later_slot.c.slot_ms > gaps.c.last_ms,
        ),
        sa.exists().where(*(later_gap.c[name] == gaps.c[name] for name in PLACE), later_gap.c.last_ms > gaps.c.last_ms),
    )
    query = (
        sa.select(gaps, is_followed.label("is_followed"))
        .where(gaps.c.first_ms < before_ms, sa.or_(gaps.c.first_ms < gaps.c.last_ms, is_followed))
        .order_by(gaps.c.first_ms, *(gaps.c[name] for name in PLACE))
        .limit(at_most)
    )
    for row in connection.execute(query).all():
        gap = gap_rows.gap_of(row)
        from_ms = before_ms if row.is_followed else min(before_ms, gap.last_ms)
        yield gap, gap.part(from_ms - 1, gap.last_ms)
