"""Whether the event loop was there to hear: a loop that is held up takes what came meanwhile for late."""

import asyncio
from collections import deque

from synthetics.clock import Clock

_EVERY_SECONDS = 0.1
#: As far back as a check may go, and some more.
_KEPT_MS = 60_000


class Attention:
    """Looks at the clock ten times a second, and remembers when it could not.

    Args:
        clock: The clock to read.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked_ms = clock.monotonic_ms()
        self._absences: deque[tuple[int, int]] = deque()  # from when to when, in ms

    async def keep(self) -> None:
        """Go on looking, until it is cancelled."""
        self._looked_ms = self._clock.monotonic_ms()
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            self.look()

    def look(self) -> None:
        """Look at the clock; that this is late is what it is about."""
        now_ms = self._clock.monotonic_ms()
        expected_ms = self._looked_ms + round(_EVERY_SECONDS * 1_000)
        if now_ms - expected_ms > round(_EVERY_SECONDS * 1_000):
            self._absences.append((expected_ms, now_ms))
        while self._absences and self._absences[0][1] < now_ms - _KEPT_MS:
            self._absences.popleft()
        self._looked_ms = now_ms

    def longest_absence_ms(self, within_ms: int) -> int:
        """For how long at most the loop was away in one go.

        Args:
            within_ms: Until how long ago.

        Returns:
            Milliseconds; of an absence that began before that time, only what lies in it. 0 where it never was.
        """
        now_ms = self._clock.monotonic_ms()
        since_ms = now_ms - within_ms
        ongoing = (self._looked_ms + round(_EVERY_SECONDS * 1_000), now_ms)
        absences = [*self._absences, ongoing]
        inside = (min(until, now_ms) - max(begin, since_ms) for begin, until in absences if until > since_ms)
        return max([0, *inside])
