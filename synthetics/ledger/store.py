"""The ledger: which slots were claimed, what became of each run, and the totals."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.errors import StorageError
from synthetics.ledger import around, counting, hours, pruning, reading, schedules, work
from synthetics.ledger import gaps as gap_rows
from synthetics.ledger import verdicts as verdict_rows
from synthetics.ledger.around import Place
from synthetics.ledger.audit import Audit
from synthetics.ledger.counts import CountReader
from synthetics.ledger.database import Database, JoinedDatabase, insert_into
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import Missing, Scheduled, Watched
from synthetics.ledger.schema import bring_up_to_date
from synthetics.ledger.tables import gaps, runs, slots
from synthetics.ledger.totals import Totals
from synthetics.ledger.verdicts import Verdict
from synthetics.ledger.writing import insert_run, is_in_a_gap, key_of, key_values, settle_slot
from synthetics.record import Outcome, RunKey, RunRecord, Trigger

FILE_NAME = "ledger.sqlite3"

_T = TypeVar("_T")

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
        started_ms: When its run was started, in milliseconds UTC; None where it has not been.
    """

    key: RunKey
    app: str
    claimed_ms: int
    claimant: str | None = None
    started_ms: int | None = None


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

        def claim(connection: Connection) -> bool:
            if is_in_a_gap(connection, key):
                return False
            insert = insert_into(connection, slots).values(
                **key_values(key),
                app=app,
                state="claimed",
                claimed_ms=claimed_ms,
                claimant=claimant,
            )
            return connection.execute(insert.on_conflict_do_nothing().returning(slots.c.slot_ms)).first() is not None

        return self._database.write(claim)

    def start(self, key: RunKey, started_ms: int) -> None:
        """Note that the run of a claimed slot starts; nothing happens where it was noted before, or nobody claimed it.

        Args:
            key: Which slot, and which attempt at it.
            started_ms: The present, in milliseconds UTC.
        """

        def start(connection: Connection) -> None:
            is_claimed = [slots.c[name] == value for name, value in key_values(key).items()]
            is_claimed += [slots.c.state == "claimed", slots.c.started_ms.is_(None)]
            update = sa.update(slots).where(*is_claimed).values(started_ms=started_ms).returning(slots.c.app)
            app = connection.execute(update).scalar_one_or_none()
            if app is not None:
                work.raise_started(connection, key, app)

        self._database.write(start)

    def write(self, record: RunRecord) -> bool:
        """Write a record, settle its slot and raise the totals: all of it, or nothing.

        Args:
            record: With or without a claim before it; what ran is never refused.

        Returns:
            False where a record of this run is there already, or its slot, which nobody claimed, lies in a gap; nothing
            has changed then.
        """

        def write(connection: Connection) -> bool:
            if is_in_a_gap(connection, record.key) or not insert_run(connection, record):
                return False
            was_started = settle_slot(connection, record)
            if record.counts:
                counting.raise_totals(connection, record)
            work.raise_work(connection, record, was_started=was_started)
            work.raise_flaky(connection, record)
            hours.raise_hours(connection, record)
            return True

        return self._database.write(write)

    def at_once(self, writes: Sequence[Callable[["Ledger"], _T]]) -> tuple[_T, ...]:
        """Write several things in one transaction: all of them, or none.

        Args:
            writes: Each writes into the ledger that it is given, and nowhere else; they may be called twice, and what
                they did the first time is undone then.

        Returns:
            What each of them gives.
        """
        return self._database.write(
            lambda connection: tuple(write(Ledger(JoinedDatabase(self._database, connection))) for write in writes)
        )

    def watch(self, scheduled: Iterable[Scheduled], since_ms: int, until_ms: int) -> None:
        """Note what is on the schedule, and that a scheduler is at work; a cheap thing to be done every few seconds.

        Args:
            scheduled: All that is on the schedule now. What was on it before, or at another cadence, went off it at
                ``since_ms``; its slots up to then stay due.
            since_ms: From when on it is all on the schedule, in milliseconds UTC.
            until_ms: Up to when somebody saw to it; the slots up to then have a claim or a record, or will get one.
        """
        everything = tuple(scheduled)
        self._database.write(lambda connection: schedules.watch(connection, everything, since_ms, until_ms))

    def take_over(self, scheduled: Iterable[Scheduled], now_ms: int, missing: Missing) -> int:
        """Fill the slots that were missed since the last scheduler was at work, and begin to watch a schedule.

        All of it happens in one transaction: done again, or after a crash in its middle, it fills nothing twice.

        Args:
            scheduled: All that is on the schedule from now on.
            now_ms: The present, in milliseconds UTC; slots after this instant are the caller's to account for.
            missing: Decides, from what was watched, which slots were missed. What has a claim, a record or a gap is
                left out of it.

        Returns:
            How many slots were filled.
        """
        everything = tuple(scheduled)
        return self._database.write(
            lambda connection: schedules.take_over(connection, everything, now_ms, missing),
        )

    def watched(self) -> tuple[Watched, ...]:
        """What is on the schedule, and up to when its slots are accounted for."""
        with self._database.reading() as connection:
            return schedules.read(connection)

    def gaps(self) -> tuple[Gap, ...]:
        """All slots that were missed and have no row of their own, the newest first."""
        with self._database.reading() as connection:
            return gap_rows.select_newest(connection)

    def keep_reserve(self) -> bool:
        """Keep some room for the day on which the disk is full, where there is enough of it now.

        Returns:
            Whether there is a reserve.
        """
        return self._database.reserve.keep()

    def open_slots(self) -> tuple[OpenSlot, ...]:
        """The slots that were claimed and have no record, whatever their trigger, the oldest first."""
        query = sa.select(slots).where(slots.c.state == "claimed").order_by(*slots.primary_key)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = (
            OpenSlot(
                key=key_of(row),
                app=row.app,
                claimed_ms=row.claimed_ms,
                claimant=row.claimant,
                started_ms=row.started_ms,
            )
            for row in rows
        )
        return tuple(sorted(found, key=lambda slot: slot.key.slot_ms))

    def last_slot_ms(self, journey: str, target: str, location: str) -> int | None:
        """The latest slot of a journey's schedule that is claimed, done or missed, in milliseconds UTC; None for none.

        Args:
            journey: The full name, such as ``ihub.run_flow``.
            target: The name of the site.
            location: From where the runs are made.
        """
        place = {"journey": journey, "target": target, "location": location}
        in_rows = sa.select(sa.func.max(slots.c.slot_ms)).where(
            *(slots.c[name] == value for name, value in place.items()), slots.c.trigger == Trigger.SCHEDULE.value
        )
        in_gaps = sa.select(sa.func.max(gaps.c.last_ms)).where(
            *(gaps.c[name] == value for name, value in place.items())
        )
        with self._database.reading() as connection:
            found = [connection.execute(query).scalar_one() for query in (in_rows, in_gaps)]
        return max((each for each in found if each is not None), default=None)

    def run(self, run_id: str) -> RunRecord | None:
        """One record by its run's short name; None where there is none."""
        return reading.record(self._database, run_id)

    def runs(
        self,
        *,
        selectors: Sequence[str] = (),
        since_ms: int | None = None,
        outcomes: Sequence[Outcome] = (),
        limit: int | None = None,
    ) -> Iterator[RunRecord]:
        """Records, the newest slot first; read page by page while the caller goes on, gaps slot by slot.

        Args:
            selectors: Apps (``ihub``) and full names of journeys (``ihub.run_flow``); none selects all.
            since_ms: Only slots from this instant on, in milliseconds UTC.
            outcomes: Only these; none selects all.
            limit: At most so many.

        Yields:
            Each record once, also when others are written meanwhile.
        """
        yield from reading.records(self._database, selectors, since_ms, outcomes, limit)

    def around(self, place: Place, since_ms: int, until_ms: int, apps: Collection[str]) -> tuple[RunRecord, ...]:
        """The runs of some apps that started at a place between two instants (milliseconds UTC, both included)."""
        return around.of_apps(self._database, place, since_ms, until_ms, apps)

    def failed_around(self, place: Place, since_ms: int, until_ms: int) -> tuple[RunRecord, ...]:
        """The runs that started at a place between two instants (milliseconds UTC, both included), and failed."""
        return around.failed(self._database, place, since_ms, until_ms)

    def append_verdict(self, verdict: Verdict) -> bool:
        """Say something new of a run; its record, and what was said before, stay as they are.

        Returns:
            False where there is no such run, where the last verdict says the same, or where the judge would speak
            after a person; nothing has changed then.

        Raises:
            ValueError: Where the verdict is of another outcome than the record: only the fault may move.
        """
        return self._database.write(lambda connection: verdict_rows.append(connection, verdict))

    def verdicts(self, run_id: str) -> tuple[Verdict, ...]:
        """All that was said of a run, the verdict in its record first; empty where there is no such run."""
        record = self.run(run_id)
        if record is None:
            return ()
        with self._database.reading() as connection:
            return verdict_rows.first_of(record), *verdict_rows.later_of(connection, run_id)

    def prune(self, before_ms: int, at_most: int = _PRUNED_AT_ONCE, *, now_ms: int | None = None) -> int:
        """Remove the oldest records and the slots that they settled, in one small transaction.

        The totals stay. So do claims without a record, however old, and the last record of each schedule: with it goes
        the knowledge that its slot, which may be due still, was given out.

        Args:
            before_ms: Only of slots before this instant, in milliseconds UTC.
            at_most: How many records, or how many gaps, of which each is any number of records.
            now_ms: The present, in milliseconds UTC: with its day is sealed that they went.

        Returns:
            How many records were removed; whoever wants all of them gone asks until it is 0, and lets others have
            their turn in between.
        """

        def prune(connection: Connection) -> int:
            removed = pruning.prune_records(connection, before_ms, at_most)
            removed = removed or pruning.prune_gaps(connection, before_ms, at_most)
            if removed:
                pruning.note(connection, before_ms, removed, before_ms if now_ms is None else now_ms)
            return removed

        return self._database.write(prune)

    def count_prunable(self, before_ms: int) -> int:
        """How many records ``prune`` would remove, asked until it is 0."""
        with self._database.reading() as connection:
            return pruning.count_prunable(connection, before_ms)

    def count(self) -> int:
        """How many records there are, those of slots in gaps among them."""
        with self._database.reading() as connection:
            in_rows = connection.execute(sa.select(sa.func.count()).select_from(runs)).scalar_one()
            in_gaps = connection.execute(sa.select(sa.func.sum(gaps.c.total))).scalar_one()
        return in_rows + int(in_gaps or 0)

    def totals(self) -> Totals:
        """Everything that was counted, as of one instant."""
        with self._database.reading() as connection:
            return replace(counting.read_totals(connection), **work.read_work(connection))

    @contextmanager
    def counts(self) -> Iterator[CountReader]:
        """Count runs by what became of them, as of one instant, for as long as the block lasts."""
        with self._database.reading() as connection:
            yield CountReader(connection)

    @property
    def audit(self) -> Audit:
        """What a reviewer asks of it, and what people said afterwards."""
        return Audit(self._database)

    def close(self) -> None:
        """Give back every connection; nothing that was acknowledged waits for this."""
        self._database.close()
