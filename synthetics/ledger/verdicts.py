"""Verdicts that came after a record: appended, never changed, and gone with the record alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection

from synthetics.ledger import hours
from synthetics.ledger.days import day_of_writing
from synthetics.ledger.tables import runs, verdicts
from synthetics.record import OUTCOMES_AND_FAULTS, Fault, Outcome, Reason, RunRecord

#: The author of all verdicts that no person gave.
JUDGE = "judge"
#: The verdict in the record is the first.
_FIRST = 1

#: Reasons as they are written.
REASONS: TypeAdapter[tuple[Reason, ...]] = TypeAdapter(tuple[Reason, ...])


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What somebody said of a run, and when.

    Args:
        run_id: The run's short name.
        at_ms: When it was said, in milliseconds UTC.
        outcome: What became of the run: for all verdicts of a run the same.
        fault: Whose fault it was.
        reasons: Why, the weightiest first.
        author: ``judge``, or a person's name.

    Raises:
        ValueError: Where outcome and fault do not go together.
    """

    run_id: str
    at_ms: int
    outcome: Outcome
    fault: Fault
    reasons: tuple[Reason, ...] = ()
    author: str = JUDGE

    def __post_init__(self) -> None:
        if (self.outcome, self.fault) not in OUTCOMES_AND_FAULTS:
            raise ValueError(f"a run cannot be {self.outcome}/{self.fault}")


def first_of(record: RunRecord) -> Verdict:
    """The verdict in a record, said when the run was judged; where that is not known, when it was over or due."""
    around = record.evidence.surroundings if record.evidence is not None else None
    if around is not None:
        at_ms = around.now_ms
    else:
        at_ms = record.slot_ms if record.started_ms is None else record.started_ms + (record.duration_ms or 0)
    return Verdict(
        run_id=record.run_id, at_ms=at_ms, outcome=record.outcome, fault=record.fault, reasons=record.reasons
    )


def append(connection: Connection, verdict: Verdict) -> bool:
    """Write a verdict behind the others of its run; see ``Ledger.append_verdict``."""
    query = sa.select(runs.c.record).where(runs.c.run_id == verdict.run_id)
    text = connection.execute(query).scalar_one_or_none()
    if text is None:
        return False
    record = RunRecord.from_json(text)
    said = [first_of(record), *later_of(connection, verdict.run_id)]
    if verdict.outcome is not said[0].outcome:
        raise ValueError(f"run {verdict.run_id} is {said[0].outcome}, which a verdict cannot change")
    last = said[-1]
    if (last.fault, last.reasons, last.author) == (verdict.fault, verdict.reasons, verdict.author):
        return False
    if verdict.author == JUDGE and any(each.author != JUDGE for each in said):
        return False
    insert = sa.insert(verdicts).values(
        run_id=verdict.run_id,
        number=_FIRST + len(said),
        at_ms=verdict.at_ms,
        outcome=verdict.outcome.value,
        fault=verdict.fault.value,
        author=verdict.author,
        reasons=REASONS.dump_json(verdict.reasons).decode(),
        day_ms=day_of_writing(connection, verdict.at_ms),
    )
    connection.execute(insert)
    hours.move_fault(connection, record, last.fault, verdict.fault)
    return True


def later_of(connection: Connection, run_id: str) -> Iterator[Verdict]:
    """What was said of a run after its record, in that order."""
    query = sa.select(verdicts).where(verdicts.c.run_id == run_id).order_by(verdicts.c.number)
    for row in connection.execute(query).all():
        yield Verdict(
            run_id=row.run_id,
            at_ms=row.at_ms,
            outcome=Outcome(row.outcome),
            fault=Fault(row.fault),
            reasons=REASONS.validate_json(row.reasons),
            author=row.author,
        )


def last_verdicts() -> sa.Subquery:
    """The last fault of each run with a verdict beside its record's, as ``run_id`` and ``fault``.

    To be joined to ``runs`` from the left: a run that is not in it has its own fault still.
    """
    later = verdicts.alias("later")
    is_last = ~sa.exists().where(later.c.run_id == verdicts.c.run_id, later.c.number > verdicts.c.number)
    return sa.select(verdicts.c.run_id, verdicts.c.fault).where(is_last).subquery("last_verdicts")
