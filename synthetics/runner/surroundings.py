"""The world around a run, as far as the runner knows it: what other runs said, and what the machine was like."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import psutil

from synthetics.evidence import ControlKind, ControlSeen, MachineSeen
from synthetics.judge.controls import OLDEST_MS
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


def control_of(record: RunRecord) -> ControlSeen | None:
    """What a run said, where it was that of a control, whoever asked for it; None for any other."""
    if record.app not in _CONTROLS or record.started_ms is None:
        return None
    return ControlSeen(
        kind=ControlKind(record.app),
        run_id=record.run_id,
        outcome=record.outcome,
        fault=record.fault,
        started_ms=record.started_ms,
        ended_ms=record.started_ms + (record.duration_ms or 0),
        reached_network=record.evidence is not None
        and any(origin.answered or origin.refused for origin in record.evidence.origins),
    )


def worth_keeping(controls: Iterable[ControlSeen], started_ms: int) -> tuple[ControlSeen, ...]:
    """The controls that can say something of a run, and the last of each kind, however old: for people it has an age.

    Args:
        controls: In the order in which they were made.
        started_ms: When the run started, in milliseconds UTC.
    """
    known = tuple(controls)
    last = {each.kind: each for each in known}
    return tuple(each for each in known if each.ended_ms >= started_ms - OLDEST_MS or each is last[each.kind])


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
    return others_in(ledger.runs(since_ms=since_ms), key, app)


def others_in(records: Iterable[RunRecord], key: RunKey, app: str) -> tuple[RunRecord, ...]:
    """The same of records that were read before, the newest first."""
    latest: dict[str, RunRecord] = {}
    for each in records:
        is_other = each.app not in {app, *_CONTROLS} and (each.target, each.location) == (key.target, key.location)
        if is_other and each.attempt == 1 and each.outcome is not Outcome.MISSED:
            latest.setdefault(each.journey, each)
    return tuple(latest.values())


def share_failing(others: Iterable[RunRecord]) -> float | None:
    """Which share of these failed, 0 to 1; None where there are none."""
    outcomes = [each.outcome for each in others]
    return outcomes.count(Outcome.FAILED) / len(outcomes) if outcomes else None
