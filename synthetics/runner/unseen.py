"""The record of a run that nobody saw: all that is known of it stands in its key and in the catalogue."""

from synthetics.catalogue import Placement
from synthetics.record import Fault, Kind, Outcome, Reason, RunKey, RunRecord, Step, StepStatus


def unseen(
    key: RunKey, placement: Placement | None, outcome: Outcome, reason: Reason, *, app: str | None = None
) -> RunRecord:
    """Make a record of a run of which there is no evidence.

    Args:
        key: Which slot, and which attempt at it.
        placement: Where the journey still exists.
        outcome: ``errored`` or ``missed``.
        reason: Why nothing is known of it.
        app: The app's name, for a journey that is gone.
    """
    journey = placement.journey if placement is not None else None
    return RunRecord(
        run_id=key.run_id,
        app=journey.app if journey is not None else app or key.journey.partition(".")[0],
        journey=key.journey,
        title=journey.title if journey is not None else key.journey,
        kind=journey.kind if journey is not None else Kind.BROWSER,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=key.slot_ms,
        attempt=key.attempt,
        outcome=outcome,
        fault=Fault.MONITOR,
        reasons=(reason,),
        steps=tuple(Step(title=title, status=StepStatus.SKIPPED) for title in (journey.steps if journey else ())),
    )
