"""Everybody goes when whoever started them goes, however that happens; and warm workers, as the service has them."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from synthetics.clock import SystemClock
from synthetics.execute import seat as seat_module
from synthetics.execute.recycling import WorkerLimits, why_recycle
from synthetics.execute.seats import SeatedExecutor
from synthetics.execute.wire import Report
from synthetics.worker import RecycleReason
from tests.execute.builders import OPEN_SITE, an_order, everybody_of, until, write_journey
from tests.execute.conftest import Monitor, a_monitor

STARTER = """
import sys, threading
from pathlib import Path
from synthetics.clock import SystemClock
from synthetics.execute.seats import SeatedExecutor
from tests.execute.builders import OPEN_SITE, an_order

file, temporary, owner = sys.argv[1:]
executor = SeatedExecutor(
    SystemClock(), owner=owner, is_gone=lambda _words: False, temporary_folder=Path(temporary)
)
with executor.execute(an_order(Path(file)), threading.Event()):
    pass
"""
REPOSITORY = Path(__file__).parents[2]
BROWSE = f'page = request.getfixturevalue("page")\n{OPEN_SITE}'
WALK = "with step('Open'):\n    pass\nwith step('Look'):\n    pass\n"


def start(tmp_path: Path, body: str) -> tuple["subprocess.Popen[bytes]", Path, str]:
    """Start a runner in a process of its own, and wait until its journey has called ``reached()``."""
    file = write_journey(tmp_path, body)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    owner = f"runner {tmp_path}"
    command = [sys.executable, "-c", STARTER, str(file), str(temporary), owner]
    runner = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)})
    assert until((tmp_path / "reached").exists)
    return runner, temporary, owner


def test_everybody_is_gone_soon_after_a_runner_that_was_killed(tmp_path: Path) -> None:
    runner, temporary, owner = start(
        tmp_path, f"{BROWSE}subprocess.Popen(['sleep', '1000'], start_new_session=True)\nreached()\ntime.sleep(1000)"
    )
    with runner:
        everybody = everybody_of(owner)
        names = {each.name()[:5] for each in everybody}
        assert names & {"node", "node-"}
        assert "sleep" in names
        runner.kill()
    _, left = psutil.wait_procs(everybody, timeout=3)
    assert left == []
    assert list(temporary.iterdir()) == []


def test_what_a_runner_killed_with_its_supervisor_has_left_ends_with_the_next_runner(tmp_path: Path) -> None:
    runner, temporary, owner = start(
        tmp_path, "subprocess.Popen(['sleep', '1000'], start_new_session=True)\nreached()\ntime.sleep(1000)"
    )
    with runner:
        everybody = everybody_of(owner)
        (supervisor,) = [each for each in everybody if each.ppid() == runner.pid]
        (worker,) = supervisor.children()
        (sleeper,) = [each for each in worker.children() if each.name() == "sleep"]
        runner.send_signal(signal.SIGSTOP)
        supervisor.kill()
        assert until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, limit_s=3)
        runner.kill()
    assert sleeper.is_running()
    assert len(list(temporary.iterdir())) == 2

    SeatedExecutor(SystemClock(), owner="me", is_gone=lambda _words: False, temporary_folder=tmp_path)
    assert sleeper.is_running()  # it is the next one of the same machine that knows who is gone
    SeatedExecutor(SystemClock(), owner="me", is_gone=owner.__eq__, temporary_folder=temporary)

    _, left = psutil.wait_procs(everybody, timeout=3)
    assert left == []
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", ["KILL", "STOP"])
def test_a_run_whose_supervisor_is_lost_has_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setattr(seat_module, "_SLACK_MS", 1_000)
    monitor = a_monitor(tmp_path)
    kill = f"os.kill(os.getppid(), signal.SIG{number})"
    lost = f"if not os.path.exists(REACHED):\n    reached()\n    {kill}\n    time.sleep(1000)"
    file = write_journey(tmp_path, f"{BROWSE}{lost}\n{WALK}")
    order = an_order(file, timeout_ms=8_000)
    ran = monitor.run(order)
    assert ran.ending.supervisor_lost is not None
    assert ran.verdict == ("errored", "monitor", "supervisor_lost")
    assert ran.worker.recycled_for is not None
    assert monitor.everybody() == []
    assert list(monitor.temporary.iterdir()) == []
    assert monitor.run_journey(file).verdict == ("passed", "none")
    monitor.close()


@pytest.mark.parametrize(
    ("report", "facts", "why"),
    [
        pytest.param({}, {}, None, id="nothing speaks against it"),
        pytest.param({"runs_before": 8}, {}, None, id="one run is left"),
        pytest.param({"runs_before": 9}, {}, RecycleReason.RUNS, id="that was its last run"),
        pytest.param({}, {"age_ms": 1_000}, RecycleReason.AGE, id="it is old"),
        pytest.param({"memory_bytes": 1_000}, {}, None, id="it holds all that it may"),
        pytest.param({"memory_bytes": 1_001}, {}, RecycleReason.MEMORY, id="it holds more than it may"),
        pytest.param({"leaked": ("thread: t",)}, {}, RecycleReason.LEAKED, id="something was left in it"),
        pytest.param({"worker_stays": False}, {}, RecycleReason.DIED, id="it has ended"),
        pytest.param({"worker_stays": False}, {"passed": False}, RecycleReason.NOT_PASSED, id="its run failed"),
        pytest.param({"worker_stays": False}, {"isolated": True}, RecycleReason.ISOLATED, id="it was for one run"),
    ],
)
def test_worker_is_recycled_because(report: dict[str, Any], facts: dict[str, Any], why: object) -> None:
    values: dict[str, Any] = {"worker_stays": True, **report}
    given: dict[str, Any] = {"passed": True, "isolated": False, "age_ms": 0, **facts}
    limits = WorkerLimits(runs=10, age_ms=1_000, memory_bytes=1_000)
    assert why_recycle(Report(**values), limits, **given) is why


def recycling(monitor: Monitor, file: Path) -> tuple[int, RecycleReason | None]:
    ran = monitor.run_journey(file)
    return ran.worker.runs_before, ran.worker.recycled_for


def test_workers_are_recycled_after_their_runs_and_when_sources_change(tmp_path: Path) -> None:
    file = write_journey(tmp_path, f"from journeys.fake import page_object\nprint(page_object.WORD)\n{WALK}")
    page_object = file.with_name("page_object.py")
    page_object.write_text("WORD = 'one'\n")
    monitor = a_monitor(tmp_path, limits=WorkerLimits(runs=2))
    assert recycling(monitor, file) == (0, None)
    page_object.write_text("WORD = 'another'\n")
    ran = monitor.run_journey(file)
    assert (ran.worker.runs_before, ran.worker.recycled_for) == (0, RecycleReason.CHANGED)
    assert "another" in ran.log
    assert recycling(monitor, file) == (1, RecycleReason.RUNS)
    page_object.write_text("WORD = 'yet another'\n")
    assert recycling(monitor, file) == (0, None)  # no worker was outdated: none was left
    monitor.close()


def test_an_isolated_executor_gives_each_run_a_worker(tmp_path: Path) -> None:
    file = write_journey(tmp_path, WALK)
    monitor = a_monitor(tmp_path, isolated=True)
    assert [recycling(monitor, file) for _ in range(2)] == [(0, RecycleReason.ISOLATED)] * 2
    monitor.close()


def test_what_a_supervisor_leaves_that_is_killed_while_nothing_runs_is_put_away(tmp_path: Path) -> None:
    file = write_journey(tmp_path, WALK)
    monitor = a_monitor(tmp_path)
    monitor.executor.prepare([an_order(file)])
    assert until(lambda: browsers_of(monitor) != set())
    (supervisor,) = [each for each in monitor.everybody() if each.ppid() == os.getpid()]
    everybody = [supervisor, *supervisor.children(recursive=True)]
    supervisor.kill()
    assert until(lambda: supervisor.status() == psutil.STATUS_ZOMBIE)

    def nobody_is_left() -> bool:
        monitor.executor.tend()
        return not any(each.is_running() for each in everybody)

    assert until(nobody_is_left)
    assert list(monitor.temporary.iterdir()) == []
    assert monitor.run_journey(file).verdict == ("passed", "none")
    monitor.close()


def test_the_folder_of_a_supervisor_that_is_killed_between_two_runs_goes_with_the_next(tmp_path: Path) -> None:
    file = write_journey(tmp_path, WALK)
    monitor = a_monitor(tmp_path)
    monitor.run_journey(file)
    (left,) = monitor.temporary.glob("synthetics-w-*")
    (supervisor,) = [each for each in monitor.everybody() if each.ppid() == os.getpid()]
    supervisor.kill()
    assert until(lambda: supervisor.status() == psutil.STATUS_ZOMBIE)

    assert monitor.run_journey(file).verdict == ("passed", "none")

    assert not left.exists()
    monitor.close()


def browsers_of(monitor: Monitor) -> set[int]:
    return {each.pid for each in monitor.everybody() if each.name().startswith(("chrom", "headless"))}


def test_a_warm_worker_makes_its_first_run_in_a_browser_that_is_there(tmp_path: Path) -> None:
    file = write_journey(tmp_path, f"{BROWSE}{WALK}")
    monitor = a_monitor(tmp_path)
    monitor.executor.prepare([an_order(file)])
    assert monitor.executor.numbers().workers == 1
    assert until(lambda: monitor.executor.numbers().browser_processes > 0)
    assert not (tmp_path / "reached").exists()
    assert until(lambda: browsers_of(monitor) != set())
    before = browsers_of(monitor)
    busy: set[int] = set()
    ran = monitor.run_journey(file, on_event=lambda _event: busy.add(monitor.executor.numbers().busy))
    assert ran.verdict == ("passed", "none"), ran.log
    assert (ran.worker.runs_before, busy) == (0, {1})
    assert before & browsers_of(monitor)
    numbers = monitor.executor.numbers()
    assert (numbers.busy, numbers.workers) == (0, 1)
    assert 100_000_000 < numbers.memory_bytes < 1_000_000_000
    monitor.close()
    assert monitor.executor.numbers().workers == 0
