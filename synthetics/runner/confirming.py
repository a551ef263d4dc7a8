"""Which runs are repeated at once, to tell a passing disturbance from an outage."""

from synthetics.record import Outcome, RunRecord


def is_to_be_confirmed(record: RunRecord) -> bool:
    """Whether a run is to be repeated once, at once, as attempt 2 of the same slot.

    Args:
        record: A run that is over.
    """
    return record.attempt == 1 and record.outcome is Outcome.FAILED
