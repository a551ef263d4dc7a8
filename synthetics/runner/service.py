"""The service: schedules every placement until it is told to stop, and then drains."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from enum import StrEnum

import schedule

from synthetics.catalogue import Catalogue, Placement
from synthetics.clock import Clock
from synthetics.ledger.store import Ledger
from synthetics.record import Reason, Trigger
from synthetics.runner.agenda import Agenda, Due, Miss
from synthetics.runner.loop import Loop
from synthetics.runner.story import Story
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
        ledger: Asked for what an earlier runner left open.
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
        ledger: Ledger,
        clock: Clock,
        timeline: Timeline,
        seats: int,
        drain_seconds: float,
        upkeep: Sequence[tuple[int, Callable[[], object]]] = (),
    ) -> None:
        self._catalogue = catalogue
        self._story = story
        self._ledger = ledger
        self._clock = clock
        self._drain_seconds = drain_seconds
        self._abort_runs = threading.Event()
        self._runners = ThreadPoolExecutor(max_workers=seats, thread_name_prefix="run")
        self._clerk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")
        self._under_way: set[Future[None]] = set()
        self._housekeeping = schedule.Scheduler()
        for seconds, job in upkeep:
            self._housekeeping.every(seconds).seconds.do(self._clerk.submit, _quietly, job)
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
        """Settle what an earlier runner left open, then dispatch until ``stop`` is called, then drain."""
        self._settle_open_slots()
        self.state = State.READY
        _log.info("event=ready placements=%d", len(self._catalogue.placements))
        try:
            self._loop.run()
        finally:
            self._drain()
            self.state = State.STOPPED

    def stop(self) -> None:
        """Start nothing more and drain; a second call ends the runs under way at once. For signal handlers too."""
        if self.state is State.DRAINING:
            self._abort_runs.set()
        self.state = State.DRAINING
        # A handler must not wait for the loop's lock, which the thread that it interrupts may hold.
        threading.Thread(target=self._loop.stop, args=(STOPPING,), name="stop").start()

    def why_not_ready(self) -> str | None:
        """None when runs are being scheduled, else what the service is doing instead."""
        return None if self.state is State.READY else f"The service is {self.state}."

    def why_not_alive(self) -> str | None:
        """None while the loop turns, else what is wrong with it."""
        silent_ms = self._clock.monotonic_ms() - self._loop.last_turn_monotonic_ms
        if self.state is State.READY and silent_ms > _STUCK_AFTER_MS:
            return f"The loop has not looked at the time for {silent_ms / 1000:.0f} s."
        return None

    def _start(self, due: Due) -> None:
        run = self._runners.submit(self._run, due)
        self._under_way.add(run)
        run.add_done_callback(self._under_way.discard)

    def _run(self, due: Due) -> None:
        try:
            self._story.run(due.placement, due.slot_ms, Trigger.SCHEDULE, self._abort_runs)
        except Exception:  # noqa: BLE001  the ledger is gone: say so each time, and go on for the day when it is back
            _log.exception("event=run_lost journey=%s slot_ms=%d", due.placement.journey.name, due.slot_ms)
        finally:
            self._loop.finished(due)

    def _miss(self, miss: Miss) -> None:
        self._clerk.submit(_quietly, self._story.miss, miss.due.placement, miss.due.slot_ms, miss.reason)

    def _drain(self) -> None:
        """Let runs under way end by themselves within the limit, and end what is left."""
        wait_for(list(self._under_way), timeout=self._drain_seconds)
        self._abort_runs.set()
        self._runners.shutdown(wait=True)
        self._clerk.shutdown(wait=True)

    def _settle_open_slots(self) -> None:
        known: dict[tuple[str, str, str], Placement] = {
            (each.journey.name, each.target, each.location): each for each in self._catalogue.placements
        }
        for slot in self._ledger.open_slots():
            if slot.key.trigger is Trigger.SCHEDULE:
                place = (slot.key.journey, slot.key.target, slot.key.location)
                self._story.lose(slot, known.get(place))


def _quietly(job: Callable[..., object], *arguments: object) -> None:
    """Do a job whose failure must not end the service."""
    try:
        job(*arguments)
    except Exception:  # noqa: BLE001  told, and tried again when the job is due again
        _log.exception("event=housekeeping_failed")
