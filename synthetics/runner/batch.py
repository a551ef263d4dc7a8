"""A handful of runs, now: what ``once`` and ``demo`` ask for."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from synthetics.catalogue import Placement
from synthetics.record import Kind, RunRecord, Trigger
from synthetics.slots import Timeline, slots_of

#: Of many base URLs so many are asked at once: each waits for its own answer, and costs nothing meanwhile.
_CHECKS_AT_ONCE = 20


class Runs(Protocol):
    """Makes the records of slots, as ``Story`` does for journeys in a browser."""

    @property
    def timeline(self) -> Timeline:
        """The time of slots."""

    def run(self, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event) -> tuple[RunRecord, ...]:
        """Run a slot to its record; nothing where it was claimed before."""


class Watcher(Protocol):
    """Whoever looks on while a batch runs; called from the threads that run it."""

    def started(self, placement: Placement) -> None:
        """A run begins."""

    def ended(self, placement: Placement, records: Sequence[RunRecord]) -> None:
        """A run has its record, and its confirm-run too; none, where its slot had been taken by somebody else."""


def run_batch(  # noqa: PLR0913  the batch, and how it runs, each passed by name
    story: Runs,
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
        seats: How many runs may go on at once; health checks take none.
        scheduled: Claim the placement's slot that is due now, instead of one of its own.
        stop: Ends runs under way, and lets no other begin, when it is set.
        watcher: Looks on.

    Returns:
        The records in the order of the placements, each confirm-run after what it confirms; those whose slot was taken,
        or that never began, are left out.

    Raises:
        StorageError: Where the ledger can be neither read nor written.
    """
    asked_ms = story.timeline.now_ms()  # cron's own instant: a run that waited for a seat must not skip to a later slot

    def run(placement: Placement) -> tuple[RunRecord, ...]:
        if stop.is_set():
            return ()
        watcher.started(placement)
        records = _run_scheduled(story, placement, asked_ms, stop) if scheduled else _run_now(story, placement, stop)
        watcher.ended(placement, records)
        return records

    with (
        ThreadPoolExecutor(max_workers=seats, thread_name_prefix="run") as pool,
        ThreadPoolExecutor(max_workers=_CHECKS_AT_ONCE, thread_name_prefix="check") as checks,
    ):
        begun = [(checks if each.journey.kind is Kind.HEALTH else pool).submit(run, each) for each in placements]
        try:
            return tuple(record for done in begun for record in done.result())
        finally:
            for each in begun:  # where one broke, none of those that wait begins
                each.cancel()


def _run_scheduled(story: Runs, placement: Placement, asked_ms: int, stop: threading.Event) -> tuple[RunRecord, ...]:
    slot_ms = slots_of(placement).slot_at_or_before(asked_ms)
    return story.run(placement, slot_ms, Trigger.SCHEDULE, stop)


def _run_now(story: Runs, placement: Placement, stop: threading.Event) -> tuple[RunRecord, ...]:
    """Run in a slot of this very millisecond; another process may have taken it, but not the next ones as well."""
    slot_ms = story.timeline.now_ms()
    while not (records := story.run(placement, slot_ms, Trigger.MANUAL, stop)):
        slot_ms += 1
    return records
