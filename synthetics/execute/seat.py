"""One seat: a supervisor of its own, and what it says of the runs that are made there."""

import os
import select
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import synthetics
from synthetics.clock import Clock
from synthetics.execute.processes import RUN_TAG, end_tagged
from synthetics.execute.wire import ENGAGED, EVENT, PREPARED, REPORT, Command, Report, RunOrder, WorkerSpec

#: How often the word to stop is looked for.
_LOOK_S = 0.1

#: What a supervisor needs beyond a run's own time: to make folders, to end everybody, to tell. One that takes longer is
#: not there any more, or does not get its turn, and is ended.
_SLACK_MS = 15_000

#: How long a supervisor may leave unread what it is told.
_TELL_MS = 10_000

#: How long a supervisor has to end all that it started, once it is told that nobody needs it.
_END_S = 5.0

#: How long may be waited for a worker to get warm.
_WARM_S = 45.0

_CHUNK_BYTES = 256 * 1024

#: What starts a supervisor.
SUPERVISOR = (sys.executable, "-P", "-m", "synthetics.execute.supervisor")


class SupervisorLostError(Exception):
    """The supervisor ended, or did not answer, in the middle of a run."""


class Seat:
    """A supervisor, started when it is first needed, and again where it was lost; used by one thread at a time.

    Args:
        tag: What the environment of all its processes carries, and nobody else's.
        command: What starts a supervisor.
        environ: The environment of the supervisor.
        clock: Time.
        on_loss: Called whenever a supervisor was lost and nobody of it is left: its folders lie there still.
    """

    def __init__(
        self,
        tag: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        clock: Clock,
        on_loss: Callable[[], None],
    ) -> None:
        self.tag = tag
        self.born_ms = clock.monotonic_ms()
        self._command = command
        self._environ = environ
        self._clock = clock
        self._on_loss = on_loss
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: int | None = None
        self._is_warming = False
        self._sources: str | None = None
        self._heard = bytearray()
        # The last worker, and the one before it, which may not be reaped yet.
        self._engaged: deque[int] = deque(maxlen=2)

    @property
    def pid(self) -> int | None:
        """The id of the supervisor's process; None where there is none."""
        return self._process.pid if self._process is not None else None

    @property
    def is_there(self) -> bool:
        """Whether the supervisor lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_lost(self) -> bool:
        """Whether the supervisor has ended without being told to, and nobody has seen to it yet."""
        return self._process is not None and self._process.poll() is not None

    @property
    def has_worker(self) -> bool:
        """Whether a worker lives, or is being started, as far as is known."""
        return self.is_there and (self._is_warming or self._worker is not None)

    def sources_change_to(self, sources: str) -> bool:
        """Note what the next run is made of, and say whether the run before was made of something else."""
        before, self._sources = self._sources, sources
        return before not in {None, sources}

    def run(self, spec: WorkerSpec, order: RunOrder, stop: threading.Event, hear: Callable[[bytes], None]) -> Report:
        """Make a run, to its end.

        Args:
            spec: How its worker is started, where none is there that can be used.
            order: The run.
            stop: Set from another thread, it ends the run before its time.
            hear: Told each event as a line of JSON, while the run goes on.

        Returns:
            What the supervisor saw; the run's folder is there until ``release``.

        Raises:
            OSError: Where no supervisor can be started.
            SupervisorLostError: Where the supervisor ended or did not answer; nobody of the run is left then.
        """
        with suppress(SupervisorLostError):  # nothing was run yet, so the next one costs nobody a run
            self._settle()
            self.tend()
        self._say(Command(do="run", spec=spec, run=order))
        until_ms = self._clock.monotonic_ms() + order.timeout_ms + order.grace_ms + _SLACK_MS
        stopped = False
        while True:
            if stop.is_set() and not stopped:
                stopped = True
                self._say(Command(do="stop"))
            line = self._line(until_ms)
            if line is None:
                continue
            if line[:1] == EVENT:
                hear(line[1:])
            elif line[:1] == REPORT:
                report = Report.from_json(line[1:])
                self._worker = self._worker if report.worker_stays else None
                return report

    def release(self) -> None:
        """Let the run's folder be removed."""
        self._say_if_there(Command(do="release"))

    def prepare(self, spec: WorkerSpec, order: RunOrder) -> None:
        """Let a worker be started in the place of the one that is there, and be warmed; does not wait for it."""
        with suppress(SupervisorLostError, OSError):  # the next run will tell of it
            self._say(Command(do="prepare", spec=spec, run=order))
            self._is_warming, self._worker, self._sources = True, None, None

    def dismiss(self) -> None:
        """Let the worker be ended."""
        self._worker, self._sources = None, None
        self._say_if_there(Command(do="dismiss"))

    def tend(self) -> None:
        """Put away what is left of a supervisor that ended while nothing was run; the next run starts another."""
        if self.is_lost and self._process is not None:
            self._abandon(self._process)

    def close(self) -> None:
        """End the supervisor and all that it started."""
        process = self._process
        if process is None:
            return
        with suppress(OSError):
            _pipe(process.stdin).close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._abandon(process)
        _pipe(process.stdout).close()
        self._process, self._is_warming, self._worker, self._sources = None, False, None, None
        self._heard.clear()

    def _abandon(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a supervisor that cannot be talked to, and whoever it has left."""
        process.kill()
        process.wait()
        self._engaged += self._workers_told_of(process)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()
        self._process, self._is_warming, self._worker, self._sources = None, False, None, None
        self._heard.clear()
        end_tagged(self.tag.__eq__, _END_S, sessions=self._engaged)
        self._engaged.clear()
        self._on_loss()

    def _workers_told_of(self, process: "subprocess.Popen[bytes]") -> list[int]:
        """The workers that a supervisor which has ended told of, and nobody has heard of yet."""
        answers = _pipe(process.stdout)
        os.set_blocking(answers.fileno(), False)
        with suppress(OSError):
            while chunk := os.read(answers.fileno(), _CHUNK_BYTES):
                self._heard += chunk
        return [int(line[1:]) for line in self._heard.split(b"\n")[:-1] if line[:1] == ENGAGED]

    # Talking.

    def _started(self) -> "subprocess.Popen[bytes]":
        """The supervisor's process.

        Raises:
            OSError: Where none can be started.
        """
        if self._process is None:
            own = {"PYTHONPATH": str(Path(synthetics.__file__).resolve().parent.parent), RUN_TAG: self.tag}
            self._process = subprocess.Popen(  # ended by close
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**self._environ, **own},
                bufsize=0,
                start_new_session=True,  # a Ctrl-C in the terminal reaches the runner alone, which then decides
            )
            os.set_blocking(_pipe(self._process.stdin).fileno(), False)
        return self._process

    def _say(self, command: Command) -> None:
        """Tell the supervisor something.

        Raises:
            OSError: Where none can be started.
            SupervisorLostError: Where it is gone.
        """
        process = self._started()
        descriptor, rest = _pipe(process.stdin).fileno(), memoryview(command.to_line())
        until_ms = self._clock.monotonic_ms() + _TELL_MS
        try:
            while rest:
                if select.select([], [descriptor], [], _LOOK_S)[1]:
                    rest = rest[os.write(descriptor, rest) :]
                elif self._clock.monotonic_ms() >= until_ms:
                    raise TimeoutError("it does not listen")
        except OSError as error:
            self._abandon(process)
            raise SupervisorLostError(f"it could not be told anything: {error}") from error

    def _say_if_there(self, command: Command) -> None:
        """Tell the supervisor something that matters to nobody where it is gone."""
        if self.is_there:
            with suppress(SupervisorLostError):
                self._say(command)

    def _settle(self) -> None:
        """Wait until the worker that is being warmed is warm.

        Raises:
            SupervisorLostError: Where it never gets so.
        """
        until_ms = self._clock.monotonic_ms() + int(_WARM_S * 1000)
        while self._is_warming:
            line = self._line(until_ms)
            self._is_warming = line is None or line[:1] != PREPARED

    def _line(self, until_ms: int) -> bytes | None:
        """The next line from the supervisor; None where none came within one look.

        Raises:
            SupervisorLostError: Where it ended, or the time is over.
        """
        end = self._heard.find(b"\n")
        if end < 0:
            self._listen(until_ms)
            return None
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        if line[:1] == ENGAGED:
            self._worker = int(line[1:])
            self._engaged.append(self._worker)
            self.born_ms = self._clock.monotonic_ms()
            return None
        return line

    def _listen(self, until_ms: int) -> None:
        process = self._started()
        answers = _pipe(process.stdout)
        if select.select([answers], [], [], _LOOK_S)[0]:
            chunk = os.read(answers.fileno(), _CHUNK_BYTES)
            if not chunk:
                self._abandon(process)
                raise SupervisorLostError(f"it ended with code {process.returncode}")
            self._heard += chunk
        elif self._clock.monotonic_ms() >= until_ms:
            self._abandon(process)
            raise SupervisorLostError("it did not answer in time")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  narrows the type: we asked for pipes
    return pipe
