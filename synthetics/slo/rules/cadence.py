"""How many runs a window can hold, for an even interval and for a cron expression."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cronsim import CronSim

from synthetics.catalogue import Journey
from synthetics.config.cron import longest_gap

PERIOD_DAYS = 28
PERIOD_SECONDS = PERIOD_DAYS * 86_400

_MILLISECONDS = 1_000
#: A Monday in a month without holidays of anybody's: a period of 28 days has every weekday four times.
_PERIOD_START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """When a journey is due, as far as rules must know it.

    Args:
        every_s: The shortest time between two slots, in seconds.
        longest_gap_s: The longest time between two slots, in seconds: so long it may be silent by its schedule.
        slots: The slots of one period in seconds from its start, in order; empty for an even interval.
    """

    every_s: int
    longest_gap_s: int
    slots: tuple[int, ...] = ()

    def held(self, window_s: int) -> int:
        """How many runs a window holds at the most, wherever it begins.

        Args:
            window_s: The window in seconds.
        """
        return _most_within(self.slots, window_s) if self.slots else window_s // self.every_s


def cadence_of(journey: Journey) -> Cadence:
    """Take the cadence from what the catalogue says.

    Args:
        journey: Any journey; an interval of less than a second counts as one second.
    """
    every_s = max(1, journey.every_ms // _MILLISECONDS)
    if journey.cron is None:
        return Cadence(every_s=every_s, longest_gap_s=every_s)
    gap_s = int(longest_gap(journey.cron).total_seconds())
    return Cadence(every_s=every_s, longest_gap_s=gap_s, slots=_slots_of_a_period(journey.cron))


@lru_cache
def _slots_of_a_period(cron: str) -> tuple[int, ...]:
    end = _PERIOD_START + timedelta(days=PERIOD_DAYS)
    slots = []
    for slot in CronSim(cron, _PERIOD_START - timedelta(seconds=1)):
        if slot >= end:
            break
        slots.append(int((slot - _PERIOD_START).total_seconds()))
    return tuple(slots)


def _most_within(slots: Sequence[int], window_s: int) -> int:
    most = begin = 0
    for end, slot in enumerate(slots):
        while slot - slots[begin] >= window_s:
            begin += 1
        most = max(most, end - begin + 1)
    return most
