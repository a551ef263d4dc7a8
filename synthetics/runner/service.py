"""The service: schedules every placement until it is told to stop, and then drains."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from enum import StrEnum
from typing import Any

import schedule

from synthetics.clock import Clock
from synthetics.errors import SyntheticsError
from synthetics.record import Kind, Reason, RunRecord, Trigger
from synthetics.runner.admission import Room
from synthetics.runner.agenda import Agenda, Due, Miss, OnSchedule
from synthetics.runner.health_desk import HealthDesk
from synthetics.runner.loop import Loop
from synthetics.runner.plan import Plan, difference
from synthetics.runner.signs import DeadMan, Signs, Watch
from synthetics.runner.story import UnwrittenError
from synthetics.runner.systemd import Notifier
from synthetics.slots import Timeline

_log = logging.getLogger(__name__)

STOPPING = Reason(code="stopping", sentence="The runner was told to stop before this slot could start.")

#: A loop that has not turned for this long is stuck; it turns at least once a second.
_STUCK_AFTER_MS = 15_000
#: How often the ledger is told that a scheduler is at work.
_WATCH_EVERY_SECONDS = 10
#: The tag of the jobs that go with the plan in force.
_OF_PLAN = "plan"


class State(StrEnum):
    """What the service is doing."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STOPPED = "stopped"


