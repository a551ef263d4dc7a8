"""Time, passed in wherever it matters, so that tests can hold it in their hands."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What the product asks of time."""

    def wall_ms(self) -> int:
        """Milliseconds UTC since 1970; may jump in both directions."""

    def monotonic_ms(self) -> int:
        """Milliseconds since some fixed instant; never goes back, one for all processes of a machine."""

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or the seconds are over (False)."""


class SystemClock:
    """The machine's own clocks."""

    def wall_ms(self) -> int:
        """Milliseconds UTC since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds of the machine's monotonic clock."""
        return time.monotonic_ns() // 1_000_000

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or the seconds are over (False)."""
        return wakeup.wait(seconds)
