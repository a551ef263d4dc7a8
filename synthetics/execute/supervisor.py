"""The process that watches one seat: ``python -m synthetics.execute.supervisor``.

It owns the deadline and the kill, so it imports neither Playwright nor pytest, runs on one thread, and waits for
nothing without a limit: nothing that a journey does can hold it up. It reads commands as lines from its standard input
and answers on its standard output. When its input ends, whoever started it is gone: then it ends all that it started.
"""

import os
import selectors
import signal
import sys
from collections import deque
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

from synthetics.clock import Clock, SystemClock
from synthetics.execute.folders import WORKER_LOG, driver_folder
from synthetics.execute.pipes import Pipes
from synthetics.execute.processes import adopt_orphans, wake_with_the_end_of_the_parent
from synthetics.execute.watch import Watch
from synthetics.execute.wire import ENGAGED, EVENT, PREPARED, Command, Report, RunOrder, WorkerSpec
from synthetics.execute.worker_process import WorkerProcess
from synthetics.private_folder import private_folder

#: How long a worker may take to start and to get warm.
_WARM_LIMIT_S = 30.0


class Supervisor:
    """One seat's supervisor.

    Args:
        clock: Time.
        commands: The descriptor that commands come from.
        answers: The descriptor that answers go to.
    """

    def __init__(self, clock: Clock, commands: int, answers: int) -> None:
        self._clock = clock
        self._selector = selectors.DefaultSelector()
        self._pipes = Pipes(self._selector)
        self._pipes.reading_from(commands, self._hear, end=self._runner_is_gone)
        self._answer = self._pipes.writing_to(answers)
        self._heard = bytearray()
        self._commands: deque[Command] = deque()
        self._gone = False
        self._worker: WorkerProcess | None = None
        self._warm_until_ms: int | None = None

    def serve(self) -> None:
        """Do what is commanded, until whoever commands is gone; then end everybody."""
        try:
            while not self._gone:
                if self._commands:
                    self._do(self._commands.popleft())
                else:
                    self._rest()
        finally:
            self._dismiss()

    def _hear(self, chunk: bytes) -> None:
        self._heard += chunk
        while (end := self._heard.find(b"\n")) >= 0:
            self._commands.append(Command.from_line(bytes(self._heard[:end])))
            del self._heard[: end + 1]

    def _runner_is_gone(self) -> None:
        self._gone = True

    def _wait(self, seconds: float | None) -> None:
        for key, _ in self._selector.select(seconds):
            if key.fd in self._selector.get_map():  # another job of this very wait may have closed it
                key.data()

    def _rest(self) -> None:
        """Wait for a command, and meanwhile for a worker to get warm, or to end without being told to."""
        worker = self._worker
        if worker is None:
            self._wait(None)
            return
        until_ms = self._warm_until_ms
        self._wait(None if until_ms is None else max(0.0, (until_ms - self._clock.monotonic_ms()) / 1000))
        is_late = until_ms is not None and self._clock.monotonic_ms() >= until_ms
        if worker.exit_code is not None or (is_late and not worker.is_warm):
            self._dismiss()
        if until_ms is not None and (worker.is_warm or self._worker is None):
            self._warm_until_ms = None
            self._answer(PREPARED + b"\n")

    def _do(self, command: Command) -> None:
        match command.do:
            case "run" if command.run and command.spec:
                self._run(command.run, command.spec)
            case "prepare" if command.run and command.spec:
                self._prepare(command.run, command.spec)
            case "dismiss":
                self._dismiss()
            case _:
                pass  # a word to stop, or to remove, that comes when there is nothing more to

    # The worker.

    def _engage(self, spec: WorkerSpec) -> WorkerProcess:
        """Start a worker in the place of the one that is there.

        Raises:
            OSError: Where it cannot be started.
        """
        self._dismiss()
        self._worker = WorkerProcess(spec, self._selector, lambda line: self._answer(EVENT + line))
        self._answer(ENGAGED + b"%d\n" % self._worker.pid)
        return self._worker

    def _dismiss(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            left = worker.end()
            if left:
                sys.stderr.write(f"event=processes_left pids={left}\n")

    def _prepare(self, order: RunOrder, spec: WorkerSpec) -> None:
        with suppress(OSError):  # the run that wants it will tell of it
            self._engage(spec).begin({**order.told, "rehearse": True}, None)
        self._warm_until_ms = self._clock.monotonic_ms() + int(_WARM_LIMIT_S * 1000)
        if self._worker is None:
            self._answer(PREPARED + b"\n")

    # A run.

    def _run(self, order: RunOrder, spec: WorkerSpec) -> None:
        """Make a run in a folder of its own, tell of it, and remove the folder when its artifacts were taken."""
        with ExitStack() as stack:
            started_ms = self._clock.monotonic_ms()
            try:
                folder = stack.enter_context(private_folder(Path(order.folder)))
                for name in ("tmp", "out"):
                    (folder / name).mkdir()
                worker = self._worker_for(order, spec)
            except OSError as error:
                took_ms = self._clock.monotonic_ms() - started_ms
                report = Report(could_not_start=str(error), duration_ms=took_ms)
            else:
                report = self._watched(worker, order, folder, started_ms)
            self._answer(report.to_line())
            self._until_released()

    def _worker_for(self, order: RunOrder, spec: WorkerSpec) -> WorkerProcess:
        worker = self._worker
        if worker is None or worker.exit_code is not None or worker.spec != spec or (order.fresh and worker.runs):
            return self._engage(spec)
        return worker

    def _watched(self, worker: WorkerProcess, order: RunOrder, folder: Path, started_ms: int) -> Report:
        watch = Watch(worker, self._clock, deadline_ms=started_ms + order.timeout_ms, grace_ms=order.grace_ms)
        watch.begin()
        worker.begin(order.told, folder / "out" / WORKER_LOG)
        try:
            while not self._gone and not watch.is_over():
                if any(command.do == "stop" for command in self._commands):
                    watch.stop()
                self._wait(watch.patience_s())
            if watch.may_stay() and not order.last and not self._gone:
                worker.end_strangers(kept_folders(order))
            else:
                self._dismiss()
        finally:
            worker.finish()
        worker.runs += 1
        return watch.report(started_ms, stays=self._worker is worker)

    def _until_released(self) -> None:
        while not self._gone:
            while self._commands:  # a word to stop may have come too late for the run
                if self._commands.popleft().do == "release":
                    return
            self._wait(None)


def kept_folders(order: RunOrder) -> tuple[Path, ...]:
    """The folders of the programs that a worker keeps from one run to the next: its driver's and its browser's.

    Args:
        order: A run.
    """
    browser = Path(str(order.told["assignment"]["browser_executable"]))
    return (driver_folder(), browser.resolve().parent)


def main(clock: Clock) -> NoReturn:
    """Serve until the standard input ends.

    Args:
        clock: Time.
    """
    # Ctrl-C is for the runner to decide. Heard and not ignored: what is ignored stays so in every worker, which would
    # then be deaf at its deadline.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    adopt_orphans()
    wake_with_the_end_of_the_parent()
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever is printed by mistake must not get among the answers
    Supervisor(clock, 0, answers).serve()
    sys.exit(0)


if __name__ == "__main__":
    main(SystemClock())
