"""The loop on a clock that the test holds: due slots start in time, whatever the wall clock does."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.runner.admission import NO_MEMORY, Room
from synthetics.runner.agenda import CLOCK, Agenda, Due, Miss
from synthetics.runner.loop import Loop
from synthetics.slots import Timeline, offset_ms, slots_between
from tests.builders import a_placement

START_MS = 1_700_000_000_000
HOUR_MS = 3_600_000
STOP = Reason(code="stopping", sentence="Told to stop.")


class HeldClock:
    """A clock that moves only when somebody waits, and by exactly what was asked for."""

    def __init__(self) -> None:
        self.passed_ms = 0
        self.wall_shift_ms = 0
        self.at: list[tuple[int, Callable[[], None]]] = []

    def wall_ms(self) -> int:
        return START_MS + self.passed_ms + self.wall_shift_ms

    def monotonic_ms(self) -> int:
        return self.passed_ms

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        self.passed_ms += max(1, round(seconds * 1000))
        while self.at and self.at[0][0] <= self.passed_ms:
            self.at.pop(0)[1]()
        return wakeup.is_set()

    def shift_wall(self, by_ms: int) -> None:
        self.wall_shift_ms += by_ms


class Looped:
    """A loop over some journeys whose runs end at once, and what came of it."""

    def __init__(self, clock: HeldClock, placements: list[Placement]) -> None:
        self.clock = clock
        self.starts: list[tuple[Due, int]] = []
        self.misses: list[Miss] = []
        self.upkeep_turns = 0
        timeline = Timeline(clock)
        self.loop = Loop(
            agenda=Agenda(placements, timeline.now_ms(), seats=len(placements)),
            timeline=timeline,
            clock=clock,
            start=self._start,
            miss=self.misses.append,
            upkeep=self._upkeep,
        )

    def _start(self, due: Due) -> None:
        self.starts.append((due, self.clock.passed_ms))
        self.loop.finished(due)

    def _upkeep(self) -> None:
        self.upkeep_turns += 1

    def run(self, for_ms: int) -> None:
        self.clock.at.append((for_ms, lambda: self.loop.stop(STOP)))
        self.clock.at.sort(key=lambda each: each[0])
        self.loop.run()


def expected_slots(placements: list[Placement], until_ms: int) -> Counter[tuple[str, int]]:
    return Counter(
        (each.journey.name, slot_ms)
        for each in placements
        for slot_ms in slots_between(
            START_MS,
            until_ms,
            each.journey.every_ms,
            offset_ms(each.journey.name, each.target, each.location, each.journey.every_ms),
        )
    )


def test_loop_starts_every_slot_in_time() -> None:
    placements = [a_placement(f"ihub.j{number}", every_ms=60_000) for number in range(20)]
    looped = Looped(HeldClock(), placements)

    looped.run(HOUR_MS)

    assert Counter((due.placement.journey.name, due.slot_ms) for due, _ in looped.starts) == expected_slots(
        placements, START_MS + HOUR_MS - 1
    )
    assert {START_MS + passed_ms - due.slot_ms for due, passed_ms in looped.starts} <= {0, 1}
    assert looped.misses == []


def test_loop_does_nothing_late_early_or_twice_when_the_wall_clock_is_put_back_by_an_hour() -> None:
    placements = [a_placement(f"ihub.j{number}", every_ms=60_000) for number in range(5)]
    clock = HeldClock()
    looped = Looped(clock, placements)
    clock.at.append((20 * 60_000 + 7, lambda: clock.shift_wall(-HOUR_MS)))

    looped.run(2 * HOUR_MS)

    assert Counter((due.placement.journey.name, due.slot_ms) for due, _ in looped.starts) == expected_slots(
        placements, START_MS + 2 * HOUR_MS - 1
    )
    assert {START_MS + passed_ms - due.slot_ms for due, passed_ms in looped.starts} <= {0, 1}
    assert looped.misses == []


def test_loop_misses_the_slots_over_which_the_wall_clock_was_put_forward() -> None:
    placement = a_placement(every_ms=60_000)
    clock = HeldClock()
    looped = Looped(clock, [placement])
    clock.at.append((10 * 60_000, lambda: clock.shift_wall(HOUR_MS)))

    looped.run(HOUR_MS)

    seen = Counter(due.slot_ms for due, _ in looped.starts) + Counter(miss.due.slot_ms for miss in looped.misses)
    assert set(seen.values()) == {1}
    assert {miss.reason for miss in looped.misses} == {CLOCK}
    assert len(looped.misses) == pytest.approx(60, abs=1)
    assert len(looped.starts) == pytest.approx(60, abs=1)


def test_loop_gives_upkeep_its_turn_at_least_once_a_second() -> None:
    looped = Looped(HeldClock(), [a_placement(every_ms=300_000)])

    looped.run(60_000)

    assert looped.upkeep_turns >= 60


def test_loop_dispatches_nothing_after_it_was_stopped() -> None:
    looped = Looped(HeldClock(), [a_placement(every_ms=1_000)])
    looped.loop.stop(STOP)

    looped.loop.run()

    assert looped.starts == []


def test_loop_adopts_other_placements_between_two_turns_without_losing_or_doubling_a_slot() -> None:
    stays, goes, comes = (a_placement(f"ihub.{name}", every_ms=60_000) for name in ("stays", "goes", "comes"))
    clock = HeldClock()
    looped = Looped(clock, [stays, goes])
    adopted_ms: list[int] = []
    clock.at.append(
        (HOUR_MS // 2, lambda: looped.loop.replace([stays, comes], 3, lambda: adopted_ms.append(clock.passed_ms)))
    )

    looped.run(HOUR_MS)

    seen = Counter((due.placement.journey.name, due.slot_ms) for due, _ in looped.starts)
    until_ms = START_MS + HOUR_MS - 1
    assert {key: n for key, n in seen.items() if key[0] == "ihub.stays"} == expected_slots([stays], until_ms)
    assert len(adopted_ms) == 1
    changed_ms = START_MS + adopted_ms[0]
    ran = {name: {ms for each, ms in seen if each == name} for name in ("ihub.goes", "ihub.comes")}
    assert ran["ihub.goes"] == {ms for _, ms in expected_slots([goes], changed_ms)}
    assert ran["ihub.comes"] == {ms for _, ms in expected_slots([comes], until_ms) if ms > changed_ms}
    assert looped.misses == []


def test_loop_starts_no_more_than_there_is_room_for() -> None:
    looped = Looped(HeldClock(), [a_placement(every_ms=60_000)])
    looped.loop._room = lambda: Room(starts=0, reason=NO_MEMORY)

    looped.run(10 * 60_000)

    assert looped.starts == []
    assert {miss.reason for miss in looped.misses} == {NO_MEMORY, STOP}
