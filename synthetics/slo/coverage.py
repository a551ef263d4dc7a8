"""How much of what was due was judged, what that allows to say, and where nobody saw anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from synthetics.slo.counts import Counts

#: Three unjudged slots in a row are a time of which nobody knows anything.
BLIND_SLOTS = 3

_NUMBER_FROM_PERCENT = 90
_VERDICT_FROM_PERCENT = 99


class Tier(StrEnum):
    """What the coverage allows to say.

    ``insufficient``: no number. ``number``: a number, and no verdict. ``verdict``: a number and a verdict.
    """

    INSUFFICIENT = "insufficient"
    NUMBER = "number"
    VERDICT = "verdict"


class Stretch(Protocol):
    """Slots that follow each other, all judged or all not."""

    @property
    def first_ms(self) -> int:
        """The first of them, in milliseconds UTC."""

    @property
    def last_ms(self) -> int:
        """The last of them."""

    @property
    def slots(self) -> int:
        """How many there are."""

    @property
    def judged(self) -> bool:
        """Whether each passed or failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BlindWindow:
    """A time in which no slot was judged.

    Args:
        from_ms: The first slot that was not, in milliseconds UTC.
        until_ms: The last.
        slots: How many there were; three or more.
    """

    from_ms: int
    until_ms: int
    slots: int


def coverage(counts: Counts) -> float | None:
    """The share of due slots that were judged, from 0 to 1; None where none was due."""
    return counts.judged / counts.expected if counts.expected else None


def tier(counts: Counts) -> Tier:
    """What may be said; reckoned in whole numbers, so that 0.99 is 0.99. Where nothing was due, nothing."""
    share = counts.judged * 100
    if not counts.expected or share < counts.expected * _NUMBER_FROM_PERCENT:
        return Tier.INSUFFICIENT
    return Tier.NUMBER if share < counts.expected * _VERDICT_FROM_PERCENT else Tier.VERDICT


def lesser(one: Tier, other: Tier) -> Tier:
    """The one of two that allows less."""
    order = tuple(Tier)
    return min(one, other, key=order.index)


def blind_windows(stretches: Iterable[Stretch]) -> tuple[BlindWindow, ...]:
    """Where three or more slots in a row were not judged.

    Args:
        stretches: In the order of time.
    """
    found: list[BlindWindow] = []
    row: list[Stretch] = []
    for each in stretches:
        if not each.judged:
            row.append(each)
            continue
        found += _closed(row)
        row = []
    return (*found, *_closed(row))


def _closed(row: list[Stretch]) -> list[BlindWindow]:
    slots = sum(each.slots for each in row)
    if slots < BLIND_SLOTS:
        return []
    return [BlindWindow(from_ms=row[0].first_ms, until_ms=max(each.last_ms for each in row), slots=slots)]
