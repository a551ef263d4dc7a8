"""What the store holds: which run each folder belongs to, what became of it, and how much room it takes."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from synthetics.record import Outcome

#: Where each run's folder says what became of it.
RECORD_FILE = "record.json"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ONE_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredRun:
    """The folder of one run.

    Args:
        run_id: The run's short name, which is the folder's.
        day: The name of the folder's parent, such as ``2026-03-01``.
        outcome: What became of the run; None where the folder does not tell.
        due_ms: When the run was due, in milliseconds UTC; where the folder does not tell, the end of its day.
        size_bytes: How much its files take.
    """

    run_id: str
    day: str
    outcome: Outcome | None
    due_ms: int
    size_bytes: int


def stored_runs(root: Path) -> Iterator[StoredRun]:
    """Every run's folder in the store, day by day, read while the caller goes on.

    Args:
        root: The store's folder; what is in it and is no folder of a run is passed over, links are not followed.
    """
    for day in _folders(root):
        end_ms = _end_ms(day.name)
        if end_ms is None:
            continue
        for folder in _folders(day):
            outcome, due_ms = _told(folder) or (None, end_ms)
            yield StoredRun(
                run_id=folder.name, day=day.name, outcome=outcome, due_ms=due_ms, size_bytes=size_below(folder)
            )


def size_below(folder: Path, without: str | None = None) -> int:
    """The size of all files below a folder in bytes, links not followed; 0 where it is not there.

    Args:
        folder: Which one.
        without: The name of folders that are left out.
    """
    total = 0
    for parent, folders, names in os.walk(folder):
        if without in folders:
            folders.remove(without)
        for name in names:
            try:
                total += os.lstat(Path(parent, name)).st_size
            except FileNotFoundError:  # finished or removed meanwhile
                continue
    return total


def _folders(parent: Path) -> list[Path]:
    """The real folders in a folder, in the order of their names; none where it cannot be read."""
    try:
        with os.scandir(parent) as entries:
            return sorted(Path(each.path) for each in entries if each.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _end_ms(day: str) -> int | None:
    """When a day ends, in milliseconds UTC; None for what is no day."""
    if not _DAY.fullmatch(day):
        return None
    try:
        return (datetime.fromisoformat(day).replace(tzinfo=UTC) + _ONE_DAY - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError):
        return None


def _told(folder: Path) -> tuple[Outcome, int] | None:
    """What the record in a folder says; None where there is none, or it is another run's."""
    try:
        record = json.loads((folder / RECORD_FILE).read_bytes())
        if record["run_id"] != folder.name:
            return None
        due_ms = record["slot_ms"]
        return (Outcome(record["outcome"]), due_ms) if type(due_ms) is int else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
