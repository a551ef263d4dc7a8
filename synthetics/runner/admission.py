"""Whether the machine has room for one more run: a decision over readings, and how memory and disk are read."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from synthetics.record import Reason

NO_MEMORY = Reason(code="no_memory", sentence="Until its next slot was due, too little memory was free to start a run.")
NO_DISK = Reason(code="no_disk", sentence="Until its next slot was due, too little disk space was free to start a run.")

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How many runs may start now, for all that the machine has; seats are counted elsewhere.

    Args:
        starts: How many, 0 or more.
        reason: Why no more than these; None where nothing stands in the way.
    """

    starts: int
    reason: Reason | None = None


#: More than anybody has seats.
UNBOUNDED = Room(starts=1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """What is free now, in bytes; None where it could not be read, which keeps no run from starting."""

    memory_free: int | None
    disk_free: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What has to be free, in bytes, more than 0.

    Args:
        memory_free: Memory, for each run that starts.
        disk_free: Space on the disk of the storage, however many start.
    """

    memory_free: int
    disk_free: int


def room(readings: Readings, need: Need) -> Room:
    """Decide how many runs may start.

    Memory counts for each start: what the first one is going to take cannot be read yet when the second one asks.
    """
    if readings.disk_free is not None and readings.disk_free < need.disk_free:
        return Room(starts=0, reason=NO_DISK)
    if readings.memory_free is not None:
        return Room(starts=readings.memory_free // need.memory_free, reason=NO_MEMORY)
    return UNBOUNDED


def read(storage: Path) -> Readings:
    """Look at what is free: memory of this machine or of what this process may have of it, and the storage's disk."""
    memory_free: int | None = None
    with suppress(OSError, psutil.Error):
        memory_free = psutil.virtual_memory().available
    limited = cgroup_memory_free()
    if memory_free is None or (limited is not None and limited < memory_free):
        memory_free = limited
    disk_free: int | None = None
    with suppress(OSError):
        disk_free = shutil.disk_usage(storage).free
    return Readings(memory_free=memory_free, disk_free=disk_free)


def cgroup_memory_free(own: Path = _OWN_CGROUP, root: Path = _CGROUPS) -> int | None:
    """How much memory control groups (version 2) leave to this process.

    Args:
        own: The file that names this process' group.
        root: Where the groups are.

    Returns:
        The least that its group and those above it leave, in bytes, caches that can be given up included; None where
        none of them has a limit, or there are none.
    """
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    path = next((line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")), None)
    if path is None:
        return None
    group = root / path
    groups = [group, *(each for each in group.parents if each.is_relative_to(root))]
    left = [free for each in groups if (free := _free_in(each)) is not None]
    return min(left, default=None)


def _free_in(group: Path) -> int | None:
    """What one group leaves; None where it has no limit."""
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        used = int((group / "memory.current").read_text(encoding="ascii"))
        statistics = (group / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    if limit == "max":
        return None
    caches = sum(int(line.split()[1]) for line in statistics if line.startswith("inactive_file "))
    return max(0, int(limit) - used + caches)
