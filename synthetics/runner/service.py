"""The service: schedules every placement until it is told to stop, and then drains."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from enum import StrEnum

import schedule

from synthetics.catalogue import Catalogue
from synthetics.clock import Clock
from synthetics.record import Reason, RunRecord, Trigger
from synthetics.runner.agenda import Agenda, Due, Miss
from synthetics.runner.loop import Loop
from synthetics.runner.story import Story, UnwrittenError
from synthetics.slots import Timeline

_log = logging.getLogger(__name__)

STOPPING = Reason(code="stopping", sentence="The runner was told to stop before this slot could start.")

#: A loop that has not turned for this long is stuck; it turns at least once a second.
_STUCK_AFTER_MS = 15_000


class State(StrEnum):
    """What the service is doing."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STOPPED = "stopped"


class Service:
    """Runs journeys when they are due.

    Args:
        catalogue: The journeys on their targets.
        story: Makes the record of a slot.
        clock: For waiting and for the time of slots.
        timeline: The time of slots.
        seats: How many runs may go on at once.
        drain_seconds: How long runs under way may go on after ``stop``.
        upkeep: The jobs of housekeeping, each with its interval in seconds; none of them runs on the loop's thread.
    """

    def __init__(  # noqa: PLR0913  the service is the sum of its parts, all passed by name
        self,
        *,
        catalogue: Catalogue,
        story: Story,
        clock: Clock,
        timeline: Timeline,
        seats: int,
        drain_seconds: float,
        upkeep: Sequence[tuple[int, Callable[[], object]]] = (),
    ) -> None:
        self._catalogue = catalogue
        self._story = story
        self._clock = clock
        self._drain_seconds = drain_seconds
        self._abort_runs = threading.Event()
        self._runners = ThreadPoolExecutor(max_workers=seats, thread_name_prefix="run")
        self._clerk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")
        self._under_way: set[Future[None]] = set()
        self._housekeeping = schedule.Scheduler()
        self._jobs: dict[Callable[[], object], Future[None]] = {}
        self._backlog: list[RunRecord] = []
        for seconds, job in [*upkeep, (1, self._write_backlog)]:
            self._housekeeping.every(seconds).seconds.do(self._keep_house, job)
        self._stopper: threading.Thread | None = None
        self._loop = Loop(
            agenda=Agenda(catalogue.placements, timeline.now_ms(), seats),
            timeline=timeline,
            clock=clock,
            start=self._start,
            miss=self._miss,
            upkeep=self._housekeeping.run_pending,
        )
        self.state = State.STARTING

    def run(self) -> None:
        """Dispatch until ``stop`` is called, then drain."""
        if self.state is State.STARTING:
            self.state = State.READY
        _log.info("event=ready journeys=%d", len(self._catalogue.placements))
        self._housekeeping.run_all()  # each job once at the start, too
        try:
            self._loop.run()
        finally:
            _log.info("event=stopping under_way=%d drain_seconds=%g", len(self._under_way), self._drain_seconds)
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

    def _keep_house(self, job: Callable[[], object]) -> None:
        """Let the clerk do a job, unless it has not come to the last time yet: jobs must not pile up."""
        last = self._jobs.get(job)
        if last is None or last.done():
            self._jobs[job] = self._clerk.submit(_quietly, job)

    def _start(self, due: Due) -> None:
        run = self._runners.submit(self._run, due)
        self._under_way.add(run)
        run.add_done_callback(self._under_way.discard)

    def _run(self, due: Due) -> None:
        try:
            self._story.run(due.placement, due.slot_ms, Trigger.SCHEDULE, self._abort_runs)
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
            self._story.miss(miss.due.placement, miss.due.slot_ms, miss.reason)
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
                self._story.settle(self._backlog[0])
            except UnwrittenError:
                return
            except Exception:  # noqa: BLE001  told; a record that can never be written must not keep the others
                _log.exception("event=record_lost run_id=%s", self._backlog[0].run_id)
            del self._backlog[0]

    def _drain(self) -> None:
        """Let runs under way end by themselves within the limit, end what is left, and write what still waits."""
        wait_for(list(self._under_way), timeout=self._drain_seconds)
        self._abort_runs.set()
        self._runners.shutdown(wait=True)
        if self._stopper is not None:
            self._stopper.join()
        self._clerk.submit(self._write_backlog)
        self._clerk.shutdown(wait=True)
        for record in self._backlog:
            _log.error("event=record_lost run_id=%s record=%s", record.run_id, record.to_json())


def _quietly(job: Callable[..., object], *arguments: object) -> None:
    """Do a job whose failure must not end the service."""
    try:
        job(*arguments)
    except Exception:  # noqa: BLE001  told, and tried again when the job is due again
        _log.exception("event=housekeeping_failed")
