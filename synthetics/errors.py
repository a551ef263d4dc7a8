"""Every error that a caller can meet.

SyntheticsError
├── CallerError              exit code 2: the caller can mend it
│   ├── ConfigurationError   all problems of the configuration and the journeys at once
│   ├── SelectionError       what was selected does not exist, or nothing is left
│   ├── PortTakenError       an address to listen on is in use
│   ├── StorageError         the storage cannot be made, read or written
│   └── SchedulerRunningError  another scheduler owns this ledger
└── MonitorError             exit code 3: our own trouble
    └── StandinError         the embedded stand-in did not come up, or went away
"""

from collections.abc import Sequence
from dataclasses import dataclass


class SyntheticsError(Exception):
    """The root of this tree; its text says what is wrong, where, and how to mend it."""


class CallerError(SyntheticsError):
    """Something that the caller can mend: configuration, usage, a port, a folder."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a configuration or a journey.

    Args:
        file: The file as the caller would name it.
        key: The key in it (``limits.concurrency``), or the line (``line 12``), or empty for the whole file.
        what: One sentence without a full stop: what is wrong, with the value.
        mend: One sentence: how to mend it.
    """

    file: str
    key: str
    what: str
    mend: str

    def __str__(self) -> str:
        """The problem on two or three lines, the place first."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}\n  {self.what}.\n  {self.mend}"


class ConfigurationError(CallerError):
    """The configuration or the journeys cannot be used.

    Args:
        problems: All that is wrong, not only the first.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SelectionError(CallerError):
    """What was selected does not exist, or nothing is left to run."""


class PortTakenError(CallerError):
    """An address to listen on is in use."""


class StorageError(CallerError):
    """The storage cannot be made, read or written."""


class SchedulerRunningError(CallerError):
    """Another scheduler owns this ledger."""


class MonitorError(SyntheticsError):
    """Our own trouble: nothing that the caller configured."""


class StandinError(MonitorError):
    """The embedded stand-in did not come up, or went away."""
