"""The grid and the loop alone: many journeys for a simulated hour, by a clock that only the loop's waiting moves."""

import math
import threading
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.figures import Row, Spread
from benchmarks.many import many_placements
from synthetics.catalogue import Placement
from synthetics.runner.agenda import Agenda, Due, Miss
from synthetics.runner.loop import Loop
from synthetics.runner.service import STOPPING
from synthetics.slots import Timeline, slots_of

PART = "grid"
HOUR_MS = 3_600_000
_START_MS = 1_772_366_400_123
_EVERY_MS = (60_000, 300_000, 900_000)


class WaitingClock:
    """A clock that stands still while the loop works, and moves on by what it waits.

    Args:
        now_ms: Where it begins, in milliseconds UTC.
        until_ms: Where it stops.
    """

    def __init__(self, now_ms: int, until_ms: int) -> None:
        self.now_ms = now_ms
        self._until_ms = until_ms

    def wall_ms(self) -> int:
        """The time in milliseconds UTC."""
        return self.now_ms

    def monotonic_ms(self) -> int:
        """The same instant, counted from another one."""
        return self.now_ms - _START_MS

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        """Let the time pass, unless somebody has called already."""
        if wakeup.is_set():
            return True
        self.now_ms = min(self._until_ms, self.now_ms + math.ceil(seconds * 1000))
        return False


class Hour:
    """One simulated hour of the loop.

    Args:
        placements: What is due in it.
        length_ms: How long the hour is.
    """

    def __init__(self, placements: Sequence[Placement], length_ms: int = HOUR_MS) -> None:
        self._placements = placements
        self._until_ms = _START_MS + length_ms
        self._clock = WaitingClock(_START_MS, self._until_ms)
        timeline = Timeline(self._clock)
        self._loop = Loop(
            agenda=Agenda(placements, timeline.now_ms(), seats=len(placements)),
            timeline=timeline,
            clock=self._clock,
            start=self._start,
            miss=self._miss,
            upkeep=self._look_at_the_end,
        )
        self.came: Counter[tuple[str, int]] = Counter()
        self.early = 0
        self.missed = 0

    def run(self) -> None:
        """Let the hour pass."""
        self._loop.run()

    def wrong(self) -> int:
        """How many slots came early, were missed, or did not come exactly once."""
        expected: Counter[tuple[str, int]] = Counter()
        for placement in self._placements:
            slots = slots_of(placement)
            slot_ms = slots.next_slot_ms(_START_MS)
            while slot_ms <= self._until_ms:
                expected[placement.journey.name, slot_ms] += 1
                slot_ms = slots.next_slot_ms(slot_ms)
        astray = (self.came - expected) + (expected - self.came)
        return self.early + self.missed + astray.total()

    def _start(self, due: Due) -> None:
        self.came[due.placement.journey.name, due.slot_ms] += 1
        self.early += due.slot_ms > self._clock.now_ms
        self._loop.finished(due)

    def _miss(self, _miss: Miss) -> None:
        self.missed += 1

    def _look_at_the_end(self) -> None:
        if self._clock.now_ms >= self._until_ms:
            self._loop.stop(STOPPING)


def measure(journeys: int) -> list[Row]:
    """Let the hour pass.

    Args:
        journeys: How many.

    Raises:
        AssertionError: Where a slot came early, twice or never.
    """
    hour = Hour(many_placements(journeys, _EVERY_MS))
    wall, cpu = time.perf_counter(), time.process_time()
    hour.run()
    taken, used = time.perf_counter() - wall, time.process_time() - cpu
    wrong = hour.wrong()
    assert wrong == 0, f"{wrong} slots came early, twice or never"
    measures = {"journeys": journeys, "slots": hour.came.total(), "wrong_slots": wrong}
    return [Row(name="grid", part=PART, n=1, wall_s=Spread.of([taken]), cpu_s=Spread.of([used]), measures=measures)]
