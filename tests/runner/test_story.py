"""The story of one slot: whatever happens on the way, one record stands in the ledger."""

import threading
from pathlib import Path

import pytest

from synthetics.errors import StandinError, StorageError
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, Reason, RunRecord, StepStatus, Trigger
from synthetics.runner.story import UnwrittenError
from tests.runner.stories import (
    FAILED,
    PASSED,
    PLACEMENT,
    SECRET,
    SLOT_MS,
    BrokenRedactor,
    GoneSites,
    HeldExecutor,
    a_story,
)


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
    ("error", "code", "told"),
    [
        pytest.param(OSError(28, "No space left"), "runner_broke", "No space left", id="the machine's trouble"),
        pytest.param(StandinError("It ended."), "standin_gone", "It ended.", id="the stand-in does not come up"),
        pytest.param(KeyError("bug"), "runner_broke", "bug", id="a bug of ours"),
    ],
)
def test_story_records_the_monitor_s_own_trouble_as_errored(
    tmp_path: Path, ledger: Ledger, error: Exception, code: str, told: str
) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(error), [])

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, code)
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


def test_story_blames_nobody_else_where_our_own_site_went_away_in_the_middle(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(FAILED), [])
    object.__setattr__(story, "sites", GoneSites(story.sites.target("standin")))

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, "standin_gone")


def test_story_records_what_became_of_a_run_whose_texts_cannot_be_written(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(FAILED), [])
    object.__setattr__(story, "redactor", BrokenRedactor([SECRET]))

    record = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert record is not None
    assert (record.outcome, record.reasons[0].code, record.error) == (Outcome.FAILED, "record_reduced", None)
    assert [step.title for step in record.steps] == ["Open"]
    assert ledger.run(record.run_id) == record


def test_story_hands_over_the_record_that_the_ledger_would_not_take(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])

    def refuse(*_: object) -> bool:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "write", refuse)
        with pytest.raises(UnwrittenError, match="the disk is full") as caught:
            story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert story.settle(caught.value.record).outcome is Outcome.PASSED
    assert ledger.open_slots() == ()


def test_story_publishes_no_second_truth_of_a_run(tmp_path: Path, ledger: Ledger) -> None:
    published: list[RunRecord] = []
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), published)
    first = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())
    assert first is not None

    second = story.miss(PLACEMENT, SLOT_MS, Reason(code="late", sentence="Too late."))

    assert second == first
    assert published == [first]
