"""What a run is ordered with, what is left at its end, and the seat of whoever makes it happen."""

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from synthetics.authoring.assignment import Assignment
from synthetics.catalogue import Journey
from synthetics.evidence import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One run, as it is ordered.

    Args:
        assignment: What the worker is told; its output folder is replaced by the one that is private to the run.
        journey: The journey to run.
        journeys_folder: The folder of journeys; the folder above it is where journeys are imported from.
        timeout_ms: How long the worker may take, its own start included.
        grace_ms: How long after that it may take to end by itself, before it is killed.
    """

    assignment: Assignment
    journey: Journey
    journeys_folder: Path
    timeout_ms: int
    grace_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """What a run left.

    Args:
        evidence: All that can be known of it.
        output: The folder of its artifacts, which is removed when the ``with`` block ends; it is not there where not
            even the folder could be made.
        started_ms: When it started, in milliseconds UTC.
    """

    evidence: Evidence
    output: Path
    started_ms: int


class Executor(Protocol):
    """Whoever makes runs happen."""

    def execute(self, order: Order, stop: threading.Event) -> AbstractContextManager[Execution]:
        """Make one run happen, to its very end; its artifacts can be taken inside the ``with`` block.

        Args:
            order: What to run.
            stop: Set from another thread, it ends the run before its time.

        Returns:
            A context manager: entering it makes the run, leaving it removes all that the run left on the disk.
        """
