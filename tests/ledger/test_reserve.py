"""A full disk: the reserve's room goes to the record that is to be written, and comes back when there is room again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.ledger import database
from synthetics.ledger.database import Database, FullError
from synthetics.ledger.reserve import SIZE_BYTES, Reserve
from synthetics.ledger.store import Ledger
from synthetics.record import RunRecord
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

RESERVE = "ledger.reserve"


def big_record(minute: int) -> RunRecord:
    """One that fills a page of the database."""
    return a_record(a_key(NOON_MS + minute * MINUTE_MS), title="x" * 5_000)


def may_grow_by(ledger: Ledger, pages: int) -> None:
    """Let SQLite itself find the disk full when the file has grown by so much; for all connections of this thread."""
    raw = ledger._database._engine.raw_connection()
    (now,) = raw.cursor().execute("PRAGMA page_count").fetchone()
    raw.cursor().execute(f"PRAGMA max_page_count = {now + pages}")
    raw.close()


def write_many(ledger: Ledger, number: int) -> None:
    for minute in range(number):
        assert ledger.write(big_record(minute))


@pytest.fixture
def with_room_in_the_reserve(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let what the reserve releases be room for SQLite, and note each time."""
    released: list[int] = []
    release = Reserve.release

    def release_and_grow(its: Reserve) -> bool:
        if not release(its):
            return False
        released.append(1)
        may_grow_by(ledger, 200)
        return True

    monkeypatch.setattr(Reserve, "release", release_and_grow)
    return released


def test_records_go_on_with_the_room_of_the_reserve(
    ledger: Ledger, storage: Path, with_room_in_the_reserve: list[int]
) -> None:
    assert ledger.keep_reserve()
    may_grow_by(ledger, 6)

    write_many(ledger, 20)

    assert with_room_in_the_reserve == [1], "it was full once"
    assert not (storage / RESERVE).exists()
    assert ledger.count() == sum(ledger.totals().runs.values()) == 20, "what was written twice counts once"
    assert ledger.keep_reserve()
    assert (storage / RESERVE).exists()


def test_claims_and_starts_go_on_as_well(ledger: Ledger, with_room_in_the_reserve: list[int]) -> None:
    ledger.keep_reserve()
    may_grow_by(ledger, 0)
    for minute in range(60):
        key = a_key(NOON_MS + minute * MINUTE_MS, target="x" * 1_000)
        assert ledger.claim(key, "ihub", NOON_MS)
        ledger.start(key, NOON_MS)
    assert with_room_in_the_reserve == [1]


def test_a_disk_that_is_full_without_a_reserve_is_told(ledger: Ledger) -> None:
    may_grow_by(ledger, 2)
    with pytest.raises(FullError, match="the ledger cannot grow"):
        write_many(ledger, 20)


def test_a_disk_that_is_full_in_spite_of_the_reserve_is_told(ledger: Ledger, storage: Path) -> None:
    ledger.keep_reserve()
    may_grow_by(ledger, 2)
    with pytest.raises(StorageError, match="the ledger cannot grow"):
        write_many(ledger, 20)
    assert not (storage / RESERVE).exists()


def test_reserve_really_takes_up_room(ledger: Ledger, storage: Path) -> None:
    ledger.keep_reserve()
    taken = (storage / RESERVE).stat()
    assert taken.st_size == SIZE_BYTES
    assert taken.st_blocks * 512 >= SIZE_BYTES, "no hole in it"
    assert ledger.keep_reserve(), "it is there already"


def test_reserve_is_not_made_where_there_is_little_room(
    ledger: Ledger, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(storage)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * SIZE_BYTES))
    assert not ledger.keep_reserve()
    assert not (storage / RESERVE).exists()


def test_reserve_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert not Reserve(tmp_path / RESERVE).keep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "free_bytes", "kind"),
    [
        pytest.param("SQLITE_FULL", 10**9, FullError, id="SQLite says that the disk is full"),
        pytest.param("SQLITE_IOERR_SHMSIZE", 1_000, FullError, id="it cannot make its index, and there is no room"),
        pytest.param("SQLITE_IOERR_FSYNC", 10**9, StorageError, id="a disk with room that is broken"),
    ],
)
def test_a_full_disk_is_told_from_a_broken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, free_bytes: int, kind: type[StorageError]
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free_bytes))
    assert database._kind(name, tmp_path / "ledger.sqlite3") is kind


def test_a_job_that_fails_for_another_reason_is_done_once(ledger: Ledger, storage: Path) -> None:
    ledger.keep_reserve()
    done: list[int] = []

    def job(_connection: object) -> None:
        done.append(1)
        raise StorageError("the disk is broken")

    job_of: Callable[[object], None] = job
    with pytest.raises(StorageError):
        Database(storage / "ledger.sqlite3").write(job_of)
    assert (done, (storage / RESERVE).exists()) == ([1], True)
