"""What the store holds of runs, and how it goes."""

import json
import os
from pathlib import Path

import pytest

from synthetics.artifacts.store import ArtifactStore
from synthetics.artifacts.stored import RECORD_FILE, StoredRun
from synthetics.export import report
from synthetics.record import Outcome

DAY_START_MS = 1_780_012_800_000 - 86_400_000  # 2026-05-28 00:00:00 UTC
DUE_MS = DAY_START_MS + 3_600_000
DAY = "2026-05-28"
HOUR_MS = 3_600_000


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "runs")


def put_run(store: ArtifactStore, run_id: str, *, due_ms: int = DUE_MS, **record: object) -> int:
    """Store a run with its record; returns the size of both files."""
    text = json.dumps({"run_id": run_id, "slot_ms": due_ms, "outcome": "passed", **record}).encode()
    assert store.put(run_id, due_ms, RECORD_FILE, text)
    assert store.put(run_id, due_ms, "logs/worker.log", b"x" * 100)
    return len(text) + 100


def test_record_is_looked_for_where_reports_write_it() -> None:
    assert report.RECORD_FILE == RECORD_FILE


@pytest.mark.parametrize("outcome", list(Outcome))
def test_runs_tell_what_their_record_says(store: ArtifactStore, outcome: Outcome) -> None:
    size = put_run(store, "aaaa", outcome=outcome)
    assert list(store.runs()) == [StoredRun(run_id="aaaa", day=DAY, outcome=outcome, due_ms=DUE_MS, size_bytes=size)]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(None, id="no record"),
        pytest.param(b"", id="an empty one"),
        pytest.param(b"\xff", id="not text"),
        pytest.param(b"[]", id="not a table"),
        pytest.param(b"[" * 100_000, id="more brackets than Python has patience for"),
        pytest.param(b'{"run_id": "aaaa", "slot_ms": 1}', id="no outcome"),
        pytest.param(b'{"run_id": "aaaa", "slot_ms": 1, "outcome": "well"}', id="an outcome that is none"),
        pytest.param(b'{"run_id": "aaaa", "slot_ms": "1", "outcome": "passed"}', id="a time that is none"),
        pytest.param(b'{"run_id": "bbbb", "slot_ms": 1, "outcome": "passed"}', id="another run's"),
    ],
)
def test_runs_without_a_record_of_their_own_are_as_old_as_their_day(store: ArtifactStore, record: bytes | None) -> None:
    store.put("aaaa", DUE_MS, "worker.log", b"text")
    if record is not None:
        store.put("aaaa", DUE_MS, RECORD_FILE, record)
    (run,) = store.runs()
    assert (run.outcome, run.due_ms) == (None, DAY_START_MS + 24 * HOUR_MS)


def test_runs_are_only_what_lies_in_folders_of_days(store: ArtifactStore, tmp_path: Path) -> None:
    assert list(store.runs()) == []
    put_run(store, "aaaa")
    (store.root / "notes").mkdir()
    (store.root / "notes" / "kept").mkdir()
    (store.root / "2026-13-40" / "kept").mkdir(parents=True)
    (store.root / "2026-05-27").symlink_to(tmp_path)
    (store.root / DAY / "file").write_text("no folder")
    (store.root / DAY / "link").symlink_to(tmp_path)
    assert [each.run_id for each in store.runs()] == ["aaaa"]


def test_remove_takes_a_run_and_its_day_with_the_last_of_it(store: ArtifactStore) -> None:
    put_run(store, "aaaa")
    put_run(store, "bbbb")
    first, second = store.runs()
    assert store.remove(first)
    assert [each.name for each in (store.root / DAY).iterdir()] == ["bbbb"]
    assert store.remove(second)
    assert not (store.root / DAY).exists()
    assert not store.remove(second), "it is gone already"


def test_remove_follows_no_link_out_of_the_store(store: ArtifactStore, tmp_path: Path) -> None:
    put_run(store, "aaaa")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("not a run's")
    (store.root / DAY / "aaaa" / "link").symlink_to(precious)
    (run,) = store.runs()
    assert store.remove(run)
    assert (precious / "file").exists()


def test_measure_corrects_what_the_store_remembers(store: ArtifactStore) -> None:
    put_run(store, "aaaa")
    size = put_run(store, "bbbb")
    assert store.size_bytes() == 2 * size
    first, _ = store.runs()
    store.remove(first)
    assert store.measure() == store.size_bytes() == size


def test_measure_sees_what_other_processes_stored(store: ArtifactStore) -> None:
    size = put_run(store, "aaaa")
    assert store.size_bytes() == size
    put_run(ArtifactStore(store.root), "bbbb")
    assert store.measure() == store.size_bytes() == 2 * size


def test_sweep_removes_stale_unfinished_work_and_empty_days(store: ArtifactStore) -> None:
    put_run(store, "aaaa")
    unfinished = store.root / ".unfinished"
    (unfinished / "half_removed" / "deep").mkdir(parents=True)
    (unfinished / "half_removed" / "deep" / "file").write_text("x")
    (unfinished / "half_written").write_text("x")
    (unfinished / "young").write_text("x")
    (store.root / "2026-05-27").mkdir()
    (store.root / "2026-05-29").mkdir()
    now_ms = DUE_MS
    for name in ("half_removed", "half_written", "../2026-05-27", f"../{DAY}"):
        os.utime(unfinished / name, (now_ms / 1000 - 3_601, now_ms / 1000 - 3_601))
    for name in ("young", "../2026-05-29"):
        os.utime(unfinished / name, (now_ms / 1000 - 3_599, now_ms / 1000 - 3_599))
    store.sweep(now_ms)
    assert [each.name for each in unfinished.iterdir()] == ["young"]
    assert sorted(each.name for each in store.root.iterdir()) == [".unfinished", DAY, "2026-05-29"]
    assert [each.run_id for each in store.runs()] == ["aaaa"]
