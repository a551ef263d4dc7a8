"""The part of evidence that a record keeps."""

import json
from dataclasses import replace

from synthetics.artifacts.redaction import PLACEHOLDER, Redactor
from synthetics.evidence import (
    ControlKind,
    ControlSeen,
    Evidence,
    FrameSeen,
    MachineSeen,
    MessageSeen,
    OriginTraffic,
    Owner,
    RecordedEvidence,
    RequestSeen,
    Surroundings,
)
from synthetics.record import Fault, Kind, Outcome, RunKey, RunRecord, Trigger

SECRET = "open-sesame-1"
KEY = RunKey(journey="ihub.walk", target="site", location="local", trigger=Trigger.SCHEDULE, slot_ms=1)
ORIGIN = OriginTraffic(owner=Owner.APP, origin="https://a.example", requests=1, answered=1, statuses=((200, 1),))
EVIDENCE = Evidence(
    origins=(ORIGIN,),
    requests=(RequestSeen(owner=Owner.APP, origin=ORIGIN.origin, method="GET", path=f"/{SECRET}", resource="fetch"),),
    frames=(FrameSeen(url=f"https://a.example/{SECRET}", origin=ORIGIN.origin, owner=Owner.APP, attached_ms=1),),
    messages=(MessageSeen(kind="console", text=f"not {SECRET}", owner=Owner.APP, at_ms=2),),
    bridge_calls=3,
    surroundings=Surroundings(
        now_ms=10,
        started_ms=1,
        controls=(
            ControlSeen(
                kind=ControlKind.HOST_FORGE, outcome=Outcome.PASSED, fault=Fault.NONE, started_ms=1, ended_ms=2
            ),
        ),
        machine_start=MachineSeen(load_1m=0.5),
    ),
)


def record(evidence: RecordedEvidence | None) -> RunRecord:
    return RunRecord(
        run_id=KEY.run_id,
        app="ihub",
        journey=KEY.journey,
        title="A walk",
        kind=Kind.BROWSER,
        target=KEY.target,
        location=KEY.location,
        trigger=KEY.trigger,
        slot_ms=KEY.slot_ms,
        attempt=1,
        outcome=Outcome.PASSED,
        fault=Fault.NONE,
        evidence=evidence,
    )


def test_record_keeps_evidence_and_gives_it_back() -> None:
    kept = record(EVIDENCE.recorded)

    assert RunRecord.from_json(kept.to_json()) == kept
    assert kept.evidence is not None
    assert (kept.evidence.origins, kept.evidence.bridge_calls) == (EVIDENCE.origins, 3)
    assert kept.evidence.surroundings == EVIDENCE.surroundings


def test_record_from_before_there_was_evidence_can_be_read() -> None:
    values = json.loads(record(None).to_json())
    del values["evidence"]

    assert RunRecord.from_json(json.dumps(values)) == record(None)


def test_no_secret_is_left_in_what_a_record_keeps() -> None:
    clean = Redactor([SECRET]).record(record(EVIDENCE.recorded))

    assert SECRET not in clean.to_json()
    assert clean.to_json().count(PLACEHOLDER) == 3
    assert clean.evidence is not None
    assert clean.evidence.origins == (ORIGIN,)


def test_run_that_only_the_runner_knows_of_keeps_that() -> None:
    only = replace(Evidence(), surroundings=EVIDENCE.surroundings).recorded

    assert only == RecordedEvidence(surroundings=EVIDENCE.surroundings)
