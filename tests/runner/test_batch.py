"""What ``once --scheduled`` claims: the slot that is due now, whether an interval or a cron expression says so."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from synthetics.catalogue import Placement
from synthetics.record import RunRecord, Trigger
from synthetics.runner.batch import run_batch
from synthetics.runner.story import Story
from synthetics.slots import offset_ms
from tests.builders import a_placement

SUNDAY_NOON_MS = 1_772_366_400_000  # 2026-03-01T12:00Z
LAST_OF_FRIDAY_MS = 1_772_218_200_000  # 2026-02-27T18:50Z


@dataclass
class HeldStory:
    """Claims each slot once, and runs nothing."""

    timeline: object
    claimed: list[tuple[Placement, int, Trigger]] = field(default_factory=list)

    def run(self, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event) -> tuple[RunRecord, ...]:
        if (placement, slot_ms, trigger) in self.claimed:
            return ()
        self.claimed.append((placement, slot_ms, trigger))
        return (cast("RunRecord", (placement, slot_ms)),)


class Onlooker:
    def __init__(self) -> None:
        self.taken = 0

    def started(self, placement: Placement) -> None:
        pass

    def ended(self, placement: Placement, records: Sequence[RunRecord]) -> None:
        self.taken += not records


@pytest.mark.parametrize(
    ("placement", "slot_ms"),
    [
        pytest.param(
            a_placement(cron="*/10 8-18 * * 1-5"), LAST_OF_FRIDAY_MS, id="the last one that an expression said"
        ),
        pytest.param(a_placement(cron="0 12 * * *"), SUNDAY_NOON_MS, id="one that is due at this very instant"),
        pytest.param(
            a_placement(every_ms=60_000),
            SUNDAY_NOON_MS - 60_000 + offset_ms("ihub.run_flow", "standin", "local", 60_000),
            id="the grid's, with its offset",
        ),
    ],
)
def test_scheduled_batch_claims_the_slot_that_is_due_and_only_once(placement: Placement, slot_ms: int) -> None:
    story = HeldStory(SimpleNamespace(now_ms=lambda: SUNDAY_NOON_MS))
    onlooker, stop = Onlooker(), threading.Event()

    for _ in range(2):
        run_batch(cast("Story", story), [placement], seats=1, scheduled=True, stop=stop, watcher=onlooker)

    assert story.claimed == [(placement, slot_ms, Trigger.SCHEDULE)]
    assert onlooker.taken == 1
