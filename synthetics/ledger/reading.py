"""Reading records back: those that have a row, and those of slots in gaps, told one by one as they are asked for."""

import heapq
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from synthetics.ledger import gaps as gap_rows
from synthetics.ledger.database import Database
from synthetics.ledger.gaps import Gap
from synthetics.ledger.tables import gaps, runs
from synthetics.record import Outcome, RunRecord

#: How many rows are read in one go: long reads keep the write-ahead log from being folded into the file.
_PAGE = 200

_RUN_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)


def record(database: Database, run_id: str) -> RunRecord | None:
    """One record by its run's short name; None where there is none.

    In a gap it is searched for slot by slot, the newest first: a name tells nothing of its slot.
    """
    with database.reading() as connection:
        text = connection.execute(sa.select(runs.c.record).where(runs.c.run_id == run_id)).scalar_one_or_none()
    if text is not None:
        return RunRecord.from_json(text)
    return gap_rows.find(_gaps(database), run_id) if _RUN_ID.fullmatch(run_id) else None


def records(
    database: Database, selectors: Sequence[str], since_ms: int | None, outcomes: Sequence[Outcome], limit: int | None
) -> Iterator[RunRecord]:
    """Records, the newest slot first; see ``Ledger.runs``."""
    query = sa.select(runs.c.slot_ms, runs.c.attempt, runs.c.run_id, runs.c.record)
    in_gaps = []
    if selectors:
        query = query.where(sa.or_(runs.c.app.in_(selectors), runs.c.journey.in_(selectors)))
        in_gaps.append(sa.or_(gaps.c.app.in_(selectors), gaps.c.journey.in_(selectors)))
    if since_ms is not None:
        query = query.where(runs.c.slot_ms >= since_ms)
        in_gaps.append(gaps.c.last_ms >= since_ms)
    if outcomes:
        query = query.where(runs.c.outcome.in_([each.value for each in outcomes]))
    rows = _rows_newest_first(database, query, limit)
    if outcomes and Outcome.MISSED not in outcomes:
        return rows
    missed = gap_rows.newest_first(_gaps(database, *in_gaps), since_ms)
    return islice(heapq.merge(rows, missed, key=_place_in_time, reverse=True), limit)


def _rows_newest_first(database: Database, query: sa.Select[Any], limit: int | None) -> Iterator[RunRecord]:
    order = sa.tuple_(runs.c.slot_ms, runs.c.attempt, runs.c.run_id)
    query = query.order_by(runs.c.slot_ms.desc(), runs.c.attempt.desc(), runs.c.run_id.desc())
    left, page = limit, query
    while left is None or left > 0:
        size = _PAGE if left is None else min(left, _PAGE)
        with database.reading() as connection:
            rows = connection.execute(page.limit(size)).all()
        for row in rows:
            yield RunRecord.from_json(row.record)
        if len(rows) < size:
            return
        left = None if left is None else left - size
        page = query.where(order < sa.tuple_(rows[-1].slot_ms, rows[-1].attempt, rows[-1].run_id))


def _gaps(database: Database, *where: sa.ColumnElement[bool]) -> Iterator[Gap]:
    """Gaps, that with the newest last slot first, read page by page."""
    last: Gap | None = None
    while True:
        with database.reading() as connection:
            page = gap_rows.select_newest(connection, *where, after=last, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1]


def _place_in_time(told: RunRecord) -> tuple[int, int, str]:
    return told.slot_ms, told.attempt, told.run_id
