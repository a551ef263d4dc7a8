"""How long journeys take, measured by their own runs, and whether the seats suffice for that."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from synthetics.catalogue import Placement
from synthetics.clock import Clock
from synthetics.execute.numbers import SeatNumbers
from synthetics.export.metrics import RunnerNumbers
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, Outcome
from synthetics.runner.agenda import Identity, identity_of
from synthetics.runner.capacity import reckon
from synthetics.runner.plan import Plan

_log = logging.getLogger(__name__)

#: Of so many passed runs the median is taken: enough that one slow run says nothing, and quickly read.
_RECENT = 20
#: How often a schedule that has not changed is reckoned anew.
_EVERY_MS = 3_600_000


def typical_durations_ms(ledger: Ledger, placements: Iterable[Placement]) -> Mapping[Identity, float]:
    """The median duration of the last passed runs of each placement, in milliseconds, where there are any.

    Health checks are left out: they take no seat, and there may be a thousand of them.

    Args:
        ledger: Where they are recorded.
        placements: The journeys on their targets.

    Raises:
        StorageError: Where the ledger cannot be read.
    """
    placed: dict[str, set[Identity]] = defaultdict(set)
    for placement in (each for each in placements if each.journey.kind is not Kind.HEALTH):
        placed[placement.journey.name].add(identity_of(placement))
    taken: dict[Identity, list[int]] = defaultdict(list)
    for journey, identities in placed.items():
        recent = ledger.runs(selectors=[journey], outcomes=[Outcome.PASSED], limit=_RECENT * len(identities))
        for record in recent:
            identity = (record.journey, record.target, record.location)
            if record.duration_ms is not None and identity in identities:
                taken[identity].append(record.duration_ms)
    return {identity: median(durations) for identity, durations in taken.items()}


class CapacityCheck:
    """Looks each hour, and at once after a reload, whether the seats suffice, and tells where they do not.

    Args:
        ledger: Where it is recorded how long runs take.
        cores: How many processor cores this machine has.
        clock: When it looked last.

    Attributes:
        ratio: What the schedule needed at the last look, as a share of what there is; None before the first one.
    """

    def __init__(self, ledger: Ledger, cores: int, clock: Clock) -> None:
        self._ledger = ledger
        self._cores = cores
        self._clock = clock
        self._looked_at: tuple[Plan, int] | None = None
        self.ratio: float | None = None

    def look(self, plan: Plan) -> None:
        """Reckon anew what the schedule needs, unless that was done for this plan within the hour; may come often.

        Raises:
            StorageError: Where the ledger cannot be read.
        """
        now_ms = self._clock.monotonic_ms()
        if self._looked_at is not None and self._looked_at[0] is plan and now_ms < self._looked_at[1] + _EVERY_MS:
            return
        self._looked_at = plan, now_ms
        placements = plan.catalogue.placements
        capacity = reckon(placements, plan.seats, typical_durations_ms(self._ledger, placements))
        self.ratio = capacity.ratio
        short = capacity.shortfall(self._cores)
        if short is not None:
            words = f"{short.what} {short.costliest} {short.mend} {short.basis}"
            _log.warning("event=capacity ratio=%.2f why=%r", capacity.ratio, words)


def runner_numbers(seats: SeatNumbers, waiting_slots: int, capacity: CapacityCheck) -> RunnerNumbers:
    """What the metrics show of a service that runs.

    Args:
        seats: What the seats are doing.
        waiting_slots: How many due slots wait for one.
        capacity: What the schedule needs.
    """
    return RunnerNumbers(
        busy_workers=seats.busy,
        workers=seats.workers,
        worker_memory_bytes=seats.memory_bytes,
        browser_processes=seats.browser_processes,
        waiting_slots=waiting_slots,
        capacity_ratio=capacity.ratio,
    )
