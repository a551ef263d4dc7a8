"""What the runner knows of the world around a run; the worker that makes the run knows none of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from synthetics.outcome import Fault, Outcome
from synthetics.worker import KillReason


class ControlKind(StrEnum):
    """What a control looks at: a journey without the app in question, on the same target with the same account."""

    HOST_JIRA = "host_jira"
    HOST_CONFLUENCE = "host_confluence"
    HOST_FORGE = "host_forge"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlSeen:
    """What a control said the last time.

    Args:
        kind: What it looks at.
        run_id: Its run's short name; None where it has no record.
        outcome: What became of it.
        fault: Whose fault it was by its own evidence, without a control of its own.
        started_ms: When it started, in milliseconds UTC.
        ended_ms: When it was over, in milliseconds UTC.
        reached_network: Whether any origin answered it.
    """

    kind: ControlKind
    run_id: str | None = None
    outcome: Outcome
    fault: Fault
    started_ms: int
    ended_ms: int
    reached_network: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineSeen:
    """The machine that the run was made on, at one moment; None for what could not be read.

    Args:
        memory_available_bytes: Memory that can be had without swapping.
        memory_total_bytes: All of it.
        load_1m: Processes that ran or waited to, on average over a minute.
        cpus: How many processors there are.
        disk_free_bytes: What is free where the storage lies.
        clock_offset_ms: How far the machine's clock goes before the site's ``Date``, in milliseconds.
    """

    memory_available_bytes: int | None = None
    memory_total_bytes: int | None = None
    load_1m: float | None = None
    cpus: int | None = None
    disk_free_bytes: int | None = None
    clock_offset_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatSeen:
    """The other attempt at the same slot.

    Args:
        outcome: What became of it.
        browser_died: What ended in it without being told to.
        killed_for: Why the monitor ended it, where it did.
        failed_step: The title of the step that it failed in.
    """

    outcome: Outcome
    browser_died: Literal["browser", "page"] | None = None
    killed_for: KillReason | None = None
    failed_step: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The world around a run, when it is judged.

    Args:
        now_ms: The present, in milliseconds UTC.
        started_ms: When the run started, in milliseconds UTC.
        controls: What each control said the last time.
        statuspage: The indicator of the host's status page: none, minor, major, critical or maintenance; None where it
            was not to be had.
        statuspage_since_ms: When the page was first seen to say so, in milliseconds UTC.
        machine_start: The machine when the run started.
        machine_end: The machine when it was over.
        attempt: 1, or 2 for the confirm-run.
        first_attempt: Attempt 1, where this is attempt 2.
        confirm: Attempt 2, where this is attempt 1.
        errored_in_row: How many slots of this journey, target and location right before this one were errored.
        neighbours_passed: Whether another app's journey passed at this location in the same interval.
        passed_before: Whether this very journey, by its hash, has passed with a browser's evidence before.
        others_failing: The share of the journeys of other apps that failed in the same interval, 0 to 1.
    """

    now_ms: int
    started_ms: int
    controls: tuple[ControlSeen, ...] = ()
    statuspage: str | None = None
    statuspage_since_ms: int | None = None
    machine_start: MachineSeen | None = None
    machine_end: MachineSeen | None = None
    attempt: int = 1
    first_attempt: RepeatSeen | None = None
    confirm: RepeatSeen | None = None
    errored_in_row: int = 0
    neighbours_passed: bool | None = None
    passed_before: bool | None = None
    others_failing: float | None = None
