"""Which slots start now, which wait for a free seat, and which are missed and why: no threads, no clock, no I/O."""

import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthetics.catalogue import Placement
from synthetics.record import Kind, Reason
from synthetics.runner.admission import UNBOUNDED, Room
from synthetics.slots import Slots, slots_of

NO_SEAT = Reason(code="no_seat", sentence="Until its next slot was due, every seat was taken by another run.")
OVERLAP = Reason(code="overlap", sentence="The journey's run before it was still going on.")
LATE = Reason(code="late", sentence="The runner looked at its clock too late: the next slot was already due.")
CLOCK = Reason(code="clock", sentence="The machine's clock was put forward over this slot.")
REMOVED = Reason(code="removed", sentence="The journey was taken out of the schedule before this slot could start.")

#: What of a placement stays when its journey is edited: the full name, the target and the location.
Identity = tuple[str, str, str]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSchedule:
    """What is on the agenda: each slot of these placements between two instants was handed out, or waits for a seat.

    Args:
        placements: The journeys on their targets.
        since_ms: From when on it is as it is, in milliseconds UTC; the first slot is later than this.
        until_ms: When somebody looked at the clock for the last time.
    """

    placements: tuple[Placement, ...]
    since_ms: int
    until_ms: int


@dataclass(slots=True)
class _Entry:
    """What is kept of one placement.

    Args:
        placement: As the catalogue in force has it.
        slots: When it is due.
        next_ms: Its first slot that has not been taken out yet.
    """

    placement: Placement
    slots: Slots
    next_ms: int


