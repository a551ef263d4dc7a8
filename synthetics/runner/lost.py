"""Slots that were claimed and whose process ended before their record: they are settled, so that none stays open."""

from collections.abc import Iterable

from synthetics.catalogue import Placement
from synthetics.ledger.store import Ledger
from synthetics.record import RunRecord
from synthetics.runner.claimant import is_gone
from synthetics.runner.story import Story


def settle_lost_runs(story: Story, ledger: Ledger, placements: Iterable[Placement]) -> tuple[RunRecord, ...]:
    """Record every open claim whose claimant is gone.

    A run that had started is errored, reason ``runner_lost``; a slot whose run had not is missed, reason
    ``runner_lost_before_start``.

    Runs whose process lives are left alone: ``once`` works beside a service.

    Args:
        story: Makes the records.
        ledger: Where the open slots are.
        placements: The journeys that are known; what is known of a run of another stands in its claim alone.

    Returns:
        The records that were made.

    Raises:
        StorageError: Where the ledger can be neither read nor written.
    """
    known = {(each.journey.name, each.target, each.location): each for each in placements}
    return tuple(
        story.lose(slot, known.get((slot.key.journey, slot.key.target, slot.key.location)))
        for slot in ledger.open_slots()
        if is_gone(slot.claimant)
    )
