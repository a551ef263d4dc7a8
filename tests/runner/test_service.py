"""The service: what an earlier runner left is settled, runs under way are drained, and one bad run ends nothing."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synthetics.clock import SystemClock
from synthetics.errors import StorageError
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunRecord
from synthetics.runner.service import Service, State
from synthetics.slots import Timeline
from tests.builders import a_catalogue, a_placement
from tests.runner.stories import PASSED, HeldExecutor, a_story

EVERY_MS = 200


class Running:
    """A service in a thread of its own, due five times a second."""

    def __init__(
        self,
        tmp_path: Path,
        ledger: Ledger,
        executor: HeldExecutor,
        *,
        drain_seconds: float = 10,
        upkeep_seconds: int = 1,
    ) -> None:
        self.published: list[RunRecord] = []
        self.jobs_done = 0
        clock = SystemClock()
        self.service = Service(
            catalogue=a_catalogue(a_placement(every_ms=EVERY_MS)),
            story=a_story(tmp_path, ledger, executor, self.published),
            clock=clock,
            timeline=Timeline(clock),
            seats=1,
            drain_seconds=drain_seconds,
            upkeep=[(upkeep_seconds, self._job)],
        )
        self.thread = threading.Thread(target=self.service.run)

    def _job(self) -> None:
        self.jobs_done += 1
        raise OSError("a job that fails is told and tried again")

    def end(self) -> None:
        self.service.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()


def until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_service_runs_slots_settles_each_and_does_its_upkeep(tmp_path: Path, ledger: Ledger) -> None:
    running = Running(tmp_path, ledger, HeldExecutor(PASSED))
    assert running.service.why_not_ready() == "The service is starting."
    running.thread.start()
    until(lambda: len(running.published) >= 5 and running.jobs_done >= 2)
    assert running.service.why_not_ready() is None
    assert running.service.why_not_alive() is None

    running.end()

    assert running.service.state is State.STOPPED
    assert ledger.open_slots() == ()
    slots = [record.slot_ms for record in ledger.runs() if record.counts]
    assert len(set(slots)) == len(slots)
    assert set(range(min(slots), max(slots) + 1, EVERY_MS)) == set(slots), "no slot is left out"


def test_service_does_its_upkeep_once_at_the_start(tmp_path: Path, ledger: Ledger) -> None:
    running = Running(tmp_path, ledger, HeldExecutor(PASSED), upkeep_seconds=3_600)
    running.thread.start()
    until(lambda: running.jobs_done == 1)
    running.end()


def test_service_waits_for_the_run_under_way_when_it_is_stopped(tmp_path: Path, ledger: Ledger) -> None:
    go_on = threading.Event()
    executor = HeldExecutor(PASSED, lambda _stop: go_on.wait(20))
    running = Running(tmp_path, ledger, executor)
    running.thread.start()
    until(lambda: bool(executor.orders))

    running.service.stop()
    until(lambda: running.service.state is State.DRAINING)
    go_on.set()
    running.thread.join(20)

    ran = [record for record in ledger.runs() if record.outcome is Outcome.PASSED]
    assert len(ran) == 1
    assert ledger.open_slots() == ()


def test_service_ends_runs_that_outlast_the_drain(tmp_path: Path, ledger: Ledger) -> None:
    executor = HeldExecutor(PASSED, lambda stop: stop.wait(20))
    running = Running(tmp_path, ledger, executor, drain_seconds=0.1)
    running.thread.start()
    until(lambda: bool(executor.orders))

    running.end()

    assert ledger.open_slots() == ()


def test_service_that_is_stopped_twice_ends_its_runs_at_once(tmp_path: Path, ledger: Ledger) -> None:
    executor = HeldExecutor(PASSED, lambda stop: stop.wait(20))
    running = Running(tmp_path, ledger, executor, drain_seconds=60)
    running.thread.start()
    until(lambda: bool(executor.orders))

    running.service.stop()
    running.end()

    assert ledger.open_slots() == ()


def test_service_loses_no_slot_while_the_ledger_cannot_be_written(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running(tmp_path, ledger, HeldExecutor(PASSED))
    locked = threading.Event()
    claim, write = ledger.claim, ledger.write

    def unless_locked(do: Callable[..., bool]) -> Callable[..., bool]:
        def maybe(*arguments: Any) -> bool:
            if locked.is_set():
                raise StorageError("the ledger is locked")
            return do(*arguments)

        return maybe

    monkeypatch.setattr(ledger, "claim", unless_locked(claim))
    monkeypatch.setattr(ledger, "write", unless_locked(write))
    running.thread.start()
    until(lambda: len(running.published) >= 2)
    locked.set()
    until(lambda: (running.service.why_not_ready() or "").startswith("The ledger cannot be written; 3"))
    locked.clear()
    until(lambda: running.service.why_not_ready() is None)
    running.end()

    slots = [record.slot_ms for record in ledger.runs() if record.counts]
    assert set(range(min(slots), max(slots) + 1, EVERY_MS)) == set(slots), "no slot is left out"
    assert {record.reasons[0].code for record in ledger.runs(outcomes=[Outcome.MISSED])} >= {"ledger_unwritable"}
