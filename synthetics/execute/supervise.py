"""Watching one worker: its deadline, its end, and the end of everybody it started.

One thread does all of it, waiting for whatever comes first: something said, something printed, the worker's end, the
deadline, the word to stop. Every wait has a limit, and nothing that a worker does can hold the supervisor up.
"""

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from synthetics.clock import Clock
from synthetics.evidence import KillReason, WorkerEnding
from synthetics.execute.pipes import Pipes
from synthetics.execute.processes import Family
from synthetics.execute.worker_log import WorkerLog

#: How often the deadline and the word to stop are looked for, and the worker's end where nothing wakes us at it.
_LOOK_S = 0.05

#: Sent all through the grace. A SIGINT that comes just before Python enters a blocking call is noted, and not acted on
#: until the call returns (measured: 3 of 537 were lost to ``time.sleep``, and none of 411 with this). Any later signal
#: with a handler interrupts the call; who has no handler does not notice this one.
NUDGE = signal.SIGURG
_NUDGE_MS = 100

#: A little more than the millisecond in which events tell their time.
_TICK_S = 0.002

#: How often the worker's descendants are remembered.
_FAMILY_MS = 500

#: How long ending everybody may take; only a process that the system itself holds needs it.
_END_LIMIT_S = 5.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerPlan:
    """How a worker is started and when it must be over.

    Args:
        command: The program and its arguments; the number of its pipe for events is added as the last one.
        environ: Its whole environment.
        cwd: Its working folder.
        tag: The run's tag, as it stands in its environment.
        order: What it reads from its standard input, which stays open as long as the supervisor lives.
        log: Where its standard output and error go.
        timeout_ms: How long it may take.
        grace_ms: How long after that it may take to end by itself.
    """

    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    tag: str
    order: bytes
    log: Path
    timeout_ms: int
    grace_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Supervised:
    """What became of a worker.

    Args:
        ending: How it ended.
        said: What it wrote into its pipe for events, as far as ``pipes.EVENTS_MAX_BYTES`` goes.
    """

    ending: WorkerEnding
    said: bytes = b""


def supervise(plan: WorkerPlan, stop: threading.Event, clock: Clock) -> Supervised:
    """Run a worker to its end, and end with it whatever it started.

    Args:
        plan: What to start, and its limits.
        stop: Set from another thread, it ends the worker before its time.
        clock: Time.

    Returns:
        How it ended and what it said; when this returns, nobody of the run is left.
    """
    started_ms = clock.monotonic_ms()
    with closing(WorkerLog(plan.log)) as log, closing(Pipes(log.write)) as pipes:
        try:
            process = _start(plan, pipes)
        except OSError as error:
            took_ms = clock.monotonic_ms() - started_ms
            return Supervised(ending=WorkerEnding(exit_code=None, could_not_start=str(error), duration_ms=took_ms))
        watch = _Watch(process, plan.tag, pipes, clock)
        try:
            watch.until_over(stop, deadline_ms=started_ms + plan.timeout_ms, grace_ms=plan.grace_ms)
        finally:
            watch.end_everybody()
        pipes.drain()
        return Supervised(ending=watch.ending(started_ms), said=pipes.said)


def _start(plan: WorkerPlan, pipes: Pipes) -> subprocess.Popen[bytes]:
    """Start the worker with its ends of the pipes.

    Raises:
        OSError: Where it cannot be started.
    """
    with ExitStack() as theirs:
        events = pipes.open_events()
        theirs.callback(os.close, events)
        output = pipes.open_output()
        theirs.callback(os.close, output)
        order = pipes.open_order(plan.order)
        theirs.callback(os.close, order)
        return subprocess.Popen(
            [*plan.command, str(events)],
            stdin=order,
            stdout=output,
            stderr=output,
            cwd=plan.cwd,
            env=dict(plan.environ),
            pass_fds=(events,),
            # A Ctrl-C in the terminal reaches the runner alone, which then decides.
            start_new_session=True,
        )


class _Watch:
    """One worker, from its start until nobody of its run is left."""

    def __init__(self, process: subprocess.Popen[bytes], tag: str, pipes: Pipes, clock: Clock) -> None:
        self._process = process
        self._family = Family(process.pid, tag)
        self._pipes = pipes
        self._clock = clock
        self._killed_for: KillReason | None = None
        self._killed_ms: int | None = None
        pipes.wake_at_end_of(process.pid)

    def until_over(self, stop: threading.Event, *, deadline_ms: int, grace_ms: int) -> None:
        """Take in what the worker says, until it has ended or had its grace."""
        family_ms = nudge_ms = self._clock.monotonic_ms()
        while self._process.poll() is None:
            now_ms = self._clock.monotonic_ms()
            if self._killed_ms is not None and now_ms >= self._killed_ms + grace_ms:
                return
            if self._killed_ms is not None and now_ms >= nudge_ms:
                self._process.send_signal(NUDGE)
                nudge_ms = now_ms + _NUDGE_MS
            if self._killed_ms is None and (now_ms >= deadline_ms or stop.is_set()):
                self._interrupt(KillReason.DEADLINE if now_ms >= deadline_ms else KillReason.STOPPED)
            if now_ms >= family_ms:
                self._family.look()
                family_ms = now_ms + _FAMILY_MS
            self._pipes.wait(_LOOK_S)

    def _interrupt(self, why: KillReason) -> None:
        """Ask the worker to end: pytest answers SIGINT with its teardowns and its report, SIGTERM with neither."""
        self._killed_for = why
        # Not the time of the look that led here: all that was said until now is the journey's own. Events carry whole
        # milliseconds, so this one has to be over before anything can be the signal's doing.
        self._killed_ms = self._clock.monotonic_ms()
        self._clock.wait(threading.Event(), _TICK_S)
        self._process.send_signal(signal.SIGINT)

    def end_everybody(self) -> None:
        """Kill and reap the worker, where it is still there, and whoever it started."""
        self._family.look()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_LIMIT_S)
        left = self._family.end(_END_LIMIT_S)
        if left or self._process.returncode is None:
            _LOG.error("processes=%s of a run could not be ended", ",".join(map(str, left or [self._process.pid])))

    def ending(self, started_ms: int) -> WorkerEnding:
        """How the worker ended, once everybody is gone."""
        code = self._process.returncode
        return WorkerEnding(
            exit_code=code if code is not None and code >= 0 else None,
            signal=-code if code is not None and code < 0 else None,
            killed_for=self._killed_for,
            killed_monotonic_ms=self._killed_ms,
            duration_ms=self._clock.monotonic_ms() - started_ms,
        )
