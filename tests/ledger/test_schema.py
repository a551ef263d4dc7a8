import fcntl
import io
import logging
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import synthetics
from synthetics.errors import StorageError
from synthetics.ledger.database import Database
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.tables import HEAD, metadata
from synthetics.record import Fault, Outcome
from tests.ledger.builders import MINUTE_MS, NOON_MS, SERIES, a_key, a_record

ROOT = Path(__file__).parents[2]


def file_of(storage: Path) -> Path:
    storage.mkdir(exist_ok=True)
    return storage / "ledger.sqlite3"


def test_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "synthetics.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_make_exactly_the_tables_that_the_program_knows(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        made = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")}
    known = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert known <= made


def at_first_version(storage: Path) -> sqlite3.Connection:
    """A ledger as the first migration alone makes it."""
    database = Database(file_of(storage))
    database.use_write_ahead_log()
    config = Config()
    config.set_main_option("script_location", "synthetics.ledger:migrations")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    database.close()
    return sqlite3.connect(file_of(storage))


def test_a_ledger_of_the_first_version_keeps_its_records_claims_and_totals(storage: Path) -> None:
    connection = at_first_version(storage)
    record, open_key = a_record(), a_key(NOON_MS + MINUTE_MS)
    slot = "INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    place = ("ihub.run_flow", "standin", "local", "schedule")
    connection.execute(slot, (*place, NOON_MS, 1, "ihub", "done", NOON_MS, "somebody"))
    connection.execute(slot, (*place, open_key.slot_ms, 1, "ihub", "claimed", NOON_MS + 9, "somebody"))
    row = (record.run_id, *place, NOON_MS, 1, "ihub", "passed", "none", NOON_MS, 2_500, record.to_json())
    connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.execute("INSERT INTO run_totals VALUES ('ihub', 'run_flow', 'standin', 'local', 'passed', 'none', 7)")
    connection.commit()
    connection.close()

    ledger = open_ledger(storage)

    assert list(ledger.runs()) == [record]
    assert ledger.totals().runs == {(SERIES, Outcome.PASSED, Fault.NONE): 7}
    (slot_left,) = ledger.open_slots()
    assert (slot_left.key, slot_left.started_ms) == (open_key, NOON_MS + 9), "a claim meant that the run began"
    assert (ledger.totals().started, ledger.totals().finished) == ({SERIES: 1}, {})
    assert ledger.write(a_record(open_key))
    assert ledger.totals().finished == {SERIES: 1}
    assert (ledger.watched(), ledger.gaps()) == ((), ())
    ledger.close()


