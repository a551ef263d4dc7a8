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
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

#: The name in the environment of every process that is started here; its value tells whose it is.
RUN_TAG = "SYNTHETICS_RUN"

#: Times of making are told in ticks of the system's clock: two processes may seem to be made in the wrong order.
_TICK_S = 0.05

#: How the processes of all browsers that we start are called, in small letters.
_BROWSER_NAMES = ("chrom", "google-chrome", "google chrome", "headless_shell")

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Make this process the parent of every orphan among its descendants, so that they are its to find and to reap.

    Returns:
        Whether the system can do that (Linux); elsewhere the system's first process reaps them.
    """
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent_pid: int) -> bool:
    """Let the system kill this process when its parent ends, whatever this process is doing then.

    Args:
        parent_pid: Who the parent has to be; where it is gone already, this process ends now.

    Returns:
        Whether the system can do that (Linux).
    """
    if not _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
        return False
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
    return True


def wake_with_the_end_of_the_parent() -> bool:
    """Let the system wake this process when its parent ends, where somebody has stopped it: only then it can see that.

    Returns:
        Whether the system can do that (Linux).
    """
    # The signal comes at the end of the thread that started us, too. To who was not stopped, it is nothing.
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGCONT)


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, value, 0, 0, 0) == 0)


def end_tagged(is_left: Callable[[str], bool], limit_s: float, *, sessions: Iterable[int] = ()) -> tuple[int, ...]:
    """Kill every process of this user that nobody looks after any more, and reap those that became ours.

    Processes are asked by their id and the time at which they were made, so no stranger with the same id is touched.

    Args:
        is_left: Whether a tag is that of a runner, or of a seat, which is gone.
        limit_s: How long to try, in seconds.
        sessions: Those of workers that were of them: who has ended cannot be told by a tag any more.

    Returns:
        The ids of those that were killed; never raises for what it finds.
    """
    until = time.monotonic() + limit_s
    killed: set[int] = set()
    seen = set(sessions)
    while True:
        living = {each for each in _all_tagged(is_left) if _is_alive(each)}
        for each in living:
            with suppress(psutil.Error, OSError):
                seen.add(os.getsid(each.pid))
                each.kill()
                killed.add(each.pid)
        theirs = seen - {os.getsid(0)}
        children = psutil.Process().children()
        ours = (each for each in children if each.pid in killed or _session_of(each) in theirs or _is_adopted(each))
        dying = living | _reap(ours)
        if not dying or time.monotonic() >= until:
            return tuple(sorted(killed))
        psutil.wait_procs(dying, timeout=0.05)


def reap_adopted() -> None:
    """Take those out of the system's table who became ours when their parent died, and have ended since."""
    _reap(each for each in psutil.Process().children() if _is_adopted(each))


def _is_adopted(child: psutil.Process) -> bool:
    """Whether a child of this process was somebody else's before: what we start ourselves leads any session it is in.

    Only a browser does so too, and nobody but a driver starts one.
    """
    session = _session_of(child)
    if session is None or session == os.getsid(0):
        return False
    with suppress(psutil.Error):
        return session != child.pid or child.name().lower().startswith(_BROWSER_NAMES)
    return False


def _all_tagged(is_left: Callable[[str], bool]) -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        with suppress(psutil.Error, OSError, ValueError):
            process = psutil.Process(pid)
            tag = process.environ().get(RUN_TAG)
            if tag is not None and process.uids().real == os.getuid() and is_left(tag):
                yield process


def count_browser_processes() -> int:
    """How many processes of browsers descend from this process now."""
    names = []
    for each in _descendants(psutil.Process()):
        with suppress(psutil.Error):
            names.append(each.name().lower())
    return sum(name.startswith(_BROWSER_NAMES) for name in names)


