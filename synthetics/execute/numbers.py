"""What the seats are doing now, in numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatNumbers:
    """The seats at one instant.

    Args:
        busy: How many of them make a run.
        workers: How many workers live, those that wait for a run included.
        browser_processes: How many browser processes live below all workers.
        memory_bytes: How much memory all workers and their browsers hold, at the last look.
    """

    busy: int
    workers: int
    browser_processes: int
    memory_bytes: int
