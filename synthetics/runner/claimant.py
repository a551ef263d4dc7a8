"""Who claims slots: a process of a machine, told apart from any later one that gets the same id."""

import functools
import os
import socket
import sys
from pathlib import Path

import psutil


@functools.cache
def this_process() -> str:
    """This process, in words by which it is known again: machine, id, and when it was made."""
    return f"{socket.gethostname()} {os.getpid()} {_made(os.getpid())}"


def is_gone(claimant: str | None) -> bool:
    """Whether a claimant can make no record any more.

    Args:
        claimant: As ``this_process`` told it; None where nobody said who it was.

    Returns:
        True where it was a process of this machine that has ended, or nobody knows who it was.
    """
    if claimant is None:
        return True
    machine, pid, made = claimant.rsplit(" ", 2)
    if machine != socket.gethostname():
        return False
    try:
        return _made(int(pid)) != int(made)
    except (psutil.NoSuchProcess, FileNotFoundError):
        return True


def _made(pid: int) -> int:
    """When a process was made: on Linux in ticks since the boot, which no change of the wall clock moves."""
    if sys.platform != "linux":
        return round(psutil.Process(pid).create_time())
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    return int(after_name.split()[19])  # the 22nd value, starttime: see proc(5)
