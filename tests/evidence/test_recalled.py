"""A run can be judged again from its record alone, and is judged the same as long as nothing more is known."""

from dataclasses import fields, replace
from typing import Any

import pytest

from synthetics.artifacts.redaction import Redactor
from synthetics.evidence import Evidence, RecordedCourse, RecordedEvidence, evidence_of
from synthetics.execute.recording import make_record
from synthetics.judge import judge, review
from synthetics.record import Error, Outcome, Provenance, RunKey, RunRecord, Trigger
from tests.builders import a_journey
from tests.judge.building import NOW, around, passing, phases, stopping
from tests.judge.cases import CASES, Case
from tests.judge.cases.shorthand import EXPECTING

KEY = RunKey(journey="ihub.run_flow", target="site", location="local", trigger=Trigger.SCHEDULE, slot_ms=NOW)
RAN = Provenance(file="ihub/test_run_flow.py", file_sha256="0" * 64)
NOT_PASSED = [each for each in CASES if each.outcome is not Outcome.PASSED]


def kept(seen: Evidence, **changes: Any) -> RunRecord:
    """The record of a run as it comes back from the ledger: redacted, written, and read again."""
    record = make_record(
        KEY, a_journey(), seen, judge(seen), started_ms=NOW, lateness_ms=0, provenance=RAN, duration_ms=9_000
    )
    redacted = Redactor(["open-sesame-1"]).record(replace(record, **changes))
    return RunRecord.from_json(redacted.to_json())


@pytest.mark.parametrize("case", [pytest.param(each, id=each.sentence) for each in NOT_PASSED])
def test_run_that_did_not_pass_is_judged_from_its_record_as_it_was_at_first(case: Case) -> None:
    record = kept(case.evidence)
    recalled = evidence_of(record)
    assert recalled is not None
    again = judge(recalled)
    assert (again.outcome, again.fault, again.reasons) == (record.outcome, record.fault, record.reasons)
    assert review(recalled) == review(case.evidence)


def test_evidence_comes_back_whole_but_for_the_ways_to_errors() -> None:
    error = Error(type="AssertionError", message="not there", where="test_it.py:3", traceback="a long way")
    call = replace(phases()[1], error=error)
    evidence = stopping(EXPECTING, phases=(call,), dropped=3, unread_lines=2, heard_until_ms=8_500)
    without = replace(call, error=replace(error, traceback=None))
    # The browser is told by the course itself: provenance may be missing.
    assert evidence_of(kept(evidence)) == replace(evidence, phases=(without,))


def test_evidence_has_no_part_that_a_record_does_not_keep() -> None:
    """Whoever adds one decides here whether rules may read it of a record."""
    in_evidence = {each.name for each in fields(RecordedEvidence)} | {each.name for each in fields(RecordedCourse)}
    in_record = {"steps", "fixture_steps", "artifacts", "playwright", "host_build", "app_version"}
    assert {each.name for each in fields(Evidence)} == (in_evidence - {"course"}) | in_record


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(kept(passing()), id="of a run that passed"),
        pytest.param(kept(stopping(EXPECTING), evidence=None), id="of a run that nobody saw"),
        pytest.param(
            kept(stopping(EXPECTING), evidence=RecordedEvidence(surroundings=around())),
            id="from before its course was kept",
        ),
    ],
)
def test_record_that_keeps_too_little_gives_no_evidence(record: RunRecord) -> None:
    assert evidence_of(record) is None


def test_record_of_a_passed_run_stays_small_and_that_of_any_other_stays_bounded() -> None:
    passed = kept(passing(surroundings=replace(around(), controls=())))
    assert passed.evidence is not None
    assert passed.evidence.course is None
    assert len(passed.to_json()) < 2_500
    long = Error(type="AssertionError", message="m" * 4_000, traceback="t" * 20_000)
    failed = stopping(EXPECTING, phases=tuple(replace(each, error=long) for each in phases()))
    assert len(kept(failed, error=None, reasons=()).to_json()) < 20_000
