"""Running small journeys; meanwhile orphans are this process's to reap, and nobody's business here afterwards."""

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from synthetics.clock import SystemClock
from synthetics.evidence import Event, Evidence, WorkerEnding
from synthetics.execute.folders import file_sizes
from synthetics.execute.order import Order
from synthetics.execute.processes import adopt_orphans
from synthetics.execute.recycling import WorkerLimits
from synthetics.execute.seat import SUPERVISOR
from synthetics.execute.seats import SeatedExecutor
from synthetics.judge import judge
from synthetics.worker import RecycleReason, Worker
from tests.execute import marked_supervisor
from tests.execute.bench import Bench, a_bench, clear_away
from tests.execute.builders import an_order, everybody_of, until, write_journey

_PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture(autouse=True)
def orphans_are_ours() -> Iterator[None]:
    adopt_orphans()
    yield
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A run that is over."""

    evidence: Evidence
    output: Path
    files: dict[str, int]
    log: str
    worker: Worker

    @property
    def ending(self) -> WorkerEnding:
        assert self.evidence.ending is not None
        return self.evidence.ending

    @property
    def verdict(self) -> tuple[str, ...]:
        judgement = judge(self.evidence)
        return (judgement.outcome, judgement.fault, *(each.code for each in judgement.reasons))

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(each.title, str(each.status)) for each in self.evidence.steps]


@dataclass(kw_only=True)
class Monitor:
    """An executor with a name and a folder of its own.

    Attributes:
        executor: What makes the runs.
        owner: What stands in the environment of all its processes.
        temporary: Where all its private folders are.
    """

    executor: SeatedExecutor
    owner: str
    temporary: Path

    def everybody(self) -> list[psutil.Process]:
        """All its supervisors, and whatever came of them."""
        return everybody_of(self.owner)

    def run(self, order: Order, stop: threading.Event | None = None) -> Ran:
        """Make a run."""
        with self.executor.execute(order, stop or threading.Event()) as execution:
            log = execution.output / "worker.log"
            return Ran(
                evidence=execution.evidence,
                output=execution.output,
                files=file_sizes(execution.output),
                log=log.read_text(errors="replace") if log.exists() else "",
                worker=execution.worker,
            )

    def run_journey(self, file: Path, *, on_event: Callable[[Event], None] = lambda _event: None) -> Ran:
        """Make a run of the journey in a file."""
        return self.run(replace(an_order(file, grace_ms=10_000), on_event=on_event))

    def close(self) -> None:
        """End it, and see to it that nobody and nothing of it is left."""
        children = [each for each in psutil.Process().children() if each not in self.everybody()]
        self.executor.close()
        assert self.everybody() == []
        assert psutil.Process().children() == children
        assert list(self.temporary.iterdir()) == []


def a_monitor(
    folder: Path,
    *,
    limits: WorkerLimits | None = None,
    isolated: bool = False,
    supervisor: tuple[str, ...] = SUPERVISOR,
) -> Monitor:
    """A monitor; whoever asks for it closes it."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    owner = f"tests {os.getpid()} in {folder}"
    executor = SeatedExecutor(
        SystemClock(),
        owner=owner,
        is_gone=lambda _words: False,
        limits=limits,
        isolated=isolated,
        temporary_folder=temporary,
        supervisor=supervisor,
    )
    return Monitor(executor=executor, owner=owner, temporary=temporary)


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    """A monitor whose seat, and its worker where that may stay, serve all tests of a module."""
    shared = a_monitor(tmp_path_factory.mktemp("monitor"))
    yield shared
    shared.close()


Runs = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monitor: Monitor) -> Runs:
    """Run a small journey, and see to it that nothing is left of it but a worker that may stay."""

    def go(
        body: str,
        *,
        before: str = "",
        mark: Path | None = None,
        grace_ms: int = 10_000,
        stop: threading.Event | None = None,
    ) -> Ran:
        file = write_journey(tmp_path, body, before=before)
        order = an_order(file, timeout_ms=60_000 if mark is None else 1, grace_ms=grace_ms)
        if mark is not None:
            own = a_monitor(tmp_path, supervisor=marked_supervisor.command(mark))
            ran = own.run(order, stop)
            own.close()
            return ran
        ran = monitor.run(order, stop)
        assert until(lambda: not list(monitor.temporary.glob(f"*{order.assignment.run_id}*")))
        if ran.worker.recycled_for not in {None, RecycleReason.CHANGED}:
            assert until(lambda: list(monitor.temporary.iterdir()) == [], limit_s=10)
            assert until(lambda: len(monitor.everybody()) == 1, limit_s=10), monitor.everybody()
        return ran

    return go


@pytest.fixture
def deadline(tmp_path: Path) -> Path:
    """A file with which the deadline comes, which it does when the journey calls ``reached()``."""
    return tmp_path / "reached"


# Seats whose workers are scripts.


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = a_bench(tmp_path_factory.mktemp("bench"))
    yield bench
    clear_away(bench)


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    """A bench that others have used, at which nobody is left before and after."""
    shared.heard.clear()
    shared.printed = b""
    yield shared
    shared.seat.dismiss()
    if shared.seat.is_there:
        assert until(shared.nobody_is_left, limit_s=10), everybody_of(shared.seat.tag)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Bench]:
    """A bench whose supervisor is its own."""
    bench = a_bench(tmp_path)
    children, descriptors = psutil.Process().children(), psutil.Process().num_fds()
    yield bench
    clear_away(bench)
    # Another test's may have ended meanwhile.
    assert set(psutil.Process().children()) <= set(children)
    assert psutil.Process().num_fds() <= descriptors


@pytest.fixture
def at_mark(tmp_path: Path) -> Iterator[Bench]:
    """A bench whose time stands still until the file ``reached`` is there."""
    bench = a_bench(tmp_path, marked_supervisor.command(tmp_path / "reached"))
    yield bench
    clear_away(bench)
