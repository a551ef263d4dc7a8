"""A damaged ledger: set aside whole by whoever runs journeys, told of loudly, never overwritten; readers leave it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.ledger import rescue
from synthetics.ledger.database import DamagedError
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.rescue import open_or_begin_again
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.totals import Totals
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

ASIDE = "ledger.sqlite3.corrupt-20260528T202640Z"


class Told(list[str]):
    """Hears what happened."""

    def __call__(self, text: str) -> None:
        self.append(text)


def begin_again(storage: Path, told: Told) -> Ledger:
    return open_or_begin_again(storage, NOON_MS, told)


def is_no_database(file: Path) -> None:
    file.write_bytes(b"These are the minutes of our meeting.\n" * 400)


def has_malformed_pages(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:4_096] + b"\xff" * (len(whole) - 4_096))


def is_cut_off(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(9_000)


@pytest.fixture
def file(storage: Path) -> Path:
    ledger = open_ledger(storage)
    for minute in range(30):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS)))
    ledger.close()
    return storage / "ledger.sqlite3"


@pytest.fixture(params=[is_no_database, has_malformed_pages, is_cut_off])
def damaged(request: pytest.FixtureRequest, file: Path) -> Path:
    damage: Callable[[Path], None] = request.param
    damage(file)
    return file


def test_damaged_ledger_is_set_aside_as_it_is_and_a_new_one_begun(storage: Path, damaged: Path) -> None:
    before, told = damaged.read_bytes(), Told()

    ledger = begin_again(storage, told)

    assert (storage / ASIDE).read_bytes() == before
    assert ledger.totals() == Totals()
    assert ledger.write(a_record())
    (text,) = told
    assert text.startswith(f"THE LEDGER WAS DAMAGED, AND A NEW ONE IS BEGUN.\n  {damaged}: ")
    assert str(storage / ASIDE) in text
    assert "totals begin again at 0" in text
    ledger.close()
    again = Told()
    begin_again(storage, again).close()
    assert again == [], "the new one is whole"


def test_readers_leave_a_damaged_ledger_where_it_is(storage: Path, damaged: Path) -> None:
    before = damaged.read_bytes()
    with pytest.raises(StorageError):
        list(open_ledger(storage).runs())
    assert damaged.read_bytes() == before
    assert not list(storage.glob("*.corrupt-*"))


def test_what_lies_beside_the_ledger_goes_with_it(storage: Path, file: Path) -> None:
    is_no_database(file)
    Path(f"{file}-wal").write_bytes(b"left by a process that was killed")
    Path(f"{file}-shm").touch()

    begin_again(storage, Told()).close()

    assert (storage / f"{ASIDE}-wal").read_bytes() == b"left by a process that was killed"
    assert (storage / f"{ASIDE}-shm").exists()
    assert [path.name for path in storage.glob("ledger.sqlite3*") if ASIDE not in path.name] == ["ledger.sqlite3"]


def test_nothing_that_was_set_aside_is_overwritten(storage: Path, file: Path) -> None:
    for number in range(3):
        file.write_bytes(b"no database, and certainly not the same: " + b"%d" % number)
        begin_again(storage, Told()).close()
    assert [(storage / f"{ASIDE}{suffix}").read_bytes()[-1:] for suffix in ("", "-2", "-3")] == [b"0", b"1", b"2"]


def test_a_ledger_that_a_scheduler_works_on_is_not_taken_from_under_it(storage: Path, damaged: Path) -> None:
    told = Told()
    with scheduler_lock(storage):
        with pytest.raises(DamagedError):
            begin_again(storage, told)
        assert damaged.exists()
        open_or_begin_again(storage, NOON_MS, told, is_scheduler=True).close()
    assert len(told) == 1


def test_a_whole_ledger_is_opened_and_nothing_is_said(storage: Path, file: Path) -> None:
    told = Told()
    ledger = begin_again(storage, told)
    assert ledger.count() == 30
    ledger.close()
    begin_again(storage.with_name("new"), told).close()
    assert told == []


@pytest.mark.parametrize(
    "foreign", ["CREATE TABLE recipes (name TEXT)", "UPDATE alembic_version SET version_num = '9'"]
)
def test_what_is_not_damaged_but_not_ours_is_refused_and_stays(storage: Path, file: Path, foreign: str) -> None:
    if foreign.startswith("CREATE"):
        file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute(foreign)
    connection.close()
    with pytest.raises(StorageError, match="is left as it is"):
        begin_again(storage, Told())
    assert file.exists()


def test_a_large_ledger_is_looked_at_where_every_start_reads(
    storage: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "_LOOKED_THROUGH_BYTES", 0)
    told = Told()
    begin_again(storage, told).close()
    assert told == []
    has_malformed_pages(file)
    begin_again(storage, told).close()
    assert len(told) == 1
