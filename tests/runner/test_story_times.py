"""When a run started, as its record tells: never before it was due."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.clock import SystemClock
from synthetics.ledger.store import Ledger
from synthetics.record import Trigger
from synthetics.slots import Timeline
from tests.runner.stories import PASSED, PLACEMENT, SLOT_MS, HeldExecutor, a_story


class _StandingClock(SystemClock):
    """Stands still, so many milliseconds after the slot."""

    def __init__(self, after_ms: int) -> None:
        self._now_ms = SLOT_MS + after_ms

    def wall_ms(self) -> int:
        return self._now_ms

    def monotonic_ms(self) -> int:
        return self._now_ms


@pytest.mark.parametrize(
    ("after_ms", "lateness_ms"),
    [
        pytest.param(-1, 0, id="whoever found it due is a millisecond ahead"),
        pytest.param(0, 0, id="on time"),
        pytest.param(250, 250, id="late"),
    ],
)
def test_story_never_tells_of_a_run_that_started_before_its_slot(
    tmp_path: Path, ledger: Ledger, after_ms: int, lateness_ms: int
) -> None:
    claimed: list[int | None] = []
    executor = HeldExecutor(
        PASSED, meanwhile=lambda _stop: claimed.extend(each.started_ms for each in ledger.open_slots())
    )
    story = replace(a_story(tmp_path, ledger, executor, []), timeline=Timeline(_StandingClock(after_ms)))

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (record.started_ms, record.lateness_ms) == (SLOT_MS + lateness_ms, lateness_ms)
    assert claimed == [record.started_ms]
