"""The story of one slot: whatever happens on the way, one record stands in the ledger."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.catalogue import Placement
from synthetics.errors import StandinError, StorageError
from synthetics.evidence import Evidence
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, Reason, RunRecord, StepStatus, Trigger
from synthetics.runner.story import UnwrittenError
from tests.runner.stories import (
    FAILED,
    PASSED,
    PLACEMENT,
    SECRET,
    SLOT_MS,
    WORKER,
    BrokenRedactor,
    GoneSites,
    HeldExecutor,
    a_story,
)


def test_story_records_a_run_and_publishes_what_stands_in_the_ledger(tmp_path: Path, ledger: Ledger) -> None:
    published: list[RunRecord] = []
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), published)

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (record.outcome, record.duration_ms, record.counts) == (Outcome.PASSED, 1_500, True)
    assert record.worker == WORKER
    assert [ledger.run(record.run_id)] == published == [record]
    assert ledger.open_slots() == ()
    kept = story.store.folder(record.run_id, SLOT_MS) / "worker.log"
    assert SECRET not in kept.read_text()


def test_story_leaves_a_slot_alone_that_somebody_claimed_before(tmp_path: Path, ledger: Ledger) -> None:
    executor = HeldExecutor(PASSED)
    story = a_story(tmp_path, ledger, executor, [])
    story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event()) == ()
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

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, code)
    assert told in record.reasons[0].sentence
    assert [step.status for step in record.steps] == [StepStatus.SKIPPED]
    assert ledger.run(record.run_id) == record


def test_story_keeps_its_record_when_publishing_fails(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])
    object.__setattr__(story, "publish", lambda _record: 1 / 0)

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

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

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, "standin_gone")


def test_story_records_what_became_of_a_run_whose_texts_cannot_be_written(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(FAILED), [])
    object.__setattr__(story, "redactor", BrokenRedactor([SECRET]))

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (record.outcome, record.reasons[0].code, record.error) == (Outcome.FAILED, "record_reduced", None)
    assert [step.title for step in record.steps] == ["Open"]
    assert record.evidence is None
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
    (first,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    second = story.miss(PLACEMENT, SLOT_MS, Reason(code="late", sentence="Too late."))

    assert second == first
    assert published == [first]


CRASHED = replace(FAILED, browser_died="browser")


def placed(*, confirms: bool = True, isolated: bool = False) -> Placement:
    return replace(PLACEMENT, journey=replace(PLACEMENT.journey, confirms=confirms, isolated=isolated))


@pytest.mark.parametrize(
    ("evidence", "outcomes"),
    [
        pytest.param((FAILED, PASSED), ["failed", "passed"], id="it failed and passes: flaky"),
        pytest.param((FAILED, FAILED), ["failed", "failed"], id="it failed and fails: confirmed, and no third time"),
        pytest.param((CRASHED, FAILED), ["errored", "failed"], id="its browser died, which may be the page's doing"),
        pytest.param((PASSED,), ["passed"], id="it passed"),
        pytest.param((OSError(28, "No space left"),), ["errored"], id="the monitor's own trouble"),
    ],
)
def test_story_repeats_a_run_once_on_a_fresh_browser_where(
    tmp_path: Path, ledger: Ledger, evidence: tuple[Evidence | Exception, ...], outcomes: list[str]
) -> None:
    executor = HeldExecutor(*evidence)
    story = a_story(tmp_path, ledger, executor, [])

    records = story.run(placed(confirms=True), SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert [each.outcome for each in records] == outcomes
    assert [(each.slot_ms, each.attempt) for each in records] == [(SLOT_MS, 1), (SLOT_MS, 2)][: len(outcomes)]
    assert [(each.isolated, each.tracing) for each in executor.orders] == [(False, False), (True, True)][
        : len(outcomes)
    ]
    assert all(ledger.run(each.run_id) == each for each in records)
    assert sum(ledger.totals().slots.values()) == 1


def test_story_repeats_nothing_where_it_is_told_not_to_or_to_stop(tmp_path: Path, ledger: Ledger) -> None:
    stop = threading.Event()
    story = a_story(tmp_path, ledger, HeldExecutor(FAILED, meanwhile=lambda stop: stop.set()), [])
    assert len(story.run(placed(confirms=True), SLOT_MS, Trigger.SCHEDULE, stop)) == 1

    story = a_story(tmp_path, ledger, HeldExecutor(FAILED), [])
    assert len(story.run(placed(confirms=False), SLOT_MS + 1, Trigger.SCHEDULE, threading.Event())) == 1


def test_story_gives_each_run_of_an_isolated_journey_a_worker_to_itself_and_traces_only_the_second(
    tmp_path: Path, ledger: Ledger
) -> None:
    executor = HeldExecutor(FAILED, PASSED)

    a_story(tmp_path, ledger, executor, []).run(placed(isolated=True), SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert [(each.isolated, each.tracing) for each in executor.orders] == [(True, False), (True, True)]
