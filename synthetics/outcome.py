"""What became of a run, and whose fault it was: the words that every other room shares."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a run."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    MISSED = "missed"


class Fault(StrEnum):
    """Whose fault it was."""

    NONE = "none"
    APP = "app"
    HOST = "host"
    SESSION = "session"
    NETWORK = "network"
    UNKNOWN = "unknown"
    MONITOR = "monitor"


#: The only pairs there are: a run that was not judged is the monitor's, one that failed is somebody's or unknown.
OUTCOMES_AND_FAULTS: tuple[tuple[Outcome, Fault], ...] = (
    (Outcome.PASSED, Fault.NONE),
    (Outcome.FAILED, Fault.APP),
    (Outcome.FAILED, Fault.HOST),
    (Outcome.FAILED, Fault.SESSION),
    (Outcome.FAILED, Fault.NETWORK),
    (Outcome.FAILED, Fault.UNKNOWN),
    (Outcome.ERRORED, Fault.MONITOR),
    (Outcome.MISSED, Fault.MONITOR),
)
