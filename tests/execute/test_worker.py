"""The worker on its own: what it does when whoever started it is gone."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from synthetics.clock import SystemClock
from synthetics.execute import IsolatedExecutor
from tests.execute.builders import processes_of, until, write_journey

STARTER = """
import sys, threading
from pathlib import Path
from synthetics.clock import SystemClock
from synthetics.execute import IsolatedExecutor
from tests.execute.builders import an_order

file, temporary, run_id = sys.argv[1:]
executor = IsolatedExecutor(SystemClock(), temporary_folder=Path(temporary))
with executor.execute(an_order(Path(file), run_id=run_id), threading.Event()):
    pass
"""
REPOSITORY = Path(__file__).parents[2]


def test_folder_of_a_runner_and_a_worker_killed_together_is_swept_by_the_next_runner(tmp_path: Path) -> None:
    """A worker that is stopped cannot notice that its starter is gone."""
    file = write_journey(tmp_path, "reached()\nos.kill(os.getpid(), signal.SIGSTOP)")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    run_id = os.urandom(8).hex()
    command = [sys.executable, "-c", STARTER, str(file), str(temporary), run_id]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}) as starter:
        assert until((tmp_path / "reached").exists)
        everybody = processes_of(run_id)
        assert until(lambda: any(each.status() == psutil.STATUS_STOPPED for each in everybody))
        IsolatedExecutor(SystemClock(), temporary_folder=temporary)
        assert len(list(temporary.iterdir())) == 1
        starter.kill()
    for each in everybody:
        each.kill()
    psutil.wait_procs(everybody, timeout=5)
    assert len(list(temporary.iterdir())) == 1

    IsolatedExecutor(SystemClock(), temporary_folder=temporary)

    assert list(temporary.iterdir()) == []


def test_worker_ends_with_all_that_it_started_when_its_starter_is_killed(tmp_path: Path) -> None:
    child = "subprocess.Popen(['sleep', '1000'], start_new_session=True)"
    file = write_journey(tmp_path, f"{child}\nreached()\ntime.sleep(1000)")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    run_id = os.urandom(8).hex()
    command = [sys.executable, "-c", STARTER, str(file), str(temporary), run_id]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}) as starter:
        assert until((tmp_path / "reached").exists)
        everybody = processes_of(run_id)
        assert len(everybody) >= 2
        starter.kill()
    _, left = psutil.wait_procs(everybody, timeout=5)
    assert left == []
    assert list(temporary.iterdir()) == []
