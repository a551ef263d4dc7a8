import errno
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synthetics.artifacts import scrubbing
from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore, Kept
from synthetics.record import Artifact, ArtifactKind

RUN_ID = "0123456789abcdef"
SLOT_MS = 1_780_000_000_000  # 2026-05-28 20:26:40 UTC
SECRET = "hunter-22"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "artifacts")


def an_artifact(path: str, kind: ArtifactKind = ArtifactKind.WORKER_LOG) -> Artifact:
    return Artifact(kind=kind, path=path, size_bytes=1)


def keep(store: ArtifactStore, output: Path, *paths: str) -> Kept:
    return store.keep(RUN_ID, SLOT_MS, output, [an_artifact(path) for path in paths], Redactor([SECRET]))


def files_of(store: ArtifactStore) -> dict[str, bytes]:
    """All that is in the store, by path."""
    return {
        path.relative_to(store.root).as_posix(): path.read_bytes() for path in store.root.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("slot_ms", "day"),
    [
        pytest.param(SLOT_MS, "2026-05-28", id="the day is that of UTC"),
        pytest.param(1_779_926_399_999, "2026-05-27", id="the last millisecond of a day belongs to it"),
        pytest.param(1_779_926_400_000, "2026-05-28", id="midnight begins the next"),
    ],
)
def test_folder_is_one_for_each_run_below_its_day(store: ArtifactStore, slot_ms: int, day: str) -> None:
    assert store.folder(RUN_ID, slot_ms) == store.root / day / RUN_ID


@pytest.mark.parametrize("name", ["worker.log", "notes.txt", "pytest.html", "events.json", "PAGE.HTML", "a/b/page.svg"])
def test_keep_scrubs_text(store: ArtifactStore, output: Path, name: str) -> None:
    (output / name).parent.mkdir(parents=True, exist_ok=True)
    (output / name).write_bytes(b"\xff the word is hunter-22, in UTF-16 " + SECRET.encode("utf-16-le"))

    kept = keep(store, output, name)

    clean = b"\xff the word is [redacted], in UTF-16 [redacted]"
    assert kept == Kept(
        artifacts=(Artifact(kind=ArtifactKind.WORKER_LOG, path=name, size_bytes=len(clean)),), dropped=0
    )
    assert files_of(store) == {f"2026-05-28/{RUN_ID}/{name}": clean}