class Agenda:
    """Keeps every placement's next slot, the slots that wait for a seat, and those that run.

    A slot of a journey that is still running is missed (no overlap with itself). A due slot waits for a seat until its
    placement's next slot is due, and is missed then. So every slot after ``since_ms`` comes out exactly once, also
    where the placements are replaced meanwhile. Health journeys take no seat, and never wait for one.

    Args:
        placements: The journeys on their targets.
        since_ms: Slots after this instant (milliseconds UTC) are on the agenda.
        seats: How many runs may go on at once.
    """

    def __init__(self, placements: Iterable[Placement], since_ms: int, seats: int) -> None:
        self._looked_ms = since_ms
        self._since_ms = since_ms
        self._seats = seats
        self._running: set[Identity] = set()
        self._seatless: set[Identity] = set()  # those that run, too
        self._waiting: dict[Identity, Miss] = {}  # each with the reason of the miss that it may become
        self._order = itertools.count()  # breaks ties in the heap in favour of whoever came first
        self._entries: dict[Identity, _Entry] = {}
        self._next: list[tuple[int, int, Identity]] = []
        self.replace(placements, seats)

    @property
    def on_schedule(self) -> OnSchedule:
        """What is on the agenda, since when, and up to when its slots were taken out."""
        placements = tuple(each.placement for each in self._entries.values())
        return OnSchedule(placements=placements, since_ms=self._since_ms, until_ms=self._looked_ms)

    @property
    def next_ms(self) -> int | None:
        """When the next slot is due, in milliseconds UTC; None where there is none."""
        return self._next[0][0] if self._next else None

    @property
    def waiting(self) -> int:
        """How many due slots wait for a seat."""
        return len(self._waiting)

    def turn(self, now_ms: int, *, jumped_ms: int = 0, room: Room = UNBOUNDED) -> Turn:
        """Take out all that is due.

        Args:
            now_ms: The time, in milliseconds UTC; it never goes back from one turn to the next.
            jumped_ms: How far the clock was put forward since the last turn: slots inside that jump are missed.
            room: How many more runs the machine has room for.

        Returns:
            The slots to start, never more than there are free seats but for those that take none, and the slots that
            are missed.
        """
        misses: list[Miss] = []
        seatless: list[Due] = []
        self._looked_ms = now_ms
        while self._next and self._next[0][0] <= now_ms:
            slot_ms, _, identity = heapq.heappop(self._next)
            entry = self._entries[identity]
            entry.next_ms = entry.slots.next_slot_ms(slot_ms)
            self._push(identity, entry)
            due = Due(placement=entry.placement, slot_ms=slot_ms)
            if slot_ms > now_ms - jumped_ms:
                misses.append(Miss(due=due, reason=CLOCK))
            elif entry.next_ms <= now_ms - jumped_ms:
                misses.append(Miss(due=due, reason=LATE))
            elif entry.placement.journey.kind is Kind.HEALTH and identity not in self._seatless:
                self._seatless.add(identity)
                seatless.append(due)
            else:
                misses.extend(self._enter(identity, due))
        return Turn(starts=(*seatless, *self._seat(room)), misses=tuple(misses))

    def replace(self, placements: Iterable[Placement], seats: int) -> Sequence[Miss]:
        """Put other placements in the place of those there are, as of the last turn.

        Slots up to that turn are those of the placements before, slots after it those of the new ones. A placement that
        stays (the same journey, target and location) keeps its next slot where its cadence is the same, and its run
        under way in any case; what of it waits for a seat goes on waiting, and starts as the new catalogue has it.

        Args:
            placements: The journeys on their targets.
            seats: How many runs may go on at once; where more are under way, none starts until enough have ended.

        Returns:
            What waited for a seat and is no longer there.
        """
        before, self._entries, self._next, self._seats = self._entries, {}, [], seats
        self._since_ms = self._looked_ms
        for placement in placements:
            identity = identity_of(placement)
            slots = slots_of(placement)
            old = before.get(identity)
            # What is the same is not reckoned anew: a cron expression takes its time, and there may be thousands.
            next_ms = old.next_ms if old is not None and old.slots == slots else slots.next_slot_ms(self._looked_ms)
            self._entries[identity] = _Entry(placement, slots, next_ms)
        for identity, entry in self._entries.items():
            self._push(identity, entry)
        return self._keep_waiting()

    def finished(self, due: Due) -> None:
        """Give back the seat of a run that was started."""
        self._running.discard(identity_of(due.placement))
        self._seatless.discard(identity_of(due.placement))

    def close(self, reason: Reason) -> Sequence[Miss]:
        """Give up what waits for a seat, because the runner stops."""
        misses = [Miss(due=each.due, reason=reason) for each in self._waiting.values()]
        self._waiting.clear()
        return misses

    def _push(self, identity: Identity, entry: _Entry) -> None:
        heapq.heappush(self._next, (entry.next_ms, next(self._order), identity))

    def _enter(self, identity: Identity, due: Due) -> Iterable[Miss]:
        """Let a due slot wait for a seat, in the place of an older one of its own."""
        if identity in self._running or identity in self._seatless:
            return (Miss(due=due, reason=OVERLAP),)
        older = self._waiting.pop(identity, None)
        self._waiting[identity] = Miss(due=due, reason=NO_SEAT)
        return (older,) if older is not None else ()

    def _seat(self, room: Room) -> tuple[Due, ...]:
        """Give free seats to those that have waited longest, and note of the others what kept them waiting."""
        free = max(0, self._seats - len(self._running))
        queue = sorted(self._waiting, key=lambda identity: self._waiting[identity].due.slot_ms)
        fitting = min(free, room.starts)
        starts = [self._waiting.pop(identity).due for identity in queue[:fitting]]
        self._running.update(queue[:fitting])
        why = room.reason if fitting < free and room.reason is not None else NO_SEAT
        for identity in queue[fitting:]:
            self._waiting[identity] = Miss(due=self._waiting[identity].due, reason=why)
        return tuple(starts)

    def _keep_waiting(self) -> Sequence[Miss]:
        """Let go on waiting what is still there, as it is now, and give up the rest."""
        misses: list[Miss] = []
        for identity, miss in tuple(self._waiting.items()):
            if identity in self._entries:
                due = Due(placement=self._entries[identity].placement, slot_ms=miss.due.slot_ms)
                self._waiting[identity] = Miss(due=due, reason=miss.reason)
            else:
                misses.append(Miss(due=self._waiting.pop(identity).due, reason=REMOVED))
        return misses


def identity_of(placement: Placement) -> Identity:
    """What of a placement stays when its journey is edited."""
    return placement.journey.name, placement.target, placement.location
