"""The story of one slot: whatever happens on the way, one record stands in the ledger."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.clock import SystemClock
from synthetics.config.models import Account, App, Target
from synthetics.errors import StandinError
from synthetics.evidence import Evidence, Phase, PhaseEvidence, PhaseOutcome, WorkerEnding
from synthetics.execute import Execution, Order
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Artifact, ArtifactKind, Outcome, Reason, RunKey, RunRecord, Step, StepStatus, Trigger
from synthetics.runner.story import Story
from synthetics.slots import Timeline
from tests.builders import a_placement

PLACEMENT = a_placement("ihub.run_flow")
SLOT_MS = 1_772_366_400_000
SECRET = "p4ssw0rd-of-the-robot"
PASSED = Evidence(
    ending=WorkerEnding(exit_code=0, duration_ms=1_500),
    playwright="1.65",
    browser="156",
    asked_target=True,
    steps=(Step(title="Open", status=StepStatus.PASSED, offset_ms=10, duration_ms=900),),
    phases=tuple(
        PhaseEvidence(phase=each, outcome=PhaseOutcome.PASSED) for each in (Phase.SETUP, Phase.CALL, Phase.TEARDOWN)
    ),
    artifacts=(Artifact(kind=ArtifactKind.WORKER_LOG, path="worker.log", size_bytes=1),),
)


class HeldExecutor:
    """Gives the evidence that a test wants, or breaks."""

    def __init__(self, evidence: Evidence | Exception) -> None:
        self._evidence = evidence
        self.orders: list[Order] = []

    @contextmanager
    def execute(self, order: Order, stop: threading.Event) -> Iterator[Execution]:
        del stop
        self.orders.append(order)
        if isinstance(self._evidence, Exception):
            raise self._evidence
        output = order.journeys_folder / "output"
        output.mkdir(exist_ok=True)
        (output / "worker.log").write_text(f"signed in with {SECRET}")
        yield Execution(evidence=self._evidence, output=output, started_ms=SLOT_MS)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "var")
    yield ledger
    ledger.close()


def a_story(tmp_path: Path, ledger: Ledger, executor: HeldExecutor, published: list[RunRecord]) -> Story:
    target = Target(name="standin", site="http://127.0.0.1:1", account=Account(email="a@b", password=SecretStr(SECRET)))
    return Story(
        ledger=ledger,
        executor=executor,
        store=ArtifactStore(tmp_path / "var" / "runs"),
        redactor=Redactor([SECRET]),
        timeline=Timeline(SystemClock()),
        site=lambda _name: target,
        apps={"ihub": App(name="ihub", title="iHub")},
        browser=Path("chromium"),
        journeys_folder=tmp_path,
        grace_ms=2_000,
        publish=published.append,
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
