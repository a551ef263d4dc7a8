"""The world around a run, as far as the runner knows it: what other runs said, and what the machine was like."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import psutil

from synthetics.evidence import ControlKind, MachineSeen
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunKey, RunRecord, Trigger
from synthetics.runner import admission

_CONTROLS = frozenset(ControlKind)
#: How many records of a journey are looked through for its last slots: each has two at most, and some are by hand.
_LOOKED_THROUGH = 20


def read_machine(storage: Path) -> MachineSeen:
    """Look at the machine as it is now; what cannot be read is None.

    Args:
        storage: Whose disk is looked at.
    """
    free = admission.read(storage)
    total_bytes: int | None = None
    load: float | None = None
    with suppress(OSError, psutil.Error):
        total_bytes = psutil.virtual_memory().total
    with suppress(OSError, AttributeError):
        load = os.getloadavg()[0]
    return MachineSeen(
        memory_available_bytes=free.memory_free,
        memory_total_bytes=total_bytes,
        load_1m=load,
        cpus=os.cpu_count(),
        disk_free_bytes=free.disk_free,
    )


def last_slots(ledger: Ledger, key: RunKey) -> tuple[RunRecord, ...]:
    """The last scheduled runs of the same journey, target and location before a slot, the newest first."""
    records = ledger.runs(selectors=(key.journey,), limit=_LOOKED_THROUGH)
    return tuple(
        each
        for each in records
        if each.trigger is Trigger.SCHEDULE
        and (each.target, each.location) == (key.target, key.location)
        and each.slot_ms < key.slot_ms
    )


def errored_in_row(before: Sequence[RunRecord]) -> int:
    """How many of the slots right before were errored.

    Args:
        before: As ``last_slots`` gives them.
    """
    firsts = (each for each in before if each.attempt == 1)
    return sum(1 for _ in takewhile(lambda each: each.outcome is Outcome.ERRORED, firsts))


def was_confirmed_failure(before: Sequence[RunRecord]) -> bool:
    """Whether the slot right before failed, and again when it was repeated.

    Args:
        before: As ``last_slots`` gives them.
    """
    if not before:
        return False
    last = [each for each in before if each.slot_ms == before[0].slot_ms]
    return len(last) > 1 and all(each.outcome is Outcome.FAILED for each in last)


def passed_before(ledger: Ledger, key: RunKey, file_sha256: str) -> bool:
    """Whether this very journey, by the hash of its file, has passed on this target before."""
    passed = ledger.runs(selectors=(key.journey,), outcomes=(Outcome.PASSED,), limit=_LOOKED_THROUGH)
    return any(
        each.target == key.target and each.provenance is not None and each.provenance.file_sha256 == file_sha256
        for each in passed
    )


def of_others(ledger: Ledger, key: RunKey, app: str, since_ms: int) -> tuple[RunRecord, ...]:
    """The last run since an instant of each journey of another app, on the same target and from the same location."""
    latest: dict[str, RunRecord] = {}
    for each in ledger.runs(since_ms=since_ms):
        is_other = each.app not in {app, *_CONTROLS} and (each.target, each.location) == (key.target, key.location)
        if is_other and each.attempt == 1 and each.outcome is not Outcome.MISSED:
            latest.setdefault(each.journey, each)
    return tuple(latest.values())


def share_failing(others: Iterable[RunRecord]) -> float | None:
    """Which share of these failed, 0 to 1; None where there are none."""
    outcomes = [each.outcome for each in others]
    return outcomes.count(Outcome.FAILED) / len(outcomes) if outcomes else None
