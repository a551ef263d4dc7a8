"""When a journey is due: a grid on UTC or a cron expression, and a time line that never goes back.

Slots are ours and not a scheduler's: due times are whole multiples of the interval plus a stable offset, or what a cron
expression says in UTC, whatever the clock, the time zone or a restart does.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cronsim import CronSim

from synthetics.catalogue import Placement
from synthetics.clock import Clock

#: A wall clock that is this far ahead was set; less is the noise of reading two clocks, and of slewing.
_JUMP_MS = 1_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def offset_ms(journey: str, target: str, location: str, every_ms: int) -> int:
    """How far a journey's slots lie behind the whole multiples of its interval; spread evenly, and always the same.

    Without it all journeys would start in the same instant, and again after each restart.

    Args:
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site.
        location: From where the runs are made.
        every_ms: The interval in milliseconds, above 0.

    Returns:
        Milliseconds, from 0 to below ``every_ms``.
    """
    digest = hashlib.sha256(f"{journey}\n{target}\n{location}".encode()).digest()
    return int.from_bytes(digest[:8]) % every_ms


def slot_at_or_before(now_ms: int, every_ms: int, offset_ms: int) -> int:
    """The last slot that is due at the given instant.

    Args:
        now_ms: Milliseconds UTC since 1970.
        every_ms: The interval in milliseconds, above 0.
        offset_ms: The journey's offset, from 0 to below ``every_ms``.

    Returns:
        The slot in milliseconds UTC, at most ``now_ms``.
    """
    return (now_ms - offset_ms) // every_ms * every_ms + offset_ms


def slots_between(after_ms: int, until_ms: int, every_ms: int, offset_ms: int) -> range:
    """All slots after one instant, up to and with another; cutting time anywhere loses and doubles none.

    Args:
        after_ms: Milliseconds UTC; a slot at this very instant is left out.
        until_ms: Milliseconds UTC; a slot at this very instant is in.
        every_ms: The interval in milliseconds, above 0.
        offset_ms: The journey's offset, from 0 to below ``every_ms``.

    Returns:
        The slots in milliseconds UTC, in their order; empty where ``until_ms`` is not after ``after_ms``.
    """
    first = slot_at_or_before(after_ms, every_ms, offset_ms) + every_ms
    return range(first, until_ms + 1, every_ms)


class Slots(Protocol):
    """The slots of one placement, all of them, in both directions without end."""

    def next_slot_ms(self, after_ms: int) -> int:
        """The first slot after an instant (milliseconds UTC); a slot at this very instant is not it."""

    def slot_at_or_before(self, now_ms: int) -> int:
        """The last slot that is due at an instant (milliseconds UTC); a slot at this very instant is."""


@dataclass(frozen=True, slots=True)
class GridSlots:
    """Slots at an even interval.

    Args:
        every_ms: The interval in milliseconds, above 0.
        offset_ms: How far they lie behind the whole multiples of it, from 0 to below ``every_ms``.
    """

    every_ms: int
    offset_ms: int

    def next_slot_ms(self, after_ms: int) -> int:
        """The first slot after an instant (milliseconds UTC)."""
        return self.slot_at_or_before(after_ms) + self.every_ms

    def slot_at_or_before(self, now_ms: int) -> int:
        """The last slot that is due at an instant (milliseconds UTC)."""
        return slot_at_or_before(now_ms, self.every_ms, self.offset_ms)


@dataclass(frozen=True, slots=True)
class CronSlots:
    """Slots that a cron expression says, in UTC, which has no summer time to lose or double one.

    They have no offset: whoever writes hours and minutes means those.

    Args:
        expression: A cron expression of five fields, as ``parse_cron`` accepts it.
    """

    expression: str

    def next_slot_ms(self, after_ms: int) -> int:
        """The first slot after an instant (milliseconds UTC)."""
        # Slots are whole minutes: what is finer than a second changes nothing.
        return _ms_of(next(CronSim(self.expression, _second_of(after_ms))))

    def slot_at_or_before(self, now_ms: int) -> int:
        """The last slot that is due at an instant (milliseconds UTC)."""
        # Going back, the library looks before the second that it is given.
        return _ms_of(next(CronSim(self.expression, _second_of(now_ms) + _SECOND, reverse=True)))


def slots_of(placement: Placement) -> Slots:
    """The slots of a placement.

    Args:
        placement: A journey on a target from a location.

    Returns:
        Those of its cron expression where it has one, else its grid with its own stable offset.
    """
    journey = placement.journey
    if journey.cron is not None:
        return CronSlots(journey.cron)
    offset = offset_ms(journey.name, placement.target, placement.location, journey.every_ms)
    return GridSlots(journey.every_ms, offset)


def _second_of(instant_ms: int) -> datetime:
    return _EPOCH + timedelta(seconds=instant_ms // 1_000)


def _ms_of(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


class Timeline:
    """UTC that never goes back: the monotonic clock, anchored once to the wall clock.

    A wall clock that is put back is not followed, so no slot is late, early or run twice. One that is put forward by
    more than a second (a machine that slept, a clock that was wrong) moves the anchor, and says how far. Any thread may
    ask for the time; ``jumped_ms`` tells of the last call, so only one that asks alone can read it.

    Args:
        clock: The clocks to read.

    Attributes:
        jumped_ms: How far the last call of ``now_ms`` jumped forward, in milliseconds; 0 where it did not.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._anchor_ms = clock.wall_ms() - clock.monotonic_ms()
        self._moving = threading.Lock()
        self.jumped_ms = 0

    def now_ms(self) -> int:
        """Milliseconds UTC since 1970, never less than the last time."""
        with self._moving:  # two that saw one jump must not both add it
            # The wall clock is read first: a pause between the two readings then looks like a wall clock that is
            # behind, which changes nothing, and never like one that jumped ahead.
            wall_ms = self._clock.wall_ms()
            now_ms = self._clock.monotonic_ms() + self._anchor_ms
            ahead_ms = wall_ms - now_ms
            self.jumped_ms = ahead_ms if ahead_ms > _JUMP_MS else 0
            self._anchor_ms += self.jumped_ms
            return now_ms + self.jumped_ms
