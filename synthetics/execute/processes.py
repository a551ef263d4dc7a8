"""All processes of one run: found, ended and reaped, and never anybody else's.

A run's processes are the worker, whatever descends from it, and whatever carries the run's tag in its environment.
A browser has a session of its own, so a process group does not hold them together; and what daemonises itself, or
whose parent was killed, descends from the worker no longer: then its tag, its session, or that it was seen before,
tells whose it is. Only who takes off the tag, leaves the session and loses its parent, all between two looks, is not
found. A process is known by its id and the time at which it was made, so that no stranger who got the same id is ever
touched.
"""

import ctypes
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

#: The name in the environment of every process of a run; its value is the run's short name.
RUN_TAG = "SYNTHETICS_RUN"

#: Times of making are told in ticks of the system's clock: two processes may seem to be made in the wrong order.
_TICK_S = 0.05

#: How the processes of all browsers that we start are called, in small letters.
_BROWSER_NAMES = ("chrom", "google-chrome", "google chrome", "headless_shell")

_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Make this process the parent of every orphan among its descendants, so that they are its to find and to reap.

    Returns:
        Whether the system can do that (Linux); elsewhere the system's first process reaps them.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def count_browser_processes() -> int:
    """How many processes of browsers descend from this process now."""
    names = []
    for each in _descendants(psutil.Process()):
        with suppress(psutil.Error):
            names.append(each.name().lower())
    return sum(name.startswith(_BROWSER_NAMES) for name in names)


class Family:
    """The processes of one run.

    Args:
        worker_pid: The process they descend from; it is not one of them, its starter ends and reaps it.
        tag: The value of ``RUN_TAG`` in their environment.
    """

    def __init__(self, worker_pid: int, tag: str) -> None:
        self._worker = psutil.Process(worker_pid)
        self._tag = tag
        self._seen: set[psutil.Process] = set()

    def look(self) -> None:
        """Remember who descends from the worker now: after its death nothing else may tell them apart."""
        self._seen.update(_descendants(self._worker))

    def living(self) -> set[psutil.Process]:
        """Everybody of this run who is alive."""
        self.look()
        roots = self._seen | set(self._tagged()) | set(self._adopted())
        self._seen = roots.union(*(_descendants(each) for each in roots))
        return {each for each in self._seen if _is_alive(each)}

    def end(self, limit_s: float) -> tuple[int, ...]:
        """Kill and reap everybody, until nobody is left or the limit is over.

        Args:
            limit_s: How long to try, in seconds.

        Returns:
            The ids of those who are still there: none, save where the system itself holds them.
        """
        until = time.monotonic() + limit_s
        while living := self.living():
            for each in living:
                with suppress(psutil.Error):
                    each.kill()
            self._reap()
            if time.monotonic() >= until:
                return tuple(each.pid for each in living)
            psutil.wait_procs(living, timeout=0.05)
        self._reap()
        return ()

    def _tagged(self) -> Iterator[psutil.Process]:
        """Everybody who carries the tag and is no older than the worker."""
        others = {self._worker.pid, os.getpid()}
        for pid in psutil.pids():
            with suppress(psutil.Error, OSError):
                if pid in others:
                    continue
                process = psutil.Process(pid)
                born_here = process.create_time() >= self._worker.create_time() - _TICK_S
                if born_here and process.environ().get(RUN_TAG) == self._tag:
                    yield process

    def _adopted(self) -> Iterator[psutil.Process]:
        """Everybody of this run, alive or dead, whose parent this process has become.

        The dead show no environment: they are of this run where they were seen alive, or where their session is the
        worker's or that of somebody seen. What others in this program have started is in none of these.
        """
        sessions = {self._worker.pid} | {each.pid for each in self._seen}
        for each in psutil.Process().children():
            with suppress(psutil.Error, OSError):
                if each != self._worker and (each in self._seen or os.getsid(each.pid) in sessions):
                    yield each

    def _reap(self) -> None:
        """Take the dead whom this process adopted out of the system's table."""
        for each in self._adopted():
            with suppress(psutil.Error, OSError):
                if each.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(each.pid, os.WNOHANG)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
