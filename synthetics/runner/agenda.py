"""Which slots start now, which wait for a free seat, and which are missed and why: no threads, no clock, no I/O."""

import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.slots import Slots, slots_of

NO_SEAT = Reason(code="no_seat", sentence="Until its next slot was due, every seat was taken by another run.")
OVERLAP = Reason(code="overlap", sentence="The journey's run before it was still going on.")
LATE = Reason(code="late", sentence="The runner looked at its clock too late: the next slot was already due.")
CLOCK = Reason(code="clock", sentence="The machine's clock was put forward over this slot.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A slot that is due: a placement, and when (milliseconds UTC)."""

    placement: Placement
    slot_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Miss:
    """A slot that will not run, and why."""

    due: Due
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one look at the clock led to.

    Args:
        starts: The slots to start now, the longest due first.
        misses: The slots that are given up.
    """

    starts: tuple[Due, ...] = ()
    misses: tuple[Miss, ...] = ()


class Agenda:
    """Keeps every placement's next slot, the slots that wait for a seat, and those that run.

    A slot of a journey that is still running is missed (no overlap with itself). A due slot waits for a seat until its
    placement's next slot is due, and is missed then. So every slot after ``since_ms`` comes out exactly once.

    Args:
        placements: The journeys on their targets.
        since_ms: Slots after this instant (milliseconds UTC) are on the agenda.
        seats: How many runs may go on at once.
    """

    def __init__(self, placements: Iterable[Placement], since_ms: int, seats: int) -> None:
        self._seats = seats
        self._running: set[Placement] = set()
        self._waiting: dict[Placement, Due] = {}
        self._order = itertools.count()  # breaks ties in the heap: placements have no order of their own
        self._next: list[tuple[int, int, Placement]] = []
        self._slots: dict[Placement, Slots] = {}
        for placement in placements:
            self._slots[placement] = slots_of(placement)
            self._push(self._slots[placement].next_slot_ms(since_ms), placement)

    @property
    def next_ms(self) -> int | None:
        """When the next slot is due, in milliseconds UTC; None where there is none."""
        return self._next[0][0] if self._next else None

    def turn(self, now_ms: int, *, jumped_ms: int = 0) -> Turn:
        """Take out all that is due.

        Args:
            now_ms: The time, in milliseconds UTC; it never goes back from one turn to the next.
            jumped_ms: How far the clock was put forward since the last turn: slots inside that jump are missed.

        Returns:
            The slots to start, never more than there are free seats, and the slots that are missed.
        """
        misses: list[Miss] = []
        while self._next and self._next[0][0] <= now_ms:
            slot_ms, _, placement = heapq.heappop(self._next)
            next_ms = self._slots[placement].next_slot_ms(slot_ms)
            self._push(next_ms, placement)
            due = Due(placement=placement, slot_ms=slot_ms)
            if slot_ms > now_ms - jumped_ms:
                misses.append(Miss(due=due, reason=CLOCK))
            elif next_ms <= now_ms - jumped_ms:
                misses.append(Miss(due=due, reason=LATE))
            else:
                misses.extend(self._enter(due))
        return Turn(starts=self._seat(), misses=tuple(misses))

    def finished(self, due: Due) -> None:
        """Give back the seat of a run that was started."""
        self._running.discard(due.placement)

    def close(self, reason: Reason) -> Sequence[Miss]:
        """Give up what waits for a seat, because the runner stops."""
        misses = [Miss(due=due, reason=reason) for due in self._waiting.values()]
        self._waiting.clear()
        return misses

    def _push(self, slot_ms: int, placement: Placement) -> None:
        heapq.heappush(self._next, (slot_ms, next(self._order), placement))

    def _enter(self, due: Due) -> Iterable[Miss]:
        """Let a due slot wait for a seat, in the place of an older one of its own."""
        if due.placement in self._running:
            return (Miss(due=due, reason=OVERLAP),)
        older = self._waiting.pop(due.placement, None)
        self._waiting[due.placement] = due
        return (Miss(due=older, reason=NO_SEAT),) if older is not None else ()

    def _seat(self) -> tuple[Due, ...]:
        free = self._seats - len(self._running)
        starts = sorted(self._waiting.values(), key=lambda due: due.slot_ms)[:free]
        for due in starts:
            del self._waiting[due.placement]
            self._running.add(due.placement)
        return tuple(starts)
