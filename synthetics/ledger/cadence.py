"""When slots are due, as the ledger remembers it: enough to tell the slots of a gap one by one.

The room ``slots`` says when a journey is due; this one keeps what was said, and may not know that room. A test holds
the two to the same slots.
"""

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from cronsim import CronSim

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """Slots at an even interval, or those of a cron expression in UTC.

    Args:
        every_ms: The interval in milliseconds; None with a cron expression.
        offset_ms: How far the slots lie behind the whole multiples of the interval.
        cron: A cron expression of five fields; None with an interval.

    Raises:
        ValueError: Where there is not exactly one of the two.
    """

    every_ms: int | None = None
    offset_ms: int = 0
    cron: str | None = None

    def __post_init__(self) -> None:
        if (self.every_ms is None) == (self.cron is None):
            raise ValueError(f"a cadence is an interval or a cron expression, not {self.every_ms} and {self.cron}")

    def between(self, after_ms: int, until_ms: int) -> Iterator[int]:
        """Every slot after one instant, up to and with another, the oldest first (milliseconds UTC)."""
        if self.cron is None:
            return iter(self._grid(after_ms, until_ms))
        return _cron_slots(self.cron, after_ms, until_ms)

    def newest_first(self, after_ms: int, until_ms: int) -> Iterator[int]:
        """The same slots, the newest first."""
        if self.cron is None:
            return reversed(self._grid(after_ms, until_ms))
        return _cron_slots_back(self.cron, after_ms, until_ms)

    def count(self, after_ms: int, until_ms: int) -> int:
        """How many slots these are; quick, however many."""
        if self.cron is None:
            return len(self._grid(after_ms, until_ms))
        return _count_cron_slots(self.cron, after_ms, until_ms)

    def has(self, slot_ms: int) -> bool:
        """Whether a slot is due at this very instant (milliseconds UTC)."""
        return self.count(slot_ms - 1, slot_ms) == 1

    def _grid(self, after_ms: int, until_ms: int) -> range:
        every_ms = self.every_ms or 1
        first = (after_ms - self.offset_ms) // every_ms * every_ms + self.offset_ms + every_ms
        return range(first, until_ms + 1, every_ms)


# A cron expression is one set of days and one set of minutes of a day. The library goes from day to day, and what lies
# between is taken from the set: a year of each fifth minute is 365 steps of it and not a hundred thousand.


@functools.lru_cache(maxsize=1024)
def _minutes_of_day(cron: str) -> tuple[int, ...]:
    """When slots are due on each day that has any, in milliseconds after midnight, rising."""
    parsed = CronSim(cron, _EPOCH)
    return tuple(sorted((hour * 60 + minute) * 60_000 for hour in parsed.hours for minute in parsed.minutes))


def _midnights(cron: str) -> str:
    """The expression for the midnights of the days that have slots."""
    return " ".join(["0", "0", *cron.split()[2:]])


def _days(cron: str, after_ms: int, until_ms: int) -> Iterator[int]:
    """The midnights (milliseconds UTC) of all days with slots that these two instants touch, rising."""
    before = _midnight(after_ms) - timedelta(seconds=1)
    days = (_ms_of(day) for day in CronSim(_midnights(cron), before))
    return takewhile(lambda day_ms: day_ms <= until_ms, days)


def _days_back(cron: str, after_ms: int, until_ms: int) -> Iterator[int]:
    """The same days, falling."""
    days = (_ms_of(day) for day in CronSim(_midnights(cron), _midnight(until_ms) + _DAY, reverse=True))
    return takewhile(lambda day_ms: day_ms > after_ms - _DAY_MS, days)


def _cron_slots(cron: str, after_ms: int, until_ms: int) -> Iterator[int]:
    for day_ms in _days(cron, after_ms, until_ms):
        yield from (day_ms + each for each in _minutes_of_day(cron) if after_ms < day_ms + each <= until_ms)


def _cron_slots_back(cron: str, after_ms: int, until_ms: int) -> Iterator[int]:
    for day_ms in _days_back(cron, after_ms, until_ms):
        yield from (day_ms + each for each in reversed(_minutes_of_day(cron)) if after_ms < day_ms + each <= until_ms)


def _count_cron_slots(cron: str, after_ms: int, until_ms: int) -> int:
    minutes = _minutes_of_day(cron)
    return sum(
        max(0, bisect_right(minutes, until_ms - day_ms) - bisect_left(minutes, after_ms - day_ms + 1))
        for day_ms in _days(cron, after_ms, until_ms)
    )


def _midnight(instant_ms: int) -> datetime:
    return _EPOCH + timedelta(days=instant_ms // _DAY_MS)


def _ms_of(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)
