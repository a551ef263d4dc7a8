"""What people said of runs, and what the judge alone had said of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.ledger import hours
from synthetics.ledger.tables import runs, verdicts
from synthetics.ledger.verdicts import JUDGE, REASONS, first_of, later_of
from synthetics.record import Fault, RunRecord, Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """A person's last word on a run.

    Args:
        run_id: The run's short name.
        app: The app's name.
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site.
        location: From where the run was made.
        slot_ms: When it was due, in milliseconds UTC.
        trigger: Why it was made.
        attempt: Which attempt at its slot it was.
        flaky: Whether it passed when it was repeated.
        before: Whose fault it was by the judge alone.
        after: Whose it is.
        author: Who said so.
        why: Why, in their words.
        at_ms: When they said it.
    """

    run_id: str
    app: str
    journey: str
    target: str
    location: str
    slot_ms: int
    flaky: bool
    before: Fault
    after: Fault
    author: str
    why: str
    at_ms: int


def between(connection: Connection, since_ms: int, until_ms: int) -> tuple[Corrected, ...]:
    """What people said of counted runs between two instants; see ``Audit.corrections``."""
    query = (
        sa.select(verdicts, runs.c.record)
        .join(runs, runs.c.run_id == verdicts.c.run_id)
        .where(
            verdicts.c.author != JUDGE,
            runs.c.trigger == Trigger.SCHEDULE.value,
            runs.c.attempt == 1,
            runs.c.slot_ms >= since_ms,
            runs.c.slot_ms < until_ms,
        )
        .order_by(runs.c.slot_ms, runs.c.run_id, verdicts.c.number)
    )
    last = {row.run_id: row for row in connection.execute(query)}  # the last of each run stays
    return tuple(_as_corrected(connection, row) for row in last.values())


def _as_corrected(connection: Connection, row: Row[Any]) -> Corrected:
    record = RunRecord.from_json(row.record)
    judged = [first_of(record), *(each for each in later_of(connection, row.run_id) if each.author == JUDGE)]
    return Corrected(
        run_id=row.run_id,
        app=record.app,
        journey=record.journey,
        target=record.target,
        location=record.location,
        slot_ms=record.slot_ms,
        flaky=hours.confirm_run_passed(connection, record.key),
        before=judged[-1].fault,
        after=Fault(row.fault),
        author=row.author,
        why=" ".join(each.sentence for each in REASONS.validate_json(row.reasons)),
        at_ms=row.at_ms,
    )
