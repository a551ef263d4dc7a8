"""The watch over one run of a worker: its deadline, its limits, its end, and what was seen of them."""

import signal
import threading

from synthetics.clock import Clock
from synthetics.execute.processes import Use
from synthetics.execute.wire import Report
from synthetics.execute.worker_process import WorkerProcess

#: Sent all through the grace. A SIGINT that comes just before Python enters a blocking call is noted, and not acted on
#: until the call returns (measured: 3 of 537 were lost to ``time.sleep``, and none of 411 with this). Any later signal
#: with a handler interrupts the call; who has no handler does not notice this one.
NUDGE = signal.SIGURG
_NUDGE_MS = 100

#: A little more than the millisecond in which events tell their time.
_TICK_S = 0.002

#: How often it is looked at what the worker's family uses.
_LOOK_MS = 500


class Watch:
    """One run of a worker, from its order to its end.

    Args:
        worker: Who makes the run.
        clock: Time.
        deadline_ms: When it has to be over, by the monotonic clock.
        grace_ms: How long after that the worker may take to end by itself.
    """

    def __init__(self, worker: WorkerProcess, clock: Clock, *, deadline_ms: int, grace_ms: int) -> None:
        self._worker = worker
        self._clock = clock
        self._deadline_ms = deadline_ms
        self._grace_ms = grace_ms
        self._killed_for: str | None = None
        self._killed_ms: int | None = None
        self._over_ms: int | None = None
        self._nudge_ms = self._look_ms = 0
        self._cpu_before_ms: int | None = None
        self._last: Use | None = None
        self._memory_bytes: int | None = None

    def begin(self) -> None:
        """The run is about to be ordered."""
        self._cpu_before_ms = self._worker.cpu_ms  # what it was at the end of the run before
        self._look_ms = self._clock.monotonic_ms() + _LOOK_MS

    def stop(self) -> None:
        """End the run before its time."""
        if self._killed_for is None:
            self._interrupt("stopped")

    def is_over(self) -> bool:
        """Whether nothing more is to be waited for; ends the run where it has to be ended."""
        now_ms = self._clock.monotonic_ms()
        if self._worker.done is not None or self._worker.exit_code is not None:
            self._over_ms = now_ms
            return True
        if self._killed_ms is not None:
            if now_ms >= self._killed_ms + self._grace_ms:
                self._over_ms = now_ms
                return True
            if now_ms >= self._nudge_ms:
                self._worker.signal(NUDGE)
                self._nudge_ms = now_ms + _NUDGE_MS
        elif now_ms >= self._deadline_ms:
            self._interrupt("deadline")
        elif now_ms >= self._look_ms:
            self._look(now_ms)
        return False

    def patience_s(self) -> float:
        """How long may be waited for the worker's next word."""
        next_ms = self._nudge_ms if self._killed_ms is not None else min(self._deadline_ms, self._look_ms)
        longest_s = 0.05 if self._killed_ms is not None else 0.5  # nothing may wake us at the worker's end
        return min(longest_s, max(0.0, (next_ms - self._clock.monotonic_ms()) / 1000))

    def _look(self, now_ms: int) -> None:
        use = self._use()
        self._look_ms = now_ms + _LOOK_MS
        if use.memory_bytes > self._worker.spec.memory_bytes:
            self._interrupt("memory")
        elif use.processes > self._worker.spec.processes:
            self._interrupt("processes")

    def _use(self) -> Use:
        use = self._last = self._worker.use()
        self._memory_bytes = max(self._memory_bytes or 0, use.memory_bytes)
        return use

    def _interrupt(self, why: str) -> None:
        """Ask the worker to end: pytest answers SIGINT with its teardowns and its report, SIGTERM with neither."""
        self._killed_for = why
        # Not the time of the look that led here: all that was said until now is the journey's own. Events carry whole
        # milliseconds, so this one has to be over before anything can be the signal's doing.
        self._killed_ms = self._clock.monotonic_ms()
        self._clock.wait(threading.Event(), _TICK_S)
        self._worker.signal(signal.SIGINT)

    def may_stay(self) -> bool:
        """Whether the worker can make another run, as far as this one tells."""
        if self._worker.exit_code is None:
            self._use()
        done = self._worker.done
        return (
            self._killed_for is None
            and self._worker.exit_code is None
            and done is not None
            and not done.get("exit_code")
            and not done.get("leaked")
        )

    def report(self, started_ms: int, *, stays: bool) -> Report:
        """What was seen, once the run is over and whoever had to be ended is.

        Args:
            started_ms: When the run was ordered, by the monotonic clock.
            stays: Whether the worker can make another run.
        """
        done, code = self._worker.done or {}, self._worker.exit_code
        if done:
            code = int(str(done["exit_code"]))
        leaked = done.get("leaked")
        return Report(
            runs_before=self._worker.runs - 1,
            exit_code=code if code is not None and code >= 0 else None,
            signal=-code if code is not None and code < 0 else None,
            killed_for=self._killed_for,
            killed_monotonic_ms=self._killed_ms,
            duration_ms=(self._over_ms or self._clock.monotonic_ms()) - started_ms,
            cpu_ms=self._cpu_ms(),
            memory_bytes=self._memory_bytes,
            leaked=tuple(map(str, leaked)) if isinstance(leaked, list) else (),
            worker_stays=stays,
        )

    def _cpu_ms(self) -> int | None:
        if self._last is None or self._cpu_before_ms is None:
            return None
        return max(0, self._last.cpu_ms - self._cpu_before_ms)
