"""The service: what an earlier runner left is settled, runs under way are drained, and one bad run ends nothing."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from synthetics.clock import SystemClock
from synthetics.errors import ConfigurationError, Problem, StorageError
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunRecord
from synthetics.runner.admission import NO_MEMORY, UNBOUNDED, Room
from synthetics.runner.agenda import OnSchedule
from synthetics.runner.health_desk import HealthDesk
from synthetics.runner.plan import Plan
from synthetics.runner.service import Service, State
from synthetics.runner.signs import DeadMan
from synthetics.runner.systemd import Notifier
from synthetics.slots import Timeline
from tests.builders import a_catalogue, a_placement
from tests.runner.stories import PASSED, HeldExecutor, a_story

EVERY_MS = 200


class Running:
    """A service in a thread of its own, due five times a second."""

    def __init__(  # noqa: PLR0913  what tests change of a service, by name
        self,
        tmp_path: Path,
        ledger: Ledger,
        executor: HeldExecutor,
        *,
        drain_seconds: float = 10,
        upkeep_seconds: int = 1,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.published: list[RunRecord] = []
        self.jobs_done = 0
        clock = SystemClock()
        self.watched: list[OnSchedule] = []
        self.rereads: list[Plan | Exception] = []
        self.plan = Plan(
            catalogue=a_catalogue(a_placement(every_ms=EVERY_MS)),
            story=a_story(tmp_path, ledger, executor, self.published),
            seats=1,
            drain_seconds=drain_seconds,
            room=lambda: self.room,
            dead_man=DeadMan(every_seconds=1, tell=self._hear),
        )
        self.room = UNBOUNDED
        self.signs_heard = 0
        self.ledger_error: StorageError | None = None
        self.service = Service(
            plan=self.plan,
            health=cast("HealthDesk", None),  # no health journey is in the plan
            reread=self._reread,
            clock=clock,
            timeline=Timeline(clock),
            watch=self._watch,
            notifier=Notifier(environ or {}, clock, os.getpid()),
            upkeep=[(upkeep_seconds, self._job)],
        )
        self.thread = threading.Thread(target=self.service.run)

    def _job(self) -> None:
        self.jobs_done += 1
        raise OSError("a job that fails is told and tried again")

    def _watch(self, on_schedule: OnSchedule) -> None:
        if self.ledger_error is not None:
            raise self.ledger_error
        self.watched.append(on_schedule)

    def _hear(self) -> None:
        self.signs_heard += 1

    def _reread(self) -> Plan:
        plan = self.rereads.pop(0)
        if isinstance(plan, Exception):
            raise plan
        return plan

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
    executor = HeldExecutor(PASSED, meanwhile=lambda _stop: go_on.wait(20))
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
    executor = HeldExecutor(PASSED, meanwhile=lambda stop: stop.wait(20))
    running = Running(tmp_path, ledger, executor, drain_seconds=0.1)
    running.thread.start()
    until(lambda: bool(executor.orders))

    running.end()

    assert ledger.open_slots() == ()


def test_service_that_is_stopped_twice_ends_its_runs_at_once(tmp_path: Path, ledger: Ledger) -> None:
    executor = HeldExecutor(PASSED, meanwhile=lambda stop: stop.wait(20))
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


def other_plan(running: Running, tmp_path: Path, ledger: Ledger, name: str, seats: int = 2) -> Plan:
    """A plan with another journey, whose runs are told apart by who publishes them."""
    story = replace(running.plan.story, grace_ms=3_000)
    catalogue = a_catalogue(a_placement(name, every_ms=EVERY_MS))
    return replace(running.plan, catalogue=catalogue, story=story, seats=seats)


def test_service_goes_on_with_what_was_read_anew_and_lets_the_run_under_way_end_as_it_began(
    tmp_path: Path, ledger: Ledger
) -> None:
    go_on = threading.Event()
    executor = HeldExecutor(PASSED, meanwhile=lambda _stop: go_on.wait(20))
    running = Running(tmp_path, ledger, executor)
    running.rereads = [other_plan(running, tmp_path, ledger, "ihub.create_flow")]
    running.thread.start()
    until(lambda: len(executor.orders) == 1)

    running.service.reload()
    until(lambda: len(executor.orders) >= 2)  # the new seat, while the old run is still under way
    assert {record.outcome for record in running.published} <= {Outcome.MISSED}, "it overlaps itself meanwhile"
    go_on.set()
    until(lambda: len([each for each in running.published if each.outcome is Outcome.PASSED]) >= 3)
    running.end()

    assert [order.grace_ms for order in executor.orders[:2]] == [2_000, 3_000]
    by_journey = {
        name: [r for r in ledger.runs() if r.journey == name] for name in ("ihub.run_flow", "ihub.create_flow")
    }
    old, new = by_journey["ihub.run_flow"], by_journey["ihub.create_flow"]
    assert [each.outcome for each in old if each.outcome is not Outcome.MISSED] == [Outcome.PASSED]
    assert max(each.slot_ms for each in old) <= min(each.slot_ms for each in new) + EVERY_MS
    assert ledger.open_slots() == ()
    assert {each.placements[0].journey.name for each in running.watched} == {"ihub.run_flow", "ihub.create_flow"}


def test_service_keeps_everything_where_what_was_read_anew_is_broken(
    tmp_path: Path, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    running = Running(tmp_path, ledger, HeldExecutor(PASSED))
    problems = [Problem("synthetics.toml", "web.port", "it is odd", "Mend it."), Problem("a.py", "line 1", "so", "Do.")]
    running.rereads = [ConfigurationError(problems), RuntimeError("a bug of ours")]
    running.thread.start()
    until(lambda: len(running.published) >= 1)

    running.service.reload()
    until(lambda: "event=reload_refused kept=all" in caplog.text)
    running.service.reload()
    until(lambda: "event=reload_broke kept=all" in caplog.text)
    ran = len(running.published)
    until(lambda: len(running.published) >= ran + 3)
    running.end()

    assert all(str(problem) in caplog.text for problem in problems)
    assert running.service.plan is running.plan
    slots = [record.slot_ms for record in ledger.runs() if record.counts]
    assert set(range(min(slots), max(slots) + 1, EVERY_MS)) == set(slots), "no slot is left out"


def test_service_starts_nothing_without_room_and_tells_once_each_time(
    tmp_path: Path, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    running = Running(tmp_path, ledger, HeldExecutor(PASSED))
    running.room = Room(starts=0, reason=NO_MEMORY)
    running.thread.start()
    until(lambda: len(running.published) >= 2)
    assert {(record.outcome, record.reasons) for record in running.published} == {(Outcome.MISSED, (NO_MEMORY,))}
    running.room = UNBOUNDED
    until(lambda: any(record.outcome is Outcome.PASSED for record in running.published))
    running.end()

    assert caplog.text.count("event=starts_refused reason=no_memory") == 1
    assert caplog.text.count("event=starts_allowed") == 1


def test_service_tells_the_dead_man_only_while_its_ledger_can_be_written(
    tmp_path: Path, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running(tmp_path, ledger, HeldExecutor(PASSED))
    running.thread.start()
    until(lambda: running.signs_heard == 1)
    running.ledger_error = StorageError("the ledger is locked\n  Unlock it.")
    until(lambda: "event=dead_man_silent why='the ledger is locked'" in caplog.text)
    running.end()

    assert running.signs_heard <= 2


def test_service_tells_no_dead_man_and_feeds_no_watchdog_while_its_loop_is_stuck(
    tmp_path: Path, ledger: Ledger, notices: socket.socket
) -> None:
    running = Running(
        tmp_path,
        ledger,
        HeldExecutor(PASSED),
        environ={"NOTIFY_SOCKET": notices.getsockname(), "WATCHDOG_USEC": "2000"},
    )
    stuck, go_on, was_stuck = threading.Event(), threading.Event(), threading.Event()

    def room() -> Room:
        if stuck.is_set():
            was_stuck.set()
            go_on.wait(20)
        return UNBOUNDED

    object.__setattr__(running.plan, "room", room)
    running.thread.start()
    until(lambda: running.signs_heard >= 1)
    stuck.set()
    assert was_stuck.wait(20)
    while drained(notices):
        pass
    heard = running.signs_heard

    # Whatever else goes on, both come from the loop alone: nothing is on the way while that does not turn.
    assert running.service._signs._is_idle("tell")
    assert not drained(notices)
    assert running.signs_heard == heard
    go_on.set()
    stuck.clear()
    until(lambda: drained(notices) == "WATCHDOG=1")
    running.end()


def test_service_tells_systemd_what_it_does(tmp_path: Path, ledger: Ledger, notices: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": notices.getsockname()}
    running = Running(tmp_path, ledger, HeldExecutor(PASSED), environ=environ)
    running.rereads = [other_plan(running, tmp_path, ledger, "ihub.create_flow"), ConfigurationError(())]
    running.thread.start()
    heard = [notices.recv(4_096).decode()]
    for _ in range(2):
        running.service.reload()
        heard += [notices.recv(4_096).decode(), notices.recv(4_096).decode()]
    running.end()
    heard.append(notices.recv(4_096).decode())

    firsts = [notice.partition("\n")[0] for notice in heard]
    assert firsts == ["READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]
    assert heard[0] == "READY=1\nSTATUS=Running 1 journey in 1 seat."
    assert heard[2] == heard[4] == "READY=1\nSTATUS=Running 1 journey in 2 seats."


def drained(notices: socket.socket) -> str:
    """One notice that is there already; nothing where there is none."""
    notices.settimeout(0)
    try:
        return notices.recv(4_096).decode()
    except BlockingIOError:
        return ""
    finally:
        notices.settimeout(20)
