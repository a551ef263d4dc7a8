"""Records are made of what is known, and nothing that is not known becomes a number."""

from synthetics.evidence import (
    Evidence,
    OriginTraffic,
    Owner,
    Phase,
    PhaseEvidence,
    PhaseOutcome,
    RecordedEvidence,
    WorkerEnding,
)
from synthetics.execute.recording import make_record
from synthetics.judge import Judgement
from synthetics.record import (
    Artifact,
    ArtifactKind,
    Fault,
    Outcome,
    Provenance,
    Reason,
    RunKey,
    RunRecord,
    Step,
    StepStatus,
    Trigger,
)
from tests.builders import a_journey
from tests.execute.builders import AN_ERROR

KEY = RunKey(
    journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=1_000, attempt=2
)
FAILED = Judgement(
    outcome=Outcome.FAILED, fault=Fault.UNKNOWN, reasons=(Reason(code="journey_failed", sentence="It failed."),)
)
STEPS = (Step(title="Open", status=StepStatus.FAILED, offset_ms=5, error=AN_ERROR),)
SIGN_IN = (Step(title="Sign in", status=StepStatus.PASSED, offset_ms=1, duration_ms=4),)
LOG = Artifact(kind=ArtifactKind.WORKER_LOG, path="worker.log", size_bytes=17)
ASKED = OriginTraffic(owner=Owner.SITE, origin="https://site.example", requests=1, answered=1, statuses=((200, 1),))
EVIDENCE = Evidence(
    ending=WorkerEnding(exit_code=1, duration_ms=700),
    steps=STEPS,
    fixture_steps=SIGN_IN,
    phases=(PhaseEvidence(phase=Phase.CALL, outcome=PhaseOutcome.FAILED, error=AN_ERROR),),
    artifacts=(LOG,),
    origins=(ASKED,),
    bridge_calls=3,
)
RAN = Provenance(file="ihub/test_run_flow.py", file_sha256="0" * 64)


def a_record(evidence: Evidence = EVIDENCE, duration_ms: int | None = None) -> RunRecord:
    return make_record(
        KEY,
        a_journey(),
        evidence,
        FAILED,
        started_ms=1_250,
        lateness_ms=250,
        provenance=RAN,
        duration_ms=duration_ms,
    )


def test_record_has_all_that_is_known() -> None:
    record = a_record()
    assert record.key == KEY
    assert (record.app, record.title, record.kind) == ("ihub", "A customer's path works", "browser")
    assert (record.outcome, record.fault, record.reasons) == (FAILED.outcome, FAILED.fault, FAILED.reasons)
    assert (record.started_ms, record.duration_ms, record.lateness_ms) == (1_250, 700, 250)
    assert (record.steps, record.fixture_steps, record.error) == (STEPS, SIGN_IN, AN_ERROR)
    assert (record.artifacts, record.dropped_artifacts, record.provenance) == ((LOG,), 0, RAN)
    assert record.evidence == EVIDENCE.recorded_whole
    assert RunRecord.from_json(record.to_json()) == record


def test_record_of_a_passed_run_keeps_only_the_traffic() -> None:
    passed = Judgement(outcome=Outcome.PASSED, fault=Fault.NONE)
    record = make_record(KEY, a_journey(), EVIDENCE, passed, started_ms=1_250, lateness_ms=250, provenance=RAN)
    assert record.evidence == RecordedEvidence(origins=(ASKED,), bridge_calls=3)


def test_record_by_hand_takes_its_duration_from_its_maker() -> None:
    assert a_record(Evidence(), duration_ms=0).duration_ms == 0


def test_record_without_a_known_duration_has_none() -> None:
    assert a_record(Evidence()).duration_ms is None