def test_migrations_are_packages_and_so_part_of_the_wheel() -> None:
    ledger = Path(synthetics.__file__).parent / "ledger"
    modules = [path for path in ledger.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert all(path.suffix == ".py" for path in modules)
    assert all((path.parent / "__init__.py").exists() for path in modules)


def test_opening_again_needs_no_alembic(storage: Path) -> None:
    """Its import alone costs half a second, at every start of every command."""
    open_ledger(storage).close()
    program = (
        "import sys, pathlib; from synthetics.ledger.store import open_ledger;"
        "open_ledger(pathlib.Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, storage], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"False\n"
    assert done.stderr == b""


def test_opening_says_nothing_and_leaves_logging_alone(storage: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = (logging.root.level, list(logging.root.handlers))
    open_ledger(storage).close()
    assert capfd.readouterr() == ("", "")
    assert (logging.root.level, list(logging.root.handlers)) == before


def test_opening_again_keeps_everything(storage: Path) -> None:
    ledger = open_ledger(storage)
    ledger.write(a_record())
    ledger.close()
    ledger = open_ledger(storage)
    assert list(ledger.runs()) == [a_record()]
    ledger.close()


def test_opening_in_a_folder_with_a_percent_sign_and_spaces_works(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "100% mine ? #1")
    assert ledger.write(a_record())
    ledger.close()


def test_processes_that_open_a_new_ledger_at_once_all_succeed(storage: Path) -> None:
    program = (
        "import sys, pathlib; from synthetics.ledger.store import open_ledger; sys.stdin.readline();"
        "open_ledger(pathlib.Path(sys.argv[1])).close()"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, storage], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in processes:
        assert isinstance(process.stdin, io.BufferedWriter)
        process.stdin.write(b"go\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], said


def test_a_new_ledger_is_made_by_one_process_at_a_time(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switching to a write-ahead log does not wait for others by itself, so a lock on the folder has to."""
    folder_is_locked = []

    def look(_database: Database) -> None:
        descriptor = os.open(storage, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            folder_is_locked.append(True)
        finally:
            os.close(descriptor)

    monkeypatch.setattr(Database, "use_write_ahead_log", look)
    open_ledger(storage).close()
    assert folder_is_locked == [True]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"hello", id="a few letters"),
        pytest.param(b"These are the minutes of our meeting.\n" * 400, id="a long text"),
    ],
)
def test_a_file_that_is_no_database_is_left_as_it_is(storage: Path, content: bytes) -> None:
    file = file_of(storage)
    file.write_bytes(content)

    with pytest.raises(StorageError) as raised:
        open_ledger(storage)

    assert str(raised.value) == (
        f"{file}: this file is not a database (file is not a database), and is left as it is.\n"
        "  Move it away, or name another folder as storage in synthetics.toml."
    )
    assert file.read_bytes() == content
    assert [path.name for path in storage.iterdir()] == ["ledger.sqlite3"]


def test_a_database_of_another_program_is_left_as_it_is(storage: Path) -> None:
    file = file_of(storage)
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = file.read_bytes()

    with pytest.raises(StorageError, match=r"the database of some other program, and is left as it is\.\n  Move it"):
        open_ledger(storage)

    assert file.read_bytes() == before


def test_a_ledger_of_a_newer_version_is_refused_and_left_as_it_is(storage: Path) -> None:
    open_ledger(storage).close()
    connection = sqlite3.connect(file_of(storage))
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.commit()
    connection.close()
    before = file_of(storage).read_bytes()

    with pytest.raises(StorageError) as raised:
        open_ledger(storage)

    assert str(raised.value) == (
        f"{file_of(storage)}: this ledger was written by a newer version of this program (it stands at 0999, this "
        f"version knows {HEAD}), and is left as it is.\n"
        "  Upgrade this program, or name another folder as storage in synthetics.toml."
    )
    assert file_of(storage).read_bytes() == before


def test_a_damaged_ledger_is_left_as_it_is(storage: Path) -> None:
    ledger = open_ledger(storage)
    ledger.write(a_record())
    ledger.close()
    file = file_of(storage)
    whole = file.read_bytes()
    damaged = whole[:4_096] + b"\xff" * (len(whole) - 4_096)
    file.write_bytes(damaged)

    with pytest.raises(StorageError, match=r"(?s)the ledger is damaged \(.*\), and is left as it is.*backup"):
        open_ledger(storage)

    assert file.read_bytes() == damaged


@pytest.mark.parametrize(
    ("below", "why"),
    [
        pytest.param("file", "File exists", id="the storage is a file"),
        pytest.param("file/storage", "Not a directory", id="the storage lies below a file"),
    ],
)
def test_a_storage_that_cannot_be_made_is_named(tmp_path: Path, below: str, why: str) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageError) as raised:
        open_ledger(tmp_path / below)

    assert str(raised.value) == (
        f"{tmp_path / below}: this folder cannot be made ({why}).\n"
        "  Name a folder that can be written as storage in synthetics.toml."
    )
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_ledger_that_is_a_folder_is_named(storage: Path) -> None:
    file_of(storage).mkdir()
    with pytest.raises(StorageError, match=r"ledger\.sqlite3: the ledger cannot be opened"):
        open_ledger(storage)
