"""Which runs are repeated at once, to tell a passing disturbance, or a tired browser, from an outage."""

from synthetics.record import Outcome, RunRecord

#: What may be the browser's own weakness, or the page's doing: only a fresh browser can tell.
_UNSURE = frozenset({"browser_died"})


def is_to_be_confirmed(record: RunRecord) -> bool:
    """Whether a run is to be repeated once, at once, as attempt 2 of the same slot.

    Args:
        record: A run that is over.
    """
    if record.attempt != 1:
        return False
    return record.outcome is Outcome.FAILED or any(reason.code in _UNSURE for reason in record.reasons)
