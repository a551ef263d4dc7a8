"""The story of one slot: whatever happens on the way, one record stands in the ledger."""

import threading
from pathlib import Path

import pytest

from synthetics.errors import StandinError
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, Reason, RunKey, RunRecord, StepStatus, Trigger
from tests.runner.stories import PASSED, PLACEMENT, SECRET, SLOT_MS, HeldExecutor, a_story


def test_story_records_a_run_and_publishes_what_stands_in_the_ledger(tmp_path: Path, ledger: Ledger) -> None:
    published: list[RunRecord] = []
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), published)

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert (record.outcome, record.duration_ms, record.counts) == (Outcome.PASSED, 1_500, True)
    assert [ledger.run(record.run_id)] == published == [record]
    assert ledger.open_slots() == ()
    kept = story.store.folder(record.run_id, SLOT_MS) / "worker.log"
    assert SECRET not in kept.read_text()


def test_story_leaves_a_slot_alone_that_somebody_claimed_before(tmp_path: Path, ledger: Ledger) -> None:
    executor = HeldExecutor(PASSED)
    story = a_story(tmp_path, ledger, executor, [])
    story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event()) is None
    assert len(executor.orders) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(OSError(28, "No space left on device"), "No space left on device", id="the machine's trouble"),
        pytest.param(StandinError("The stand-in ended."), "The stand-in ended.", id="the stand-in is gone"),
        pytest.param(KeyError("bug"), "bug", id="a bug of ours"),
    ],
)
def test_story_records_the_monitor_s_own_trouble_as_errored(
    tmp_path: Path, ledger: Ledger, error: Exception, told: str
) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(error), [])

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, "runner_broke")
    assert told in record.reasons[0].sentence
    assert [step.status for step in record.steps] == [StepStatus.SKIPPED]
    assert ledger.run(record.run_id) == record


def test_story_keeps_its_record_when_publishing_fails(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])
    object.__setattr__(story, "publish", lambda _record: 1 / 0)

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert ledger.run(record.run_id) == record


def test_story_records_a_missed_slot_with_its_reason(tmp_path: Path, ledger: Ledger) -> None:
    reason = Reason(code="no_seat", sentence="Every seat was taken.")
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])

    record = story.miss(PLACEMENT, SLOT_MS, reason)

    assert (record.outcome, record.reasons, record.started_ms) == (Outcome.MISSED, (reason,), None)
    assert ledger.run(record.run_id) == record


@pytest.mark.parametrize("known", [True, False], ids=["of a journey that is there", "of a journey that is gone"])
def test_story_settles_a_run_that_an_earlier_runner_lost(tmp_path: Path, ledger: Ledger, *, known: bool) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])
    key = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=SLOT_MS)
    ledger.claim(key, "ihub", SLOT_MS + 5)
    [slot] = ledger.open_slots()

    record = story.lose(slot, PLACEMENT if known else None)

    assert (record.outcome, record.reasons[0].code, record.started_ms) == (Outcome.ERRORED, "runner_lost", SLOT_MS + 5)
    assert ledger.open_slots() == ()
    assert sum(ledger.totals().slots.values()) == 1
