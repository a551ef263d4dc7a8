import sqlite3
from pathlib import Path
from unittest.mock import create_autospec

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from synthetics.errors import StorageError
from synthetics.ledger import database
from synthetics.ledger.database import insert_into
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.tables import runs, slots
from synthetics.ledger.totals import Totals
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers and a writer work side by side"),
        pytest.param("synchronous", 2, id="a power cut takes nothing back that was acknowledged (FULL)"),
        pytest.param("foreign_keys", 1, id="references hold"),
        pytest.param("busy_timeout", 30_000, id="a transaction waits 30 seconds for another one"),
    ],
)
def test_connection_is_set_up(ledger: Ledger, pragma: str, value: object) -> None:
    with ledger._database.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_transaction_that_fails_changes_nothing(ledger: Ledger) -> None:
    ledger.claim(a_key(), "ihub", NOON_MS)

    def delete_and_fail() -> None:
        with ledger._database.writing() as connection:
            connection.execute(sa.delete(slots))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delete_and_fail()
    assert len(ledger.open_slots()) == 1


def test_a_reader_sees_one_state_while_another_writes(ledger: Ledger) -> None:
    count = sa.select(sa.func.count()).select_from(runs)
    with ledger._database.reading() as connection:
        before = connection.execute(count).scalar_one()
        ledger.write(a_record())
        assert connection.execute(count).scalar_one() == before == 0
    assert len(list(ledger.runs())) == 1


def test_a_writer_takes_its_turn_before_it_reads(ledger: Ledger, storage: Path) -> None:
    """One that read first and wrote later would fail at once if another process wrote in between."""
    other = sqlite3.connect(storage / "ledger.sqlite3", timeout=0, isolation_level=None)
    with ledger._database.writing(), pytest.raises(sqlite3.OperationalError, match="database is locked"):
        other.execute("BEGIN IMMEDIATE")
    with ledger._database.reading():
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_mistake_of_this_program_is_not_told_as_trouble_with_the_storage(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger._database.writing() as connection:
        connection.execute(sa.text("INSERT INTO slots (slot_ms) VALUES (1)"))


def test_a_full_disk_is_told_and_writes_nothing_by_halves(ledger: Ledger, storage: Path) -> None:
    def may_grow_to(pages: int) -> int:
        raw = ledger._database._engine.raw_connection()
        (now,) = raw.cursor().execute("PRAGMA page_count").fetchone()
        raw.cursor().execute(f"PRAGMA max_page_count = {pages or now}")
        raw.close()
        return int(now)

    def write_until_full() -> None:
        for number in range(1_000):
            assert ledger.write(a_record(a_key(NOON_MS + number * MINUTE_MS)))

    pages = may_grow_to(0)
    with pytest.raises(StorageError) as raised:
        write_until_full()

    assert str(raised.value) == (
        f"{storage / 'ledger.sqlite3'}: the ledger cannot grow (database or disk is full).\n"
        "  Free some space on this disk; what was acknowledged is safe."
    )
    written = list(ledger.runs())
    assert sum(ledger.totals().runs.values()) == len(written)
    may_grow_to(pages + 100)
    assert ledger.write(a_record(a_key(NOON_MS - MINUTE_MS)))
    assert sum(ledger.totals().runs.values()) == len(written) + 1


def test_a_ledger_held_by_another_process_is_told(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ledger(storage).close()
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0)
    ledger = open_ledger(storage)
    other = sqlite3.connect(storage / "ledger.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match=r"another process held the ledger for more than 30s \(database is locked\)"):
        ledger.write(a_record())

    assert ledger.totals() == Totals(), "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    assert ledger.write(a_record())
    ledger.close()


def test_every_trouble_is_told_with_the_file_and_how_to_mend_it() -> None:
    for name, _what, _mend in database._TROUBLES:
        original = sqlite3.OperationalError("so it said")
        original.sqlite_errorname = f"{name}_AND_MORE"
        told = database._told(Path("var/ledger.sqlite3"), sa.exc.OperationalError("", (), original))

        assert told is not None
        first, second = str(told).splitlines()
        assert first.startswith("var/ledger.sqlite3: ")
        assert first.endswith(".")
        assert second.startswith("  ")


def test_inserts_speak_the_dialect_of_the_database() -> None:
    on_postgres = create_autospec(Connection, instance=True)
    on_postgres.dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
    assert isinstance(insert_into(on_postgres, slots), postgresql.Insert)

    on_sqlite = create_autospec(Connection, instance=True)
    on_sqlite.dialect = sqlite.dialect()
    assert isinstance(insert_into(on_sqlite, slots), sqlite.Insert)
