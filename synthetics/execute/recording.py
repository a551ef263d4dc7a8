"""The record of a run, made of what is known and what was judged."""

from synthetics.catalogue import Journey
from synthetics.evidence import Evidence
from synthetics.judge import Judgement
from synthetics.record import Outcome, Provenance, RunKey, RunRecord
from synthetics.worker import Worker


def make_record(  # noqa: PLR0913  a record is made of exactly these, each from another room
    key: RunKey,
    journey: Journey,
    evidence: Evidence,
    judgement: Judgement,
    *,
    started_ms: int,
    lateness_ms: int,
    provenance: Provenance | None,
    worker: Worker | None = None,
    duration_ms: int | None = None,
) -> RunRecord:
    """Make the record of a run that was made.

    Args:
        key: Which run it was.
        journey: What was run.
        evidence: What is known of it.
        judgement: What the judge said.
        started_ms: When it started, in milliseconds UTC.
        lateness_ms: How long after it was due it started.
        provenance: What exactly ran.
        worker: The process that made it; None by hand.
        duration_ms: How long it took; None takes what the worker's ending tells, for a run that had a worker.

    Returns:
        The record, its artifacts as the run left them.
    """
    if duration_ms is None and evidence.ending is not None:
        duration_ms = evidence.ending.duration_ms
    return RunRecord(
        run_id=key.run_id,
        app=journey.app,
        journey=key.journey,
        title=journey.title,
        kind=journey.kind,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=key.slot_ms,
        attempt=key.attempt,
        outcome=judgement.outcome,
        fault=judgement.fault,
        reasons=judgement.reasons,
        started_ms=started_ms,
        duration_ms=duration_ms,
        lateness_ms=lateness_ms,
        steps=evidence.steps,
        fixture_steps=evidence.fixture_steps,
        error=evidence.error,
        artifacts=evidence.artifacts,
        provenance=provenance,
        worker=worker,
        evidence=evidence.recorded if judgement.outcome is Outcome.PASSED else evidence.recorded_whole,
    )
