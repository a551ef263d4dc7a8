"""What a run is ordered with, what is left at its end, and the seat of whoever makes it happen."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from synthetics.authoring.assignment import Assignment
from synthetics.catalogue import Journey
from synthetics.evidence import Event, Evidence, SessionMade
from synthetics.worker import Worker


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One run, as it is ordered.

    Args:
        assignment: What the worker is told; its output folder is replaced by the one that is private to the run.
        journey: The journey to run.
        journeys_folder: The folder of journeys; the folder above it is where journeys are imported from.
        timeout_ms: How long the worker may take, its own start included.
        grace_ms: How long after that it may take to end by itself, before it is killed.
        isolated: Whether the run has a worker and a browser to itself, as the confirm-run always has.
        tracing: Whether Playwright's full trace is recorded, which costs half as much again as the run.
        on_event: Told each event when it comes, from the thread that makes the run; sessions are told to nobody.
    """

    assignment: Assignment
    journey: Journey
    journeys_folder: Path
    timeout_ms: int
    grace_ms: int
    isolated: bool = False
    tracing: bool = False
    on_event: Callable[[Event], None] = lambda _event: None


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """What a run left.

    Args:
        evidence: All that can be known of it.
        output: The folder of its artifacts, which is removed when the ``with`` block ends; it is not there where not
            even the folder could be made.
        started_ms: When it started, in milliseconds UTC.
        worker: The process that made it, seen from outside.
        sessions: The sessions that it told of, which are secret, the oldest first.
    """

    evidence: Evidence
    output: Path
    started_ms: int
    worker: Worker
    sessions: tuple[SessionMade, ...] = field(default=(), repr=False)


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

    def prepare(self, orders: Sequence[Order]) -> None:
        """Keep warm workers from now on, one for each order at once.

        Args:
            orders: What the workers are warmed with; nothing is asked of any target.
        """