@pytest.mark.parametrize(("name", "picture"), [("at-failure.png", PNG), ("a.jpg", b"\xff\xd8\xff\xe0 picture")])
def test_keep_copies_pictures_as_they_are(store: ArtifactStore, output: Path, name: str, picture: bytes) -> None:
    (output / name).write_bytes(picture)
    assert keep(store, output, name).dropped == 0
    assert files_of(store) == {f"2026-05-28/{RUN_ID}/{name}": picture}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("trace.zip", b"PK\x03\x04", id="secrets can hide in an archive"),
        pytest.param("log.gz", b"\x1f\x8b", id="and in what is compressed"),
        pytest.param("video.webm", b"\x1a\x45\xdf\xa3", id="nobody knows how to scrub a video"),
        pytest.param("no_suffix", b"text", id="nobody knows what it is"),
        pytest.param("picture.png", b"password: hunter-22", id="a picture that is none"),
        pytest.param(f"{SECRET}.log", b"fine", id="a name with a secret in it"),
        pytest.param("missing.log", None, id="it is not there"),
    ],
)
def test_keep_drops_and_counts_what_cannot_be_scrubbed(
    store: ArtifactStore, output: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (output / name).write_bytes(content)
    (output / "worker.log").write_bytes(b"fine")

    kept = keep(store, output, name, "worker.log")

    assert [artifact.path for artifact in kept.artifacts] == ["worker.log"]
    assert kept.dropped == 1
    assert list(files_of(store)) == [f"2026-05-28/{RUN_ID}/worker.log"]


@pytest.mark.parametrize("path", ["../outside.log", "a/../../outside.log", "/etc/passwd.txt", "", ".", "nul\0.log"])
def test_keep_drops_paths_that_lead_out_of_the_runs_folder(store: ArtifactStore, output: Path, path: str) -> None:
    (output.parent / "outside.log").write_text("not the run's")
    (output / "a").mkdir()
    assert keep(store, output, path) == Kept(artifacts=(), dropped=1)
    assert not store.root.exists()


def test_keep_drops_links(store: ArtifactStore, output: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file.log").write_text("not the run's")
    (output / "link.log").symlink_to(elsewhere / "file.log")
    (output / "folder").symlink_to(elsewhere)
    (output / "dangling.log").symlink_to(elsewhere / "nothing")
    kept = keep(store, output, "link.log", "folder/file.log", "dangling.log")
    assert kept == Kept(artifacts=(), dropped=3)


def test_keep_drops_what_is_no_file_and_waits_for_nobody(store: ArtifactStore, output: Path) -> None:
    os.mkfifo(output / "pipe.log")
    (output / "folder.log").mkdir()
    assert keep(store, output, "pipe.log", "folder.log") == Kept(artifacts=(), dropped=2)


def test_keep_stores_a_file_that_is_named_twice_once(store: ArtifactStore, output: Path) -> None:
    (output / "worker.log").write_text("once")
    kept = keep(store, output, "worker.log", "worker.log")
    assert (len(kept.artifacts), kept.dropped) == (1, 0)


def test_keep_shortens_a_log_in_the_middle(store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "LOG_LIMIT_BYTES", 1_000)
    monkeypatch.setattr(scrubbing, "_SEAM_BYTES", 100)
    (output / "worker.log").write_bytes(b"first line\n" + b"x" * 5_000 + b"\nlast line")

    keep(store, output, "worker.log")

    (log,) = files_of(store).values()
    assert log.startswith(b"first line\nxxx")
    assert log.endswith(b"xxx\nlast line")
    assert b"\n[... 4221 bytes were cut here: a log keeps 1000 ...]\n" in log
    assert len(log) < 1_000


def test_keep_leaves_a_log_at_the_limit_whole(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "LOG_LIMIT_BYTES", 1_000)
    (output / "worker.log").write_bytes(b"x" * 1_000)
    keep(store, output, "worker.log")
    assert list(files_of(store).values()) == [b"x" * 1_000]


def test_keep_leaves_no_half_of_a_secret_where_a_log_was_cut(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever place the cuts fall on, nothing of the secret is left on either side."""
    monkeypatch.setattr(scrubbing, "LOG_LIMIT_BYTES", 200)
    monkeypatch.setattr(scrubbing, "_SEAM_BYTES", 20)
    for shift in range(len(SECRET)):
        (output / "worker.log").write_bytes(b"-" * shift + SECRET.encode() * 100)
        keep(store, output, "worker.log")
        (log,) = files_of(store).values()
        head, tail = log.split(b"\n[... ")[0], log.split(b"...]\n")[1]
        assert b"hunter" not in head + tail
        assert set(head) | set(tail) <= set(b"-[redacted]")


def test_keep_drops_a_file_that_is_too_large_to_be_scrubbed(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "FILE_LIMIT_BYTES", 100)
    (output / "at-limit.html").write_bytes(b"x" * 100)
    (output / "above.html").write_bytes(b"x" * 101)
    kept = keep(store, output, "at-limit.html", "above.html")
    assert ([artifact.path for artifact in kept.artifacts], kept.dropped) == (["at-limit.html"], 1)


def test_keep_on_a_full_disk_drops_and_leaves_nothing_half_written(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes

    def write_half(self: Path, data: bytes) -> int:
        write_bytes(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    (output / "worker.log").write_text("a long story")
    monkeypatch.setattr(Path, "write_bytes", write_half)
    assert keep(store, output, "worker.log") == Kept(artifacts=(), dropped=1)
    assert files_of(store) == {}


def test_keep_in_a_store_that_cannot_be_made_drops_everything(tmp_path: Path, output: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (output / "worker.log").write_text("a story")
    kept = keep(ArtifactStore(tmp_path / "file" / "artifacts"), output, "worker.log")
    assert kept == Kept(artifacts=(), dropped=1)


def test_put_replaces_a_file_at_once(store: ArtifactStore) -> None:
    assert store.put(RUN_ID, SLOT_MS, "report.html", b"first")
    assert store.put(RUN_ID, SLOT_MS, "report.html", b"second")
    assert files_of(store) == {f"2026-05-28/{RUN_ID}/report.html": b"second"}


def test_size_is_nothing_where_there_is_nothing(store: ArtifactStore) -> None:
    assert store.size_bytes() == 0


def test_size_follows_what_is_kept_without_looking_at_the_disk_again(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("an_earlier_run", SLOT_MS, "worker.log", b"x" * 100)
    other = ArtifactStore(store.root)
    assert other.size_bytes() == 100
    monkeypatch.setattr(os, "walk", None)

    (output / "worker.log").write_bytes(b"y" * 30)
    keep(other, output, "worker.log")
    assert other.size_bytes() == 130
    keep(other, output, "worker.log")
    assert other.size_bytes() == 130, "it was replaced"
    other.put(RUN_ID, SLOT_MS, "worker.log", b"")
    assert other.size_bytes() == 100


def test_size_is_right_after_many_threads_kept(store: ArtifactStore) -> None:
    together = threading.Barrier(8)

    def put(number: int) -> None:
        together.wait()
        for each in range(10):
            store.put(f"run_{number}", SLOT_MS, f"{each}.log", b"x" * 10)
            store.size_bytes()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(8)))
    assert store.size_bytes() == ArtifactStore(store.root).size_bytes() == 800


def test_sweep_removes_what_was_left_unfinished_an_hour_ago(store: ArtifactStore) -> None:
    store.put(RUN_ID, SLOT_MS, "worker.log", b"finished")
    for name, age_seconds in (("old", 3_601), ("young", 3_599)):
        file = store.root / ".unfinished" / name
        file.write_bytes(b"half")
        os.utime(file, (SLOT_MS / 1_000 - age_seconds,) * 2)

    assert store.size_bytes() == 8, "what is not finished does not count"
    store.sweep(SLOT_MS)

    assert set(files_of(store)) == {f"2026-05-28/{RUN_ID}/worker.log", ".unfinished/young"}


def test_sweep_of_a_store_that_is_not_there_does_nothing(store: ArtifactStore) -> None:
    store.sweep(SLOT_MS)
    assert not store.root.exists()


def test_files_are_dropped_and_counted_before_the_disk_is_full(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left then is for the ledger: records go on."""
    for name, size_bytes in (("small.txt", 10), ("large.txt", 200)):
        (output / name).write_bytes(b"x" * size_bytes)
    store = ArtifactStore(store.root, margin_bytes=1_000)
    usage = shutil.disk_usage(output)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_100))

    kept = keep(store, output, "small.txt", "large.txt")

    assert ([each.path for each in kept.artifacts], kept.dropped) == (["small.txt"], 1)
    assert [path.rpartition("/")[2] for path in files_of(store)] == ["small.txt"]


def test_a_disk_whose_room_cannot_be_told_costs_the_file_alone(
    store: ArtifactStore, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    (output / "worker.log").write_text("said")
    monkeypatch.setattr(shutil, "disk_usage", broken)
    assert keep(store, output, "worker.log") == Kept(artifacts=(), dropped=1)
