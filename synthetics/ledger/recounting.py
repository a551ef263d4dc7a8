"""Counting a day's records anew, to be held against what its hours were counted to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger.days import DAY_MS
from synthetics.ledger.hours import HOUR_MS, confirm_run_passed, count_row, duration_rows
from synthetics.ledger.tables import hour_counts, hour_durations, runs
from synthetics.ledger.verdicts import last_verdicts
from synthetics.record import Fault, Outcome, RunRecord, Trigger

_PAGE = 500
_TABLES = (hour_counts, hour_durations)

_Rows = Iterable[Mapping[str, Any]]
_Sums = dict[tuple[Any, ...], tuple[float, ...]]


def wrong_counts(connection: Connection, day_ms: int) -> str | None:
    """What is wrong with the hours' counts of a day, in a sentence; None where they are those of its records.

    Args:
        connection: In a transaction that sees one state of the ledger.
        day_ms: When the day began, in milliseconds UTC. All of its slots with a record count, late ones too.
    """
    counted, timed = [], []
    for record, fault in _counted(connection, day_ms):
        failed = record.outcome is Outcome.FAILED
        counted.append(count_row(record, fault, flaky=failed and confirm_run_passed(connection, record.key)))
        timed += duration_rows(record)
    for table, rows in zip(_TABLES, (counted, timed), strict=True):
        anew, kept = _sums(table, rows), _sums(table, _kept(connection, table, day_ms))
        for key in sorted(anew.keys() | kept.keys(), key=str):
            if anew.get(key) != kept.get(key):
                return _sentence(table, key, kept.get(key), anew.get(key))
    return None


def has_other_totals(connection: Connection, day_ms: int) -> bool:
    """Whether the hours of a day count another number of runs than it has records; cheap, and true of any version."""
    its_runs = sa.select(sa.func.count()).select_from(runs).where(*_is_counted(day_ms))
    total = sa.select(sa.func.coalesce(sa.func.sum(hour_counts.c.total), 0)).where(*_of_day(hour_counts, day_ms))
    return int(connection.execute(its_runs).scalar_one()) != int(connection.execute(total).scalar_one())


def _counted(connection: Connection, day_ms: int) -> Iterator[tuple[RunRecord, Fault]]:
    """The scheduled first attempts of a day, each with its last fault."""
    last = last_verdicts()
    fault = sa.func.coalesce(last.c.fault, runs.c.fault).label("fault")
    query = sa.select(runs.c.record, fault).join_from(runs, last, last.c.run_id == runs.c.run_id, isouter=True)
    for row in connection.execute(query.where(*_is_counted(day_ms)).execution_options(yield_per=_PAGE)):
        yield RunRecord.from_json(row.record), Fault(row.fault)


def _is_counted(day_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        runs.c.slot_ms >= day_ms,
        runs.c.slot_ms < day_ms + DAY_MS,
        runs.c.trigger == Trigger.SCHEDULE.value,
        runs.c.attempt == 1,
    )


def _of_day(table: sa.Table, day_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.hour_ms >= day_ms, table.c.hour_ms < day_ms + DAY_MS


def _kept(connection: Connection, table: sa.Table, day_ms: int) -> _Rows:
    return [dict(row) for row in connection.execute(sa.select(table).where(*_of_day(table, day_ms))).mappings()]


def _sums(table: sa.Table, rows: _Rows) -> _Sums:
    """The figures of rows by their keys, those of one key added up."""
    keys = [column.name for column in table.primary_key]
    figures = [column.name for column in table.columns if not column.primary_key]
    sums: _Sums = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        before = sums.get(key, (0,) * len(figures))
        sums[key] = tuple(one + row[name] for one, name in zip(before, figures, strict=True))
    return sums


def _sentence(
    table: sa.Table, key: tuple[Any, ...], kept: tuple[float, ...] | None, anew: tuple[float, ...] | None
) -> str:
    hour_ms, *rest = key
    what = " / ".join(map(str, rest))
    told, found = ("none" if each is None else ", ".join(map(str, each)) for each in (kept, anew))
    hour = hour_ms % DAY_MS // HOUR_MS
    return f"What hour {hour:02} came to ({table.name}: {what}) is {told}, and by its records {found}."
