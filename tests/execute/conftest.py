"""Running small journeys; meanwhile orphans are this process's to reap, and nobody's business here afterwards."""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from synthetics.clock import SystemClock
from synthetics.evidence import Evidence, WorkerEnding
from synthetics.execute import IsolatedExecutor
from synthetics.execute.folders import file_sizes
from synthetics.execute.processes import adopt_orphans
from synthetics.judge import judge
from tests.execute.builders import ClockFromMark, an_order, processes_of, write_journey

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


Runs = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run a small journey, and see to it that nothing is left of it."""

    def go(
        body: str,
        *,
        before: str = "",
        clock: SystemClock | None = None,
        grace_ms: int = 10_000,
        stop: threading.Event | None = None,
    ) -> Ran:
        file = write_journey(tmp_path, body, before=before)
        order = an_order(file, timeout_ms=60_000 if clock is None else 1, grace_ms=grace_ms)
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        executor = IsolatedExecutor(clock or SystemClock(), temporary_folder=temporary)
        children = psutil.Process().children()
        with executor.execute(order, stop or threading.Event()) as execution:
            log = execution.output / "worker.log"
            ran = Ran(
                evidence=execution.evidence,
                output=execution.output,
                files=file_sizes(execution.output),
                log=log.read_text(errors="replace") if log.exists() else "",
            )
        assert list(temporary.iterdir()) == []
        assert processes_of(order.assignment.run_id) == []
        assert psutil.Process().children() == children
        return ran

    return go


@pytest.fixture
def deadline(tmp_path: Path) -> ClockFromMark:
    """A clock by which the deadline comes when the journey calls ``reached()``."""
    return ClockFromMark(tmp_path / "reached")