class Service:
    """Runs journeys when they are due.

    Args:
        plan: What is scheduled, and how.
        health: Makes the health checks, which take no seat.
        reread: Reads configuration and journeys anew; raises ``SyntheticsError`` with all that is wrong with them.
        clock: For waiting and for the time of slots.
        timeline: The time of slots.
        watch: Notes in the ledger what is scheduled, and that somebody is at work on it.
        notifier: Tells systemd what the service is doing.
        upkeep: The jobs of housekeeping, each with its interval in seconds; none of them runs on the loop's thread.
    """

    def __init__(  # noqa: PLR0913  the service is the sum of its parts, all passed by name
        self,
        *,
        plan: Plan,
        health: HealthDesk,
        reread: Callable[[], Plan],
        clock: Clock,
        timeline: Timeline,
        watch: Watch,
        notifier: Notifier,
        upkeep: Sequence[tuple[int, Callable[[], object]]] = (),
    ) -> None:
        self._plan = plan
        self._health = health
        self._reread = reread
        self._clock = clock
        self._notifier = notifier
        self._abort_runs = threading.Event()
        self._runners = _runners(plan.seats)
        self._clerk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")
        self._signs = Signs(watch)
        self._under_way: set[Future[Any]] = set()
        self._housekeeping = schedule.Scheduler()
        self._jobs: dict[Callable[[], object], Future[None]] = {}
        self._backlog: list[RunRecord] = []
        self._refused: Reason | None = None
        for seconds, job in [*upkeep, (1, self._write_backlog)]:
            self._housekeeping.every(seconds).seconds.do(self._keep_house, job)
        self._housekeeping.every(_WATCH_EVERY_SECONDS).seconds.do(self._note_schedule)
        self._schedule_plan()
        self._reload_asked = False
        self._reloader: threading.Thread | None = None
        self._stopper: threading.Thread | None = None
        self._loop = Loop(
            agenda=Agenda(plan.catalogue.placements, timeline.now_ms(), plan.seats),
            timeline=timeline,
            clock=clock,
            start=self._start,
            miss=self._miss,
            upkeep=self._look_after,
            room=self._room,
        )
        self.state = State.STARTING

    def run(self) -> None:
        """Dispatch until ``stop`` is called, then drain."""
        if self.state is State.STARTING:
            self.state = State.READY
            self._notifier.ready(self._plan.status)
        _log.info("event=ready journeys=%d", len(self._plan.catalogue.placements))
        self._housekeeping.run_all()  # each job once at the start, too
        try:
            self._loop.run()
        finally:
            _log.info("event=stopping under_way=%d drain_seconds=%g", self.under_way, self._plan.drain_seconds)
            self._notifier.stopping(f"Stopping; {self.under_way} runs may end by themselves.")
            self._drain()
            self.state = State.STOPPED
            _log.info("event=stopped")

    def stop(self) -> None:
        """Start nothing more and drain; a second call ends the runs under way at once. For signal handlers too."""
        if self._stopper is not None:
            self._abort_runs.set()
            return
        self.state = State.DRAINING
        # A handler must not wait for the loop's lock, which the thread that it interrupts may hold.
        self._stopper = threading.Thread(target=self._loop.stop, args=(STOPPING,), name="stop")
        self._stopper.start()

    def reload(self) -> None:
        """Read configuration and journeys anew, within a second, and go on with what they say; for signal handlers too.

        All or nothing: where something is wrong with them, everything stays as it was, and the log tells what is wrong.
        Runs under way go on to their end as they began.
        """
        self._reload_asked = True  # and nothing more: the thread that a signal interrupts may hold any lock

    @property
    def plan(self) -> Plan:
        """What is scheduled now, and how."""
        return self._plan

    @property
    def on_schedule(self) -> OnSchedule:
        """What is scheduled, since when, and up to when its slots were taken out; may be asked from any thread."""
        return self._loop.on_schedule

    @property
    def waiting(self) -> int:
        """How many due slots wait for a seat."""
        return self._loop.waiting

    @property
    def under_way(self) -> int:
        """How many runs are under way."""
        return len(self._under_way)

    def why_not_ready(self) -> str | None:
        """None when runs are being scheduled and recorded, else what is the matter."""
        if self._backlog:
            return f"The ledger cannot be written; {len(self._backlog)} records wait for it in memory."
        return None if self.state is State.READY else f"The service is {self.state}."

    def why_not_alive(self) -> str | None:
        """None while the loop turns, else what is wrong with it."""
        silent_ms = self._clock.monotonic_ms() - self._loop.last_turn_monotonic_ms
        if self.state is State.READY and silent_ms > _STUCK_AFTER_MS:
            return f"The loop has not looked at the time for {silent_ms / 1000:.0f} s."
        return None

    def _look_after(self) -> None:
        """Do what is to be done in each turn of the loop; that it comes here at all shows that the loop turns."""
        if self.why_not_alive() is None:
            self._notifier.feed_watchdog()
        if self._reload_asked and self._reloader is None:
            self._reload_asked = False
            # A daemon: reading what somebody writes may hang, and must not keep the process from ending.
            self._reloader = threading.Thread(target=self._reload, name="reload", daemon=True)
            self._reloader.start()
        self._housekeeping.run_pending()

    def _keep_house(self, job: Callable[[], object]) -> None:
        """Let the clerk do a job, unless it has not come to the last time yet: jobs must not pile up."""
        last = self._jobs.get(job)
        if last is None or last.done():
            self._jobs[job] = self._clerk.submit(_quietly, job)

    def _note_schedule(self) -> None:
        self._signs.note_if_idle(self._loop.on_schedule)

    def _schedule_plan(self) -> None:
        self._housekeeping.clear(_OF_PLAN)
        dead_man = self._plan.dead_man
        if dead_man is not None:
            self._housekeeping.every(dead_man.every_seconds).seconds.do(self._give_sign, dead_man).tag(_OF_PLAN)

    def _give_sign(self, dead_man: DeadMan) -> None:
        """Let the dead man know that the monitor lives; a loop that is stuck never comes here."""
        why_not = self.why_not_alive() or self.why_not_ready()
        self._signs.tell(dead_man, self._loop.on_schedule, why_not)

    def _room(self) -> Room:
        """How many runs the machine has room for; told when that begins to keep runs waiting, and when it ends."""
        room = self._plan.room()
        refused = None if room.starts else room.reason
        if refused is not self._refused:
            self._refused = refused
            if refused is None:
                _log.info("event=starts_allowed")
            else:
                _log.warning("event=starts_refused reason=%s", refused.code)
            self._notifier.status(self._plan.status if refused is None else f"No run can start: {refused.code}.")
        return room

    def _reload(self) -> None:
        """Read everything anew, and let the loop adopt it where it is sound."""
        _log.info("event=reloading")
        self._notifier.reloading()
        try:
            plan = self._reread()
        except SyntheticsError as error:
            _log.error("event=reload_refused kept=all\n%s", error)
        except Exception:  # noqa: BLE001  told; the service goes on as it was
            _log.exception("event=reload_broke kept=all")
        else:
            self._loop.replace(plan.catalogue.placements, plan.seats, lambda: self._adopt(plan))
            return
        self._end_reload()

    def _adopt(self, plan: Plan) -> None:
        """Go on with another plan; on the loop's thread, when what started before has been handed on."""
        before, self._plan = self._plan, plan
        self._signs.note(self._loop.on_schedule)
        if plan.seats != before.seats:
            self._runners.shutdown(wait=False)  # what it runs goes on
            self._runners = _runners(plan.seats)
        self._schedule_plan()
        _log.info("event=reloaded journeys=%d %s", len(plan.catalogue.placements), difference(before, plan))
        self._end_reload()

    def _end_reload(self) -> None:
        self._reloader = None
        if self.state is State.READY:
            self._notifier.ready(self._plan.status)

    def _start(self, due: Due) -> None:
        if due.placement.journey.kind is Kind.HEALTH:
            self._check(due)
            return
        story, abort = self._plan.story, self._abort_runs
        run = self._runners.submit(
            self._run, lambda: story.run(due.placement, due.slot_ms, Trigger.SCHEDULE, abort), due
        )
        self._under_way.add(run)
        run.add_done_callback(self._under_way.discard)

    def _check(self, due: Due) -> None:
        """Begin a health check; it tells by itself when it is over."""
        check = self._health.run(self._plan.story, due.placement, due.slot_ms, Trigger.SCHEDULE, self._abort_runs)
        self._under_way.add(check)

        def over(done: Future[tuple[RunRecord, ...]]) -> None:
            self._run(done.result, due)
            self._under_way.discard(done)

        check.add_done_callback(over)

    def _run(self, run: Callable[[], object], due: Due) -> None:
        """Make a run, or take in how it ended; whatever that was, its seat is free then."""
        try:
            run()
        except UnwrittenError as error:
            self._keep(error)
        except Exception:  # noqa: BLE001  told; one slot's bug must not end the service
            _log.exception("event=run_broke journey=%s slot_ms=%d", due.placement.journey.name, due.slot_ms)
        finally:
            self._loop.finished(due)

    def _miss(self, miss: Miss) -> None:
        self._clerk.submit(_quietly, self._record_miss, miss)

    def _record_miss(self, miss: Miss) -> None:
        try:
            self._plan.story.miss(miss.due.placement, miss.due.slot_ms, miss.reason)
        except UnwrittenError as error:
            self._keep(error)

    def _keep(self, error: UnwrittenError) -> None:
        """Keep a record that the ledger would not take, until it does."""
        self._backlog.append(error.record)
        _log.error("event=ledger_unwritable waiting=%d error=%s", len(self._backlog), error)

    def _write_backlog(self) -> None:
        """Write what waits, the oldest first, as far as the ledger takes it; the clerk alone does this."""
        while self._backlog:
            try:
                self._plan.story.settle(self._backlog[0])
            except UnwrittenError:
                return
            except Exception:  # noqa: BLE001  told; a record that can never be written must not keep the others
                _log.exception("event=record_lost run_id=%s", self._backlog[0].run_id)
            del self._backlog[0]

    def _drain(self) -> None:
        """Let runs under way end by themselves within the limit, end what is left, and write what still waits."""
        self._signs.note(self._loop.on_schedule)
        wait_for(list(self._under_way), timeout=self._plan.drain_seconds)
        self._abort_runs.set()
        wait_for(list(self._under_way))
        self._runners.shutdown(wait=True)
        if self._stopper is not None:
            self._stopper.join()
        self._clerk.submit(self._write_backlog)
        self._clerk.shutdown(wait=True)
        self._signs.close()
        for record in self._backlog:
            _log.error("event=record_lost run_id=%s record=%s", record.run_id, record.to_json())


def _runners(seats: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=seats, thread_name_prefix="run")


def _quietly(job: Callable[..., object], *arguments: object) -> None:
    """Do a job whose failure must not end the service."""
    try:
        job(*arguments)
    except Exception:  # noqa: BLE001  told, and tried again when the job is due again
        _log.exception("event=housekeeping_failed")
