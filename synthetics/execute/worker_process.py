"""One worker, from its start until nobody of its family is left: what it is told, what it says, what it uses."""

import json
import os
import secrets
import selectors
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from synthetics.execute.pipes import Pipes
from synthetics.execute.processes import RUN_TAG, Family, Use
from synthetics.execute.wire import SAID_DONE, SAID_EVENT, SAID_WARM, WorkerSpec
from synthetics.execute.worker_log import WorkerLog
from synthetics.private_folder import PREFIX, private_folder

#: How long ending everybody may take; only a process that the system itself holds needs it.
END_LIMIT_S = 2.0

#: What a worker may say in one run; more is a journey gone wild, and would only fill the memory.
EVENTS_MAX_BYTES = 32 * 1024 * 1024


class WorkerProcess:
    """A worker that has been started.

    Args:
        spec: How it is started.
        selector: The one wait of its supervisor.
        say_event: Told each event of a run, as the worker wrote it.

    Raises:
        OSError: Where it cannot be started.
    """

    def __init__(self, spec: WorkerSpec, selector: selectors.BaseSelector, say_event: Callable[[bytes], None]) -> None:
        self.spec = spec
        self.runs = 0
        self.cpu_ms = 0
        self.is_warm = False
        self.done: dict[str, object] | None = None
        self._say_event = say_event
        self._said = bytearray()
        self._room = 0
        self._log: WorkerLog | None = None
        with ExitStack() as undo:
            # The name is short: browsers make sockets below it, whose paths may have 108 characters.
            name = f"{PREFIX}w-{secrets.token_hex(4)}"
            folder = undo.enter_context(private_folder(Path(spec.temporary_folder) / name))
            (folder / "tmp").mkdir()
            self._pipes = Pipes(selector)
            undo.callback(self._pipes.close)
            self._process, self._tell = self._start(folder)
            self._pipes.wake_at_end_of(self._process.pid)
            self._family = Family(self._process.pid, spec.tag, only=True)
            self._belongings = undo.pop_all()

    def _start(self, folder: Path) -> tuple[subprocess.Popen[bytes], Callable[[bytes], None]]:
        with ExitStack() as theirs:
            events = self._pipes.open_reading(self._hear)
            theirs.callback(os.close, events)
            output = self._pipes.open_reading(self._print)
            theirs.callback(os.close, output)
            orders, tell = self._pipes.open_writing()
            theirs.callback(os.close, orders)
            process = subprocess.Popen(
                [*self.spec.command, str(events), str(os.getpid())],
                stdin=orders,
                stdout=output,
                stderr=output,
                cwd=folder,
                env={**self.spec.environ, "TMPDIR": str(folder / "tmp"), RUN_TAG: self.spec.tag},
                pass_fds=(events,),
                start_new_session=True,
            )
            return process, tell

    # What it is told, and what it says.

    def begin(self, told: dict[str, object], log: Path | None) -> None:
        """Tell it what to do.

        Args:
            told: The order.
            log: Where all that it prints goes meanwhile; nowhere, where there is no run to print for.
        """
        self.done = None
        self._room = EVENTS_MAX_BYTES if log is not None else 0
        self._log = WorkerLog(log) if log is not None else None
        self._tell(json.dumps(told).encode() + b"\n")

    def finish(self) -> None:
        """Take in what is on its way, a line that its death cut off included, and close the run's log."""
        self._pipes.drain()
        if self._said:
            self._heed(bytes(self._said) + b"\n")
            self._said.clear()
        self._room = 0
        if self._log is not None:
            self._log.close()
            self._log = None

    def _print(self, output: bytes) -> None:
        if self._log is not None:
            self._log.write(output)

    def _hear(self, chunk: bytes) -> None:
        *ends, begun = chunk.split(b"\n")
        for end in ends:
            self._said += end
            self._heed(bytes(self._said) + b"\n")
            self._said.clear()
        # A line of any length is moved once, and what is beyond the limit of a run would be heard by nobody.
        self._said += begun[: max(0, EVENTS_MAX_BYTES - len(self._said))]

    def _heed(self, line: bytes) -> None:
        """Take one line in; journeys may write there too, and whoever reads it counts what is no event."""
        kind, rest = line[:1], line[1:]
        if line == SAID_WARM + b"\n":
            self.is_warm = True
            return
        if kind == SAID_DONE and (done := _done(rest)) is not None:
            self.done = done
            return
        event = rest if kind == SAID_EVENT else line
        if len(event) <= self._room:
            self._room -= len(event)
            self._say_event(event)

    # What it is and what it uses.

    @property
    def pid(self) -> int:
        """The id of its process, which is that of its session as well."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, minus a signal's number where one ended it; None while it lives."""
        return self._process.poll()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def use(self) -> Use:
        """What its family uses now."""
        use = self._family.use()
        self.cpu_ms = use.cpu_ms
        return use

    def end_strangers(self, kept: tuple[Path, ...]) -> None:
        """End everybody that a run has left behind, and let the worker, its driver and its browser stay.

        Args:
            kept: The folders of the driver's and of the browser's program.
        """
        self._family.end_strangers(kept, END_LIMIT_S)

    def end(self) -> tuple[int, ...]:
        """Kill and reap it and its whole family, and remove its folder.

        Returns:
            The ids of those who could not be ended.
        """
        with self._belongings:
            self._family.look()
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_LIMIT_S)
            left = self._family.end(END_LIMIT_S)
            self.finish()
        return left


def _done(text: bytes) -> dict[str, object] | None:
    """What a worker says at the end of a run; None where it is something else that a journey has written."""
    with suppress(ValueError, RecursionError):
        said = json.loads(text)
        if isinstance(said, dict) and isinstance(said.get("exit_code"), int):
            return said
    return None