def memory_below(pid: int) -> int:
    """How much memory a process and all that descend from it hold of their own, in bytes; 0 where it is gone."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return sum(_own_memory(each) for each in (process, *_descendants(process)))
    return 0


def _own_memory(process: psutil.Process) -> int:
    """What is a process's own: memory that it shares with others, or with a file, is left out where that is told."""
    with suppress(psutil.Error, OSError):
        memory = process.memory_info()
        return int(max(0, memory.rss - getattr(memory, "shared", 0)))
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What a family uses at one moment.

    Args:
        cpu_ms: Processor time so far, that of members who ended and were waited for included.
        memory_bytes: What is its own: memory that it shares with others, or with a file, is left out.
        processes: How many they are.
    """

    cpu_ms: int
    memory_bytes: int
    processes: int


class Family:
    """The processes of one worker: the worker itself, and all that came of it.

    Args:
        worker_pid: The process that the others descend from; its starter ends and reaps it.
        tag: The value of ``RUN_TAG`` in their environment.
        only: Whether this process has started nobody but the worker: then whoever else becomes its child is of this
            family, whatever that did to be told apart from it.
    """

    def __init__(self, worker_pid: int, tag: str, *, only: bool = False) -> None:
        self._worker = psutil.Process(worker_pid)
        self._tag = tag
        self._only = only
        self._seen: set[psutil.Process] = set()

    def look(self) -> None:
        """Remember who descends from the worker now: after its death nothing else may tell them apart."""
        still_there = {each for each in self._seen if each.is_running()}
        # Where all that this process has is of the family, one look finds those too whose parent it has become.
        below = _descendants(psutil.Process() if self._only else self._worker)
        self._seen = still_there.union(each for each in below if each != self._worker)

    def living(self) -> set[psutil.Process]:
        """Everybody of this run who is alive."""
        self.look()
        roots = self._seen | set(self._tagged()) | set(self._adopted())
        self._seen = roots | _all_below(roots)
        return {each for each in self._seen if _is_alive(each)}

    def end(self, limit_s: float) -> tuple[int, ...]:
        """Kill and reap everybody, until nobody is left or the limit is over.

        Args:
            limit_s: How long to try, in seconds.

        Returns:
            The ids of those who are still there: none, save where the system itself holds them.
        """
        until = time.monotonic() + limit_s
        while True:
            living = self.living()
            for each in living:
                with suppress(psutil.Error):
                    each.kill()
            dying = living | _reap(self._adopted())
            if not dying or time.monotonic() >= until:
                return tuple(each.pid for each in living)
            psutil.wait_procs(dying, timeout=0.05)

    def use(self) -> Use:
        """What all of them use now."""
        self.look()
        cpu_s, memory_bytes, processes = 0.0, 0, 0
        for each in (self._worker, *self._seen):
            with suppress(psutil.Error, OSError), each.oneshot():
                times = each.cpu_times()
                memory_bytes += _own_memory(each)
                cpu_s += times.user + times.system
                cpu_s += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
                processes += 1
        return Use(cpu_ms=round(cpu_s * 1000), memory_bytes=memory_bytes, processes=processes)

    def end_strangers(self, kept: Sequence[Path], limit_s: float) -> None:
        """End everybody who was seen, but the worker and the programs that it keeps for its next run.

        Args:
            kept: The folders whose programs stay, with whatever descends from them: the driver's and the browser's.
            limit_s: How long to try, in seconds.
        """
        until = time.monotonic() + limit_s
        while True:
            strangers = self._strangers(kept)
            for each in strangers:
                with suppress(psutil.Error):
                    each.kill()
            dying = strangers | _reap(self._orphans())
            if not dying or time.monotonic() >= until:
                return
            psutil.wait_procs(dying, timeout=0.02)
            self.look()

    def _orphans(self) -> Iterator[psutil.Process]:
        """Whoever was seen and has become a child of this process."""
        for each in self._seen:
            with suppress(psutil.Error):
                if each.ppid() == os.getpid():
                    yield each

    def _strangers(self, kept: Sequence[Path]) -> set[psutil.Process]:
        """Who was seen below the worker or this process itself, and is of no program that is kept."""
        near, parents = set(), {self._worker.pid, os.getpid()}
        for each in self._seen:
            with suppress(psutil.Error):
                if each.ppid() in parents and _is_alive(each) and not _is_of(each, kept):
                    near.add(each)
        return near | _all_below(near) if near else near

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
                if each == self._worker:
                    continue
                if self._only or each in self._seen or os.getsid(each.pid) in sessions:
                    yield each


def _reap(children: Iterable[psutil.Process]) -> set[psutil.Process]:
    """Take the dead among our children out of the system's table.

    Returns:
        Those that look dead and cannot be taken yet: their first thread has ended, and another one, which is told to
        end here, has not.
    """
    left = set()
    for each in children:
        with suppress(psutil.Error, OSError):
            if each.status() == psutil.STATUS_ZOMBIE and os.waitpid(each.pid, os.WNOHANG)[0] == 0:
                left.add(each)
                each.kill()
    return left


def _session_of(process: psutil.Process) -> int | None:
    with suppress(OSError):
        return os.getsid(process.pid)
    return None


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _all_below(roots: Iterable[psutil.Process]) -> set[psutil.Process]:
    """Everybody who descends from any of these: one look at the system's table, however many they are."""
    children: dict[int, list[psutil.Process]] = {}
    for pid in psutil.pids():
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            children.setdefault(process.ppid(), []).append(process)
    below: set[psutil.Process] = set()
    parents = list(roots)
    while parents:
        parent = parents.pop()
        for child in children.get(parent.pid, ()):
            with suppress(psutil.Error):
                # Who is older than its parent got that id from somebody else: the parent is gone.
                if child not in below and child.create_time() >= parent.create_time():
                    below.add(child)
                    parents.append(child)
    return below


def _is_of(process: psutil.Process, folders: Sequence[Path]) -> bool:
    """Whether a process runs a program of one of these folders."""
    try:
        return Path(process.exe()).parent in folders
    except (psutil.Error, OSError):
        return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
