"""A record without anything that a page or a journey wrote: for when secrets cannot be taken out of it."""

from dataclasses import replace

from synthetics.record import Reason, RunRecord, Step


def reduced(record: RunRecord, why: str) -> RunRecord:
    """What became of a run, and when, with none of its texts.

    Args:
        record: The run's record.
        why: Why they cannot be kept, in a word.
    """
    steps = tuple(Step(title=each.title, status=each.status, duration_ms=each.duration_ms) for each in record.steps)
    reason = Reason(
        code="record_reduced", sentence=f"The record's texts could not be written ({why}) and were left out."
    )
    return replace(
        record,
        reasons=(reason,),
        steps=steps,
        fixture_steps=(),
        error=None,
        artifacts=(),
        provenance=None,
        worker=None if record.worker is None else replace(record.worker, leaked=()),
        evidence=None,
    )
