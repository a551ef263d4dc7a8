"""Retention: what is kept of runs, and for how long; when space is short files go, never records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from synthetics.artifacts.store import ArtifactStore
from synthetics.artifacts.stored import StoredRun
from synthetics.config.durations import to_ms
from synthetics.config.models import Retention
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome

#: How long the service lets others write between two transactions that remove records.
PAUSE_SECONDS = 0.05
#: How many of these transactions the service makes in one go; what is left waits for the next hour.
ROUNDS = 50


class Why(StrEnum):
    """Why the files of a run go."""

    AGE = "age"
    SIZE = "size"


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """The files of a run that go.

    Args:
        run: Whose they are.
        why: Whether they are too old, or the store is too large.
    """

    run: StoredRun
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruned:
    """What retention removed, or would remove.

    Args:
        removals: The runs whose files went.
        records: How many records went.
        kept_bytes: How much the files that stay take.
    """

    removals: tuple[Removal, ...]
    records: int
    kept_bytes: int

    @property
    def freed_bytes(self) -> int:
        """How much the files took that went."""
        return sum(each.run.size_bytes for each in self.removals)


def outlived(runs: Iterable[StoredRun], retention: Retention, now_ms: int) -> tuple[Removal, ...]:
    """Decide whose files go: those that are too old, then as many as it takes to fit into the limit of size.

    For size the files of passed runs go before all others, and in each of the two the oldest first. A run whose
    folder does not tell its outcome is kept as long as one that failed.

    Args:
        runs: Everything that is stored.
        retention: The limits.
        now_ms: The present, in milliseconds UTC.

    Returns:
        What goes, in this order.
    """
    in_order = sorted(runs, key=_worth)
    old = [each for each in in_order if each.due_ms < now_ms - to_ms(_limit(each, retention))]
    young = [each for each in in_order if each.due_ms >= now_ms - to_ms(_limit(each, retention))]
    removals = [Removal(run=each, why=Why.AGE) for each in old]
    too_much_bytes = sum(each.size_bytes for each in young) - retention.artifacts_bytes
    for each in young:
        if too_much_bytes <= 0:
            break
        removals.append(Removal(run=each, why=Why.SIZE))
        too_much_bytes -= each.size_bytes
    return tuple(removals)


def plan(ledger: Ledger | None, store: ArtifactStore, retention: Retention, now_ms: int) -> Pruned:
    """Find out what ``prune`` would remove, and remove nothing.

    Raises:
        StorageError: Where the ledger cannot be read.
    """
    runs = tuple(store.runs())
    removals = outlived(runs, retention, now_ms)
    records = ledger.count_prunable(_records_limit_ms(retention, now_ms)) if ledger is not None else 0
    return Pruned(removals=removals, records=records, kept_bytes=_kept_bytes(runs, removals))


def prune(  # noqa: PLR0913  two stores, their limits, the time, and how patiently, the last two by name
    ledger: Ledger | None,
    store: ArtifactStore,
    retention: Retention,
    now_ms: int,
    *,
    pause: Callable[[], object],
    rounds: int | None = None,
) -> Pruned:
    """Remove what has outlived its time: files first, since they are what fills disks, then records.

    Args:
        ledger: Where the records are; None where there is none yet.
        store: Where the files are.
        retention: The limits.
        now_ms: The present, in milliseconds UTC.
        pause: Called between two small transactions of the ledger; returns when others have had their turn.
        rounds: How many of these transactions at most; None for as many as it takes.

    Returns:
        What is gone. Files that the disk would not let go are not in it.

    Raises:
        StorageError: Where the ledger cannot be written; the files are gone then.
    """
    store.sweep(now_ms)
    removals = tuple(each for each in outlived(store.runs(), retention, now_ms) if store.remove(each.run))
    kept_bytes = store.measure()
    records = sum(_records(ledger, retention, now_ms, pause, rounds)) if ledger is not None else 0
    return Pruned(removals=removals, records=records, kept_bytes=kept_bytes)


def _records(
    ledger: Ledger, retention: Retention, now_ms: int, pause: Callable[[], object], rounds: int | None
) -> Iterator[int]:
    """Remove records, and yield how many at a time."""
    made, before_ms = 0, _records_limit_ms(retention, now_ms)
    while (rounds is None or made < rounds) and (removed := ledger.prune(before_ms, now_ms=now_ms)):
        yield removed
        made += 1
        pause()


def _records_limit_ms(retention: Retention, now_ms: int) -> int:
    return now_ms - to_ms(retention.records)


def _limit(run: StoredRun, retention: Retention) -> timedelta:
    """How long the files of a run are kept: never longer than its record, which tells what they are."""
    by_outcome = retention.passed if run.outcome is Outcome.PASSED else retention.failed
    return min(by_outcome, retention.records)


def _worth(run: StoredRun) -> tuple[bool, int, str, str]:
    """What goes first comes first; the names make the order the same each time."""
    return run.outcome is not Outcome.PASSED, run.due_ms, run.day, run.run_id


def _kept_bytes(runs: Sequence[StoredRun], removals: Sequence[Removal]) -> int:
    return sum(each.size_bytes for each in runs) - sum(each.run.size_bytes for each in removals)
