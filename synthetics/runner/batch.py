"""A handful of runs, now: what ``once`` and ``demo`` ask for."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from synthetics.catalogue import Placement
from synthetics.record import RunRecord, Trigger
from synthetics.runner.story import Story
from synthetics.slots import slots_of


class Watcher(Protocol):
    """Whoever looks on while a batch runs; called from the threads that run it."""

    def started(self, placement: Placement) -> None:
        """A run begins."""

    def ended(self, placement: Placement, record: RunRecord | None) -> None:
        """A run has its record, or its slot had been taken by somebody else (None)."""


def run_batch(  # noqa: PLR0913  the batch, and how it runs, each passed by name
    story: Story,
    placements: Sequence[Placement],
    *,
    seats: int,
    scheduled: bool,
    stop: threading.Event,
    watcher: Watcher,
) -> tuple[RunRecord, ...]:
    """Run each placement once.

    Args:
        story: Makes the records.
        placements: What to run, in this order.
        seats: How many runs may go on at once.
        scheduled: Claim the placement's slot that is due now, instead of one of its own.
        stop: Ends runs under way, and lets no other begin, when it is set.
        watcher: Looks on.

    Returns:
        The records in the order of the placements; those whose slot was taken, or that never began, are left out.

    Raises:
        StorageError: Where the ledger can be neither read nor written.
    """
    asked_ms = story.timeline.now_ms()  # cron's own instant: a run that waited for a seat must not skip to a later slot

    def run(placement: Placement) -> RunRecord | None:
        if stop.is_set():
            return None
        watcher.started(placement)
        record = _run_scheduled(story, placement, asked_ms, stop) if scheduled else _run_now(story, placement, stop)
        watcher.ended(placement, record)
        return record

    with ThreadPoolExecutor(max_workers=seats, thread_name_prefix="run") as pool:
        records = list(pool.map(run, placements))
    return tuple(record for record in records if record is not None)


def _run_scheduled(story: Story, placement: Placement, asked_ms: int, stop: threading.Event) -> RunRecord | None:
    slot_ms = slots_of(placement).slot_at_or_before(asked_ms)
    return story.run(placement, slot_ms, Trigger.SCHEDULE, stop)


def _run_now(story: Story, placement: Placement, stop: threading.Event) -> RunRecord:
    """Run in a slot of this very millisecond; another process may have taken it, but not the next ones as well."""
    slot_ms = story.timeline.now_ms()
    while (record := story.run(placement, slot_ms, Trigger.MANUAL, stop)) is None:
        slot_ms += 1
    return record
