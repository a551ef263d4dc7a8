"""The loop: looks at the time, lets due slots start, and never does anything slow itself."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthetics.catalogue import Placement
from synthetics.clock import Clock
from synthetics.record import Reason
from synthetics.runner.admission import UNBOUNDED, Room
from synthetics.runner.agenda import Agenda, Due, Miss, OnSchedule
from synthetics.slots import Timeline

#: The longest sleep: how soon a clock that was put forward is noticed, and how often upkeep gets its turn.
_LONGEST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Replacement:
    """What takes the place of what is scheduled, and who wants to know when it has."""

    placements: Sequence[Placement]
    seats: int
    adopted: Callable[[], None]


class Loop:
    """Takes slots from the agenda in time and hands them on.

    Args:
        agenda: What is due when; only this loop touches it from now on.
        timeline: The time of slots, which never goes back.
        clock: For waiting.
        start: Begins a run and returns at once; ``finished`` must be called when that run is over.
        miss: Notes a slot that will not run, and returns at once.
        upkeep: Called once in each turn; returns at once.
        room: Tells how many runs the machine has room for now; returns at once.
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
        room: Callable[[], Room] = lambda: UNBOUNDED,
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self._clock = clock
        self._start = start
        self._miss = miss
        self._upkeep = upkeep
        self._room = room
        self._replacement: _Replacement | None = None
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
            is_waited_for = self._agenda.waiting > 0
        if is_waited_for:  # else there is nothing to do about it
            self._wakeup.set()

    def replace(self, placements: Sequence[Placement], seats: int, adopted: Callable[[], None]) -> None:
        """Schedule other placements from the next turn on; may be called from any thread.

        Args:
            placements: The journeys on their targets.
            seats: How many runs may go on at once.
            adopted: Called on the loop's thread between the last start of the placements before and the first one of
                these; returns at once.
        """
        with self._lock:
            self._replacement = _Replacement(placements=placements, seats=seats, adopted=adopted)
        self._wakeup.set()

    @property
    def on_schedule(self) -> OnSchedule:
        """What is scheduled, since when, and up to when its slots were taken out; may be asked from any thread."""
        with self._lock:
            return self._agenda.on_schedule

    @property
    def waiting(self) -> int:
        """How many due slots wait for a seat."""
        return self._agenda.waiting

    def _turn(self) -> float:
        """Dispatch what is due now.

        Returns:
            How many seconds may pass until the next turn.
        """
        with self._lock:
            if self._stopping:
                return 0.0
            now_ms = self._timeline.now_ms()
            turn = self._agenda.turn(now_ms, jumped_ms=self._timeline.jumped_ms, room=self._room())
            misses = list(turn.misses)
            replacement, self._replacement = self._replacement, None
            if replacement is not None:
                misses += self._agenda.replace(replacement.placements, replacement.seats)
            next_ms = self._agenda.next_ms
        self.last_turn_monotonic_ms = self._clock.monotonic_ms()
        for due in turn.starts:
            self._start(due)
        for miss in misses:
            self._miss(miss)
        if replacement is not None:
            replacement.adopted()
            self._wakeup.set()  # more seats, or sooner slots: the next turn comes at once
        self._upkeep()
        if next_ms is None:
            return _LONGEST_WAIT_SECONDS
        return min(_LONGEST_WAIT_SECONDS, max(0.0, (next_ms - self._timeline.now_ms()) / 1000))
