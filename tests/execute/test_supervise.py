"""Supervision: a worker is any program, and whatever it does, the supervisor returns and nobody is left."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from synthetics.clock import SystemClock
from synthetics.evidence import KillReason
from synthetics.execute import pipes
from synthetics.execute.processes import RUN_TAG
from synthetics.execute.supervise import Supervised, WorkerPlan, supervise
from tests.execute.builders import ClockFromMark, processes_of, until

SLEEP, TRUE = (shutil.which(each) or each for each in ("sleep", "true"))


def a_plan(
    folder: Path, script: str, *, order: bytes = b"{}\n", timeout_ms: int = 60_000, grace_ms: int = 100
) -> WorkerPlan:
    """A worker that runs a shell script; the pipe for events is its ``$0``."""
    return WorkerPlan(
        command=("bash", "-c", script),
        environ={"PATH": "/usr/bin:/bin", RUN_TAG: str(folder)},
        cwd=folder,
        tag=str(folder),
        order=order,
        log=folder / "worker.log",
        timeout_ms=timeout_ms,
        grace_ms=grace_ms,
    )


def supervised(plan: WorkerPlan, clock: SystemClock | None = None, stop: threading.Event | None = None) -> Supervised:
    children, descriptors = psutil.Process().children(), psutil.Process().num_fds()
    result = supervise(plan, stop or threading.Event(), clock or SystemClock())
    assert processes_of(plan.tag) == []
    assert psutil.Process().children() == children
    assert psutil.Process().num_fds() == descriptors
    return result


def test_supervise_takes_in_what_a_worker_says_and_prints(tmp_path: Path) -> None:
    script = 'read -r order; echo "said $order" >&$0; echo printed; echo wrong >&2; exit 3'
    result = supervised(a_plan(tmp_path, script, order=b"the order\n"))
    assert result.said == b"said the order\n"
    assert (tmp_path / "worker.log").read_bytes() == b"printed\nwrong\n"
    assert (result.ending.exit_code, result.ending.signal, result.ending.killed_for) == (3, None, None)


def test_supervise_tells_the_signal_that_ended_a_worker(tmp_path: Path) -> None:
    result = supervised(a_plan(tmp_path, "kill -SEGV $$"))
    assert (result.ending.exit_code, result.ending.signal, result.ending.killed_for) == (None, 11, None)


def test_supervise_gives_an_order_of_any_length(tmp_path: Path) -> None:
    order = b"x" * 1_000_000 + b"\n"
    result = supervised(a_plan(tmp_path, "read -r order; echo ${#order} >&$0", order=order))
    assert result.said == b"1000000\n"


def test_supervise_is_not_held_up_by_a_worker_that_reads_no_order(tmp_path: Path) -> None:
    assert supervised(a_plan(tmp_path, "exec <&-; exit 0", order=b"x" * 1_000_000)).ending.exit_code == 0


def test_supervise_keeps_a_workers_input_open_until_it_ends(tmp_path: Path) -> None:
    script = "read -r order; read -r -t 0.2 more; [ $? -gt 128 ] && echo open >&$0"
    assert supervised(a_plan(tmp_path, script)).said == b"open\n"


def test_supervise_keeps_a_bounded_part_of_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "EVENTS_MAX_BYTES", 100_000)
    result = supervised(a_plan(tmp_path, "head -c 5000000 /dev/zero >&$0; exit 0"))
    assert (len(result.said), result.ending.exit_code) == (100_000, 0)


def test_supervise_takes_in_what_a_dead_worker_left_in_its_pipes(tmp_path: Path) -> None:
    script = "head -c 60000 /dev/zero; head -c 60000 /dev/zero >&$0; kill -KILL $$"
    result = supervised(a_plan(tmp_path, script))
    assert (len(result.said), (tmp_path / "worker.log").stat().st_size) == (60_000, 60_000)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("exec sleep 1000 <&- >&- 2>&-", id="hangs with every pipe closed"),
        pytest.param("trap '' INT; touch reached; sleep 1000; sleep 1000", id="is deaf to SIGINT"),
        pytest.param("yes", id="prints without end"),
        pytest.param("yes >&$0", id="says without end"),
        pytest.param("(yes >&$0 &); (yes &); exec yes", id="has children that print without end"),
        pytest.param("f() { f & sleep 0.05; }; while true; do sleep 1000 & sleep 0.05; done", id="starts ever more"),
    ],
)
def test_supervise_ends_at_the_deadline_a_worker_that(tmp_path: Path, script: str) -> None:
    mark = tmp_path / "reached"
    result = supervised(a_plan(tmp_path, f"touch {mark}; {script}", timeout_ms=1), ClockFromMark(mark))
    assert result.ending.killed_for is KillReason.DEADLINE
    assert result.ending.killed_monotonic_ms is not None
    assert result.ending.duration_ms < 10_000


def test_supervise_lets_a_worker_use_its_grace(tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    script = f"trap 'echo cleaned >&$0; exit 4' INT; touch {mark}; while true; do sleep 0.01; done"
    result = supervised(a_plan(tmp_path, script, timeout_ms=1, grace_ms=10_000), ClockFromMark(mark))
    assert (result.said, result.ending.exit_code) == (b"cleaned\n", 4)
    assert result.ending.killed_for is KillReason.DEADLINE


def test_supervise_nudges_a_worker_that_may_have_missed_its_interrupt(tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    script = f"trap '' INT; trap 'echo nudged >&$0; exit 4' URG; touch {mark}; while true; do sleep 0.01; done"
    result = supervised(a_plan(tmp_path, script, timeout_ms=1, grace_ms=10_000), ClockFromMark(mark))
    assert (result.said, result.ending.exit_code) == (b"nudged\n", 4)


def test_supervise_ends_a_worker_when_told_to_stop(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    result = supervised(a_plan(tmp_path, "sleep 1000"), stop=stop)
    assert result.ending.killed_for is KillReason.STOPPED


def test_supervise_tells_why_a_worker_cannot_start(tmp_path: Path) -> None:
    plan = a_plan(tmp_path / "missing", "exit 0")
    result = supervised(plan)
    assert result.ending.could_not_start is not None
    assert "No such file or directory" in result.ending.could_not_start
    assert result.ending.exit_code is None


def test_supervise_ends_everybody_when_it_breaks_itself(tmp_path: Path) -> None:
    class BrokenClock(SystemClock):
        def monotonic_ms(self) -> int:
            if (tmp_path / "reached").exists():
                raise RuntimeError("the clock stopped")
            return super().monotonic_ms()

    with pytest.raises(RuntimeError, match="the clock stopped"):
        supervised(a_plan(tmp_path, "sleep 1000 & touch reached; sleep 1000"), BrokenClock())
    assert processes_of(str(tmp_path)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere orphans are the system's")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("(sleep 0.1 &); (setsid sleep 1000 &); exit 0", id="orphans with the tag"),
        pytest.param("(env -i sleep 1000 &); exit 0", id="an orphan without the tag in the worker's session"),
        pytest.param("(true &); (true &); sleep 0.1; exit 0", id="orphans that are dead already"),
        pytest.param(
            "env -i setsid sleep 1000 & sleep 0.8; kill -KILL $$",
            id="a daemon without the tag that was seen while its parent lived",
        ),
    ],
)
def test_supervise_ends_and_reaps(tmp_path: Path, script: str) -> None:
    supervised(a_plan(tmp_path, script))


def test_supervise_touches_no_stranger(tmp_path: Path) -> None:
    other_run = {RUN_TAG: f"{tmp_path}-other", "PATH": "/usr/bin:/bin"}
    with (
        subprocess.Popen([SLEEP, "1000"], start_new_session=True) as child,
        subprocess.Popen([SLEEP, "1000"], env=other_run) as other,
        subprocess.Popen([TRUE], start_new_session=True) as dead,
    ):
        supervise(a_plan(tmp_path, "(sleep 1000 &); exit 0"), threading.Event(), SystemClock())
        assert (child.poll(), other.poll()) == (None, None)
        assert dead.wait() == 0
        child.kill()
        other.kill()


def test_supervise_touches_no_older_process_of_the_same_tag(tmp_path: Path) -> None:
    older = {RUN_TAG: str(tmp_path), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([SLEEP, "1000"], env=older) as child:
        long_enough_s = time.monotonic() + 0.1
        assert until(lambda: time.monotonic() > long_enough_s)
        supervise(a_plan(tmp_path, "exit 0"), threading.Event(), SystemClock())
        assert child.poll() is None
        child.kill()
