"""The loop: looks at the time, lets due slots start, and never does anything slow itself."""

import threading
from collections.abc import Callable

from synthetics.clock import Clock
from synthetics.record import Reason
from synthetics.runner.agenda import Agenda, Due, Miss
from synthetics.slots import Timeline

#: The longest sleep: how soon a clock that was put forward is noticed, and how often upkeep gets its turn.
_LONGEST_WAIT_SECONDS = 1.0


class Loop:
    """Takes slots from the agenda in time and hands them on.

    Args:
        agenda: What is due when; only this loop touches it from now on.
        timeline: The time of slots, which never goes back.
        clock: For waiting.
        start: Begins a run and returns at once; ``finished`` must be called when that run is over.
        miss: Notes a slot that will not run, and returns at once.
        upkeep: Called once in each turn; returns at once.
    """

    def __init__(  # noqa: PLR0913  each is one of the loop's three hands and three eyes, all passed by name
        self,
        *,
        agenda: Agenda,
        timeline: Timeline,
        clock: Clock,
        start: Callable[[Due], None],
        miss: Callable[[Miss], None],
        upkeep: Callable[[], None],
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self._clock = clock
        self._start = start
        self._miss = miss
        self._upkeep = upkeep
        self._lock = threading.Lock()
        self._wakeup = threading.Event()
        self._stopping = False
        self.last_turn_monotonic_ms = clock.monotonic_ms()

    def run(self) -> None:
        """Dispatch until ``stop`` is called; runs that were started go on after that."""
        while not self._stopping:
            self._wakeup.clear()
            wait_seconds = self._turn()
            self._clock.wait(self._wakeup, wait_seconds)

    def stop(self, reason: Reason) -> None:
        """Start nothing more; what waits for a seat is missed. May be called from any thread, also twice."""
        self._stopping = True
        with self._lock:
            misses = self._agenda.close(reason)
        for miss in misses:
            self._miss(miss)
        self._wakeup.set()

    def finished(self, due: Due) -> None:
        """Tell that a run is over, from whichever thread made it."""
        with self._lock:
            self._agenda.finished(due)
        self._wakeup.set()

    def _turn(self) -> float:
        """Dispatch what is due now.

        Returns:
            How many seconds may pass until the next turn.
        """
        with self._lock:
            if self._stopping:
                return 0.0
            now_ms = self._timeline.now_ms()
            turn = self._agenda.turn(now_ms, jumped_ms=self._timeline.jumped_ms)
            next_ms = self._agenda.next_ms
        self.last_turn_monotonic_ms = self._clock.monotonic_ms()
        for due in turn.starts:
            self._start(due)
        for miss in turn.misses:
            self._miss(miss)
        self._upkeep()
        if next_ms is None:
            return _LONGEST_WAIT_SECONDS
        return min(_LONGEST_WAIT_SECONDS, max(0.0, (next_ms - self._timeline.now_ms()) / 1000))
