"""Lists that stay small however much comes: what came first, and what came last."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Latest(Generic[_T]):
    """The latest of many things, and how many there were in all.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._kept: deque[_T] = deque(maxlen=most)
        self.count = 0

    def add(self, thing: _T) -> None:
        """Keep one more."""
        self._kept.append(thing)
        self.count += 1

    def since(self, count: int) -> tuple[_T, ...]:
        """Those that came after so many others, the last of them where they are many."""
        new = min(self.count - count, len(self._kept))
        return tuple(self._kept)[len(self._kept) - new :]


class Ends(Generic[_T]):
    """The first and the last of many things.

    Args:
        first: How many of the first are kept.
        last: How many of the last are kept.
    """

    def __init__(self, first: int, last: int) -> None:
        self._most_first = first
        self._first: list[_T] = []
        self._last: deque[_T] = deque(maxlen=last)
        self.dropped = 0

    def add(self, thing: _T) -> None:
        """Keep one more, where there is room; else in the place of an older one."""
        if len(self._first) < self._most_first:
            self._first.append(thing)
            return
        self.dropped += len(self._last) == self._last.maxlen
        self._last.append(thing)

    def __iter__(self) -> Iterator[_T]:
        """Those that are kept, the oldest first."""
        yield from self._first
        yield from self._last

    def latest(self) -> tuple[_T, ...]:
        """A few of the last that came."""
        return tuple(self._last or self._first)[-8:]
