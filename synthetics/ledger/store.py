"""The ledger: which slots were claimed, what became of each run, and the totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from synthetics.errors import StorageError
from synthetics.ledger import counting
from synthetics.ledger.database import Database, insert_into
from synthetics.ledger.schema import bring_up_to_date
from synthetics.ledger.tables import KEY, runs, slots
from synthetics.ledger.totals import Totals
from synthetics.record import Outcome, RunKey, RunRecord, Trigger

FILE_NAME = "ledger.sqlite3"

#: How many records are read in one go: long reads keep the write-ahead log from being folded into the file.
_PAGE = 200
#: How many records go in one transaction: so many take some 10 ms, and a run that starts or ends waits no longer.
_PRUNED_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSlot:
    """A slot that was claimed and has no record yet: its run is under way, or its runner was lost.

    Args:
        key: Which slot, and which attempt at it.
        app: The app's name.
        claimed_ms: When it was claimed, in milliseconds UTC.
        claimant: Who claimed it, in words of its own; None where nobody said.
    """

    key: RunKey
    app: str
    claimed_ms: int
    claimant: str | None = None


def open_ledger(storage: Path) -> "Ledger":
    """Open the ledger of a storage folder, made and brought up to date where needed.

    Args:
        storage: The folder; made where it does not exist.

    Returns:
        The ledger, to be closed by the caller.

    Raises:
        StorageError: Where the folder or the file cannot be made, read or written, or is not a ledger of this version.
    """
    make_storage(storage)
    database = Database(storage / FILE_NAME)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Ledger(database)


def make_storage(storage: Path) -> None:
    """Make the folder that holds the ledger and the artifacts.

    Raises:
        StorageError: Where that is not possible.
    """
    try:
        storage.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{storage}: this folder cannot be made ({error.strerror}).\n"
            "  Name a folder that can be written as storage in synthetics.toml.",
        ) from error


class Ledger:
    """What happened, on one machine; for any number of threads, beside other processes that do the same.

    Every method raises ``StorageError`` where the file cannot be read or written any more; what was acknowledged
    before that stays.

    Args:
        database: Up to date; closed with the ledger.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, key: RunKey, app: str, claimed_ms: int, claimant: str | None = None) -> bool:
        """Take a slot before its run starts, so that it ends in a record whatever is killed.

        Args:
            key: Which slot, and which attempt at it.
            app: The app's name.
            claimed_ms: The present, in milliseconds UTC.
            claimant: Who claims it, in words by which that one is known again.

        Returns:
            False where the slot is taken already, by anybody, at any time.
        """
        with self._database.writing() as connection:
            insert = insert_into(connection, slots).values(
                **_key_values(key),
                app=app,
                state="claimed",
                claimed_ms=claimed_ms,
                claimant=claimant,
            )
            taken = connection.execute(insert.on_conflict_do_nothing().returning(slots.c.slot_ms)).first()
        return taken is not None

    def write(self, record: RunRecord) -> bool:
        """Write a record, settle its slot and raise the totals: all of it, or nothing.

        Args:
            record: With or without a claim before it; what ran is never refused.

        Returns:
            False where a record of this run is there already; nothing has changed then.
        """
        with self._database.writing() as connection:
            if not _insert_run(connection, record):
                return False
            _settle_slot(connection, record)
            if record.counts:
                counting.raise_totals(connection, record)
        return True

    def open_slots(self) -> tuple[OpenSlot, ...]:
        """The slots that were claimed and have no record, whatever their trigger, the oldest first."""
        query = sa.select(slots).where(slots.c.state == "claimed").order_by(*slots.primary_key)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = (OpenSlot(key=_key(row), app=row.app, claimed_ms=row.claimed_ms, claimant=row.claimant) for row in rows)
        return tuple(sorted(found, key=lambda slot: slot.key.slot_ms))

    def last_slot_ms(self, journey: str, target: str, location: str) -> int | None:
        """The latest slot of a journey's schedule that is claimed, done or missed, in milliseconds UTC; None for none.

        Args:
            journey: The full name, such as ``ihub.run_flow``.
            target: The name of the site.
            location: From where the runs are made.
        """
        query = sa.select(sa.func.max(slots.c.slot_ms)).where(
            slots.c.journey == journey,
            slots.c.target == target,
            slots.c.location == location,
            slots.c.trigger == Trigger.SCHEDULE.value,
        )
        with self._database.reading() as connection:
            latest: int | None = connection.execute(query).scalar_one()
        return latest

    def run(self, run_id: str) -> RunRecord | None:
        """One record by its run's short name; None where there is none."""
        with self._database.reading() as connection:
            text = connection.execute(sa.select(runs.c.record).where(runs.c.run_id == run_id)).scalar_one_or_none()
        return None if text is None else RunRecord.from_json(text)

    def runs(
        self,
        *,
        selectors: Sequence[str] = (),
        since_ms: int | None = None,
        outcomes: Sequence[Outcome] = (),
        limit: int | None = None,
    ) -> Iterator[RunRecord]:
        """Records, the newest slot first; read page by page while the caller goes on.

        Args:
            selectors: Apps (``ihub``) and full names of journeys (``ihub.run_flow``); none selects all.
            since_ms: Only slots from this instant on, in milliseconds UTC.
            outcomes: Only these; none selects all.
            limit: At most so many.

        Yields:
            Each record once, also when others are written meanwhile.
        """
        query = sa.select(runs.c.slot_ms, runs.c.attempt, runs.c.run_id, runs.c.record)
        if selectors:
            query = query.where(sa.or_(runs.c.app.in_(selectors), runs.c.journey.in_(selectors)))
        if since_ms is not None:
            query = query.where(runs.c.slot_ms >= since_ms)
        if outcomes:
            query = query.where(runs.c.outcome.in_([each.value for each in outcomes]))
        yield from self._newest_first(query, limit)

    def _newest_first(self, query: sa.Select[Any], limit: int | None) -> Iterator[RunRecord]:
        order = sa.tuple_(runs.c.slot_ms, runs.c.attempt, runs.c.run_id)
        query = query.order_by(runs.c.slot_ms.desc(), runs.c.attempt.desc(), runs.c.run_id.desc())
        left, page = limit, query
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            with self._database.reading() as connection:
                rows = connection.execute(page.limit(size)).all()
            for row in rows:
                yield RunRecord.from_json(row.record)
            if len(rows) < size:
                return
            left = None if left is None else left - size
            page = query.where(order < sa.tuple_(rows[-1].slot_ms, rows[-1].attempt, rows[-1].run_id))

    def prune(self, before_ms: int, at_most: int = _PRUNED_AT_ONCE) -> int:
        """Remove the oldest records and the slots that they settled, in one small transaction.

        The totals stay. So do claims without a record, however old, and the last record of each schedule: with it goes
        the knowledge that its slot, which may be due still, was given out.

        Args:
            before_ms: Only of slots before this instant, in milliseconds UTC.
            at_most: How many records.

        Returns:
            How many records were removed; whoever wants all of them gone asks until it is 0, and lets others have
            their turn in between.
        """
        oldest = sa.select(*(runs.c[name] for name in KEY)).where(*_is_outlived(before_ms))
        oldest = oldest.order_by(runs.c.slot_ms, runs.c.attempt, runs.c.run_id).limit(at_most)
        with self._database.writing() as connection:
            keys = [
                {f"its_{name}": value for name, value in row.items()} for row in connection.execute(oldest).mappings()
            ]
            for table in (runs, slots) if keys else ():
                its_key = [table.c[name] == sa.bindparam(f"its_{name}") for name in KEY]
                connection.execute(sa.delete(table).where(*its_key), keys)
        return len(keys)

    def count_prunable(self, before_ms: int) -> int:
        """How many records ``prune`` would remove, asked until it is 0."""
        query = sa.select(sa.func.count()).select_from(runs).where(*_is_outlived(before_ms))
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def count(self) -> int:
        """How many records there are."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(runs)).scalar_one()

    def totals(self) -> Totals:
        """Everything that was counted, as of one instant: scheduled runs, first attempts only."""
        with self._database.reading() as connection:
            return counting.read_totals(connection)

    def close(self) -> None:
        """Give back every connection; nothing that was acknowledged waits for this."""
        self._database.close()


def _key_values(key: RunKey) -> dict[str, str | int]:
    return {
        "journey": key.journey,
        "target": key.target,
        "location": key.location,
        "trigger": key.trigger.value,
        "slot_ms": key.slot_ms,
        "attempt": key.attempt,
    }


def _key(row: Row[Any]) -> RunKey:
    return RunKey(
        journey=row.journey,
        target=row.target,
        location=row.location,
        trigger=Trigger(row.trigger),
        slot_ms=row.slot_ms,
        attempt=row.attempt,
    )


def _is_outlived(before_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a record is older than that, and not the last of its schedule."""
    later = slots.alias("later")
    series = (later.c[name] == runs.c[name] for name in ("journey", "target", "location", "trigger"))
    return (
        runs.c.slot_ms < before_ms,
        sa.or_(
            runs.c.trigger != Trigger.SCHEDULE.value,
            sa.exists().where(*series, later.c.slot_ms > runs.c.slot_ms),
        ),
    )


def _insert_run(connection: Connection, record: RunRecord) -> bool:
    insert = insert_into(connection, runs).values(
        **_key_values(record.key),
        run_id=record.run_id,
        app=record.app,
        outcome=record.outcome.value,
        fault=record.fault.value,
        started_ms=record.started_ms,
        duration_ms=record.duration_ms,
        record=record.to_json(),
    )
    inserted = connection.execute(insert.on_conflict_do_nothing().returning(runs.c.run_id)).first()
    return inserted is not None


def _settle_slot(connection: Connection, record: RunRecord) -> None:
    state = "missed" if record.outcome is Outcome.MISSED else "done"
    insert = insert_into(connection, slots).values(**_key_values(record.key), app=record.app, state=state)
    connection.execute(
        insert.on_conflict_do_update(index_elements=list(slots.primary_key), set_={"state": insert.excluded.state}),
    )
