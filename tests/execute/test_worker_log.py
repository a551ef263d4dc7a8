"""The log of a worker: its beginning and its end, whatever is between."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.execute.worker_log import WorkerLog


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "worker.log"


def written(path: Path, *outputs: bytes, head_bytes: int = 10, tail_bytes: int = 5) -> bytes:
    log = WorkerLog(path, head_bytes=head_bytes, tail_bytes=tail_bytes)
    for output in outputs:
        log.write(output)
    log.close()
    return path.read_bytes()


@given(st.lists(st.binary(max_size=12)))
def test_worker_log_keeps_the_beginning_and_the_end_however_it_comes(path: Path, outputs: list[bytes]) -> None:
    whole = b"".join(outputs)
    left_out = len(whole) - 15
    note = b"\n[... %d bytes of output left out ...]\n" % left_out
    assert written(path, *outputs) == (whole if left_out <= 0 else whole[:10] + note + whole[-5:])


def test_worker_log_holds_little_of_much(path: Path) -> None:
    log = WorkerLog(path, head_bytes=10, tail_bytes=5)
    for _ in range(1_000):
        log.write(b"0123456789")
    assert len(log._tail) <= 20
    log.close()


def test_worker_log_that_cannot_be_made_takes_everything(tmp_path: Path) -> None:
    log = WorkerLog(tmp_path / "missing" / "worker.log")
    log.write(b"said")
    log.close()
    assert list(tmp_path.iterdir()) == []


def test_worker_log_on_a_full_disk_takes_everything() -> None:
    log = WorkerLog(Path("/dev/full"))
    log.write(b"said")
    log.write(b"said")
    log.close()
