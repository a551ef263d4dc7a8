"""Scheduled runs that failed, each with whose fault it is by now and the passes around it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger.tables import PLACE, runs, verdicts
from synthetics.ledger.verdicts import JUDGE
from synthetics.record import Fault, Outcome, Trigger

_Place = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A scheduled first attempt that failed.

    Args:
        run_id: The run's short name.
        app: The app's name.
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site.
        location: From where the run was made.
        slot_ms: When it was due, in milliseconds UTC.
        ended_ms: When it was over; where that is not known, when it was due.
        fault: Whose fault it was, by the last verdict.
        first_fault: Whose fault it was by the verdict in its record.
        author: Who gave the last verdict: ``judge``, or a person.
        flaky: Whether it passed when it was repeated.
        passed_before_ms: When the last run that passed before it was started; None where none is known.
        passed_after_ms: The slot of the first run that passed after it; None where there is none yet.
    """

    run_id: str
    app: str
    journey: str
    target: str
    location: str
    slot_ms: int
    ended_ms: int
    fault: Fault
    first_fault: Fault
    author: str
    flaky: bool
    passed_before_ms: int | None = None
    passed_after_ms: int | None = None


def between(connection: Connection, since_ms: int, until_ms: int) -> Iterator[Failure]:
    """Failures of slots from an instant on and, without it, before another (milliseconds UTC), place by place."""
    rows = connection.execute(_failed(since_ms, until_ms)).all()
    for place, its in groupby(rows, key=_place):
        yield from _around(connection, place, [_failure(row) for row in its])


def _failed(since_ms: int, until_ms: int) -> sa.Select[Any]:
    again, last = runs.alias("again"), verdicts.alias("last")
    newest = sa.select(sa.func.max(verdicts.c.number)).where(verdicts.c.run_id == runs.c.run_id).scalar_subquery()
    repeated = [again.c[name] == runs.c[name] for name in (*PLACE, "trigger", "slot_ms")]
    repeated += [again.c.attempt == 2, again.c.outcome == Outcome.PASSED.value]  # noqa: PLR2004  the confirm-run
    columns = ("run_id", "app", *PLACE, "slot_ms", "started_ms", "duration_ms", "fault")
    return (
        sa.select(
            *(runs.c[name] for name in columns),
            last.c.fault.label("last_fault"),
            last.c.author,
            again.c.run_id.label("again"),
        )
        .join_from(runs, last, sa.and_(last.c.run_id == runs.c.run_id, last.c.number == newest), isouter=True)
        .join(again, sa.and_(*repeated), isouter=True)
        .where(
            runs.c.outcome == sa.literal_column("'failed'"),  # written out, as the index has it
            runs.c.slot_ms >= since_ms,
            runs.c.slot_ms < until_ms,
            runs.c.trigger == Trigger.SCHEDULE.value,
            runs.c.attempt == 1,
        )
        .order_by(*(runs.c[name] for name in PLACE), runs.c.slot_ms)
    )


def _place(row: Row[Any]) -> _Place:
    return row.journey, row.target, row.location


def _failure(row: Row[Any]) -> Failure:
    return Failure(
        run_id=row.run_id,
        app=row.app,
        journey=row.journey,
        target=row.target,
        location=row.location,
        slot_ms=row.slot_ms,
        ended_ms=row.slot_ms if row.started_ms is None else row.started_ms + (row.duration_ms or 0),
        fault=Fault(row.last_fault or row.fault),
        first_fault=Fault(row.fault),
        author=row.author or JUDGE,
        flaky=row.again is not None,
    )


def _around(connection: Connection, place: _Place, failed: Sequence[Failure]) -> Iterator[Failure]:
    """The failures of one place in order, each with the passes before and after it.

    Between two failures it is looked once, so that a long outage is not looked through again for each of its runs.
    """
    slots_ms = [each.slot_ms for each in failed]
    edges: list[tuple[int | None, int | None]] = list(pairwise([None, *slots_ms, None]))
    befores = _carried(_pass(connection, place, *between, newest=True) for between in edges[:-1])
    afters = [*_carried(_pass(connection, place, *between) for between in reversed(edges[1:]))]
    for each, before, after in zip(failed, befores, reversed(afters), strict=True):
        yield replace(
            each,
            passed_before_ms=None if before is None else before.started_ms,
            passed_after_ms=None if after is None else after.slot_ms,
        )


def _carried(found: Iterable["_Pass | None"]) -> Iterator["_Pass | None"]:
    """Each pass that was found; where there is none, the one told before it."""
    known = None
    for each in found:
        known = each or known
        yield known


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pass:
    """When a run that passed was due, and when it was started."""

    slot_ms: int
    started_ms: int | None


def _pass(
    connection: Connection, place: _Place, after_ms: int | None, before_ms: int | None, *, newest: bool = False
) -> _Pass | None:
    """The newest or the oldest run that passed at a place between two slots; None where there is none."""
    query = sa.select(runs.c.slot_ms, runs.c.started_ms).where(
        *(runs.c[name] == value for name, value in zip(PLACE, place, strict=True)),
        runs.c.trigger == Trigger.SCHEDULE.value,
        runs.c.attempt == 1,
        runs.c.outcome == Outcome.PASSED.value,
    )
    if after_ms is not None:
        query = query.where(runs.c.slot_ms > after_ms)
    if before_ms is not None:
        query = query.where(runs.c.slot_ms < before_ms)
    order = runs.c.slot_ms.desc() if newest else runs.c.slot_ms
    row = connection.execute(query.order_by(order).limit(1)).first()
    return None if row is None else _Pass(slot_ms=row.slot_ms, started_ms=row.started_ms)
