"""Families that are hard to end: a supervisor that was stopped, processes that are half dead, and very many of them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

import synthetics
from synthetics.execute.processes import RUN_TAG, Family
from synthetics.execute.worker_process import END_LIMIT_S
from tests.execute.builders import everybody_of, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere orphans are the system's")

CHECKOUT = Path(synthetics.__file__).parents[1]

#: A runner with one seat, in which a run goes on until somebody ends it.
RUNNER = (
    "import pathlib, sys; from tests.execute.bench import a_bench; a_bench(pathlib.Path(sys.argv[1])).run(sys.argv[2])"
)

#: A process whose first thread has ended, and whose second one ends with its input, or after so many seconds.
HALF_DEAD = """
import ctypes, select, sys, threading
libc = ctypes.CDLL(None)
threading.Thread(target=select.select, args=([0], [], [], float(sys.argv[1]))).start()
libc.pthread_exit(None)
"""


def test_stopped_supervisor_ends_with_everybody_when_its_runner_dies(tmp_path: Path) -> None:
    """Its daemons too, of which one carries no tag; nobody of them would end without the supervisor."""
    daemons = f"setsid sleep 1000 & env -i setsid sleep 1000 & echo $! > {tmp_path}/daemon"
    script = f"trap '' INT TERM HUP; {daemons}; kill -STOP $PPID; sleep 1000"
    tag = f"test {tmp_path}"
    command = [sys.executable, "-c", RUNNER, str(tmp_path), script]
    with subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}) as runner:
        try:
            assert until(lambda: any(each.status() == psutil.STATUS_STOPPED for each in everybody_of(tag)))
            (supervisor,) = psutil.Process(runner.pid).children()
            everybody = {*everybody_of(tag), psutil.Process(int((tmp_path / "daemon").read_text()))}
            assert supervisor in everybody
            assert len(everybody) > 3
        finally:
            runner.kill()
    try:
        assert until(lambda: not any(_is_alive(each) for each in everybody), limit_s=5)
        assert os.waitpid(supervisor.pid, 0) == (
            supervisor.pid,
            0,
        )  # it ended by itself, and is ours since its runner's
        assert list((tmp_path / "tmp").iterdir()) == []
    finally:
        for each in everybody:
            with suppress(psutil.Error):
                each.kill()


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


# Processes with several threads.


@contextmanager
def half_dead(lasts_s: float) -> Iterator[tuple[psutil.Process, Family, Callable[[], None]]]:
    """A process that looks dead and is not, in a family whose worker has ended.

    Args:
        lasts_s: When its second thread ends at the latest, in seconds.

    Yields:
        The process, its family, and what lets its second thread end.
    """
    start = 'exec 3<&0; "$0" -E -c "$1" "$2" <&3 & echo $!; wait'
    with subprocess.Popen(
        ["bash", "-c", start, sys.executable, HALF_DEAD, str(lasts_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={RUN_TAG: "test of the half dead", "PATH": "/usr/bin:/bin"},
        start_new_session=True,
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        process = psutil.Process(int(worker.stdout.readline()))
        try:
            assert until(lambda: process.status() == psutil.STATUS_ZOMBIE)
            family = Family(worker.pid, "test of the half dead")
            worker.kill()
            assert until(lambda: process.ppid() == os.getpid())
            yield process, family, worker.stdin.close
        finally:
            worker.kill()
            with suppress(OSError):
                os.kill(process.pid, 9)
                os.waitpid(process.pid, 0)


def test_family_waits_for_a_process_whose_other_threads_are_about_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with half_dead(lasts_s=6) as (process, family, let_end):
        wait = psutil.wait_procs

        def let_it_end_and_wait(*arguments: Any, **options: Any) -> object:
            let_end()
            return wait(*arguments, **options)

        monkeypatch.setattr(psutil, "wait_procs", let_it_end_and_wait)
        assert family.end(limit_s=20) == ()
        assert not psutil.pid_exists(process.pid)


def test_family_s_end_is_not_held_up_by_a_process_whose_other_threads_go_on() -> None:
    with half_dead(lasts_s=6) as (_process, family, _let_end):
        started_s = time.monotonic()
        family.end(limit_s=0.3)
        assert time.monotonic() - started_s < 4


def test_family_ends_a_process_whose_other_threads_go_on() -> None:
    with half_dead(lasts_s=6) as (process, family, _let_end):
        family.end(limit_s=0.3)
        assert not psutil.pid_exists(process.pid)


# Very many.


def test_family_of_hundreds_is_ended_within_its_limit() -> None:
    """One look at the system's table has to do for all of them: a look for each takes longer than there is time."""
    many = "for ((i = 0; i < 300; i++)); do sleep 1000 & done; echo; wait"
    env = {RUN_TAG: "test of hundreds", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(["bash", "-c", many], stdout=subprocess.PIPE, env=env, start_new_session=True) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        family = Family(worker.pid, env[RUN_TAG])
        family.look()
        children = psutil.Process(worker.pid).children()
        worker.kill()
    try:
        assert len(children) == 300
        assert family.end(END_LIMIT_S) == ()
        assert not any(each.is_running() for each in children)
    finally:
        for each in children:
            with suppress(psutil.Error):
                each.kill()
