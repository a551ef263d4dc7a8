"""The process that runs journeys: ``python -m synthetics.execute.worker EVENTS SUPERVISOR``.

It reads orders as lines of JSON from its standard input, and for each runs pytest in-process on exactly one test, which
writes events into the pipe whose number it is given. Playwright's driver and the browser stay from one run to the next;
whatever else a run changes in this process is put back, or told, so that no run is the next one's trouble.
"""

import gc
import json
import os
import queue
import resource
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from synthetics.authoring.assignment import Assignment
from synthetics.authoring.channel import ASSIGNMENT, add_sink
from synthetics.authoring.kept import KEPT, Kept
from synthetics.evidence import Event, event_to_line
from synthetics.execute import rehearsal
from synthetics.execute.baseline import Baseline
from synthetics.execute.folders import PYTEST_HTML
from synthetics.execute.plugins import plugin_arguments, register_plugins
from synthetics.execute.processes import RUN_TAG, Family, die_with
from synthetics.execute.watch import NUDGE
from synthetics.execute.wire import SAID_DONE, SAID_EVENT, SAID_WARM

#: The exit code of a worker whose starter went away; nobody is there to read it.
ORPHANED = 70

_END_LIMIT_S = 2.0

#: A core file of a browser would fill the disk, and so would a journey that writes without an end.
_LIMITS = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 2_000_000_000}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What an order says."""

    assignment: Assignment
    file: str
    function: str
    rootdir: str
    folder: Path
    tracing: bool
    rehearse: bool

    @classmethod
    def from_wire(cls, values: dict[str, Any]) -> "_Told":
        return cls(
            assignment=Assignment.from_wire(values["assignment"]),
            file=values["file"],
            function=values["function"],
            rootdir=values["rootdir"],
            folder=Path(values["folder"]),
            tracing=values["tracing"],
            rehearse=values.get("rehearse", False),
        )


class _Wiring:
    """A pytest plugin that brings the others, and puts what is given where the authoring plugin finds it.

    Args:
        assignment: What to run, where.
        kept: The driver and the browser.
        say: Takes the events.
    """

    def __init__(self, assignment: Assignment, kept: Kept, say: Callable[[Event], None]) -> None:
        self._assignment = assignment
        self._kept = kept
        self._say = say

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        """Once this one is there, before pytest reads its command line: the others may add to that."""
        if plugin is self:
            register_plugins(manager)

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Before any conftest is read and any plugin configures itself."""
        early_config.stash[ASSIGNMENT] = self._assignment
        early_config.stash[KEPT] = self._kept
        add_sink(early_config, self._say)


class _Events:
    """The pipe to the supervisor; one that a journey closed costs what it would have told, and this worker its life."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)  # noqa: FBT003  it takes no keyword
        self._descriptor = descriptor
        self._pipe = os.fstat(descriptor)
        self._is_lost = False

    def event(self, event: Event) -> None:
        """Tell an event."""
        self._write(SAID_EVENT + event_to_line(event))

    def done(self, exit_code: int, leaked: tuple[str, ...]) -> None:
        """Tell that a run is over; where that cannot be told, this process ends, which tells it as well."""
        self._write(SAID_DONE + json.dumps({"exit_code": exit_code, "leaked": leaked}).encode() + b"\n")
        if self._is_lost:
            os._exit(exit_code or pytest.ExitCode.INTERNAL_ERROR)

    def warm(self) -> None:
        """Tell that the rehearsal is over."""
        self._write(SAID_WARM + b"\n")

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        try:
            # Its number may be that of something else by now, which is not ours to write to.
            self._is_lost = self._is_lost or not os.path.samestat(os.fstat(self._descriptor), self._pipe)
            while rest and not self._is_lost:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._is_lost = True


def pytest_arguments(told: _Told) -> list[str]:
    """Exactly one test, with a configuration that is the same wherever the journeys are."""
    output = told.folder / "out"
    return [
        f"{told.file}::{told.function}",
        # The checkout's own pytest configuration is about its tests, not about journeys.
        f"--config-file={os.devnull}",
        f"--rootdir={told.rootdir}",
        f"--confcutdir={told.rootdir}",
        "--import-mode=importlib",
        "--strict-markers",
        *plugin_arguments(),
        # All output goes to the log, which has a limit. Captured, it would go to memory and into the HTML file.
        "--capture=no",
        "--color=no",
        f"--output={output / 'pytest-playwright'}",
        *(["--tracing=on"] if told.tracing else []),
        f"--html={output / PYTEST_HTML}",
        "--self-contained-html",
    ]


def main(events: int, supervisor_pid: int) -> NoReturn:
    """Run what the orders say, until there are none any more.

    Args:
        events: The descriptor of the pipe for events.
        supervisor_pid: Who started this process, and whose end is its own.
    """
    die_with(supervisor_pid)
    for limit, value in _LIMITS.items():
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
    signal.signal(NUDGE, lambda _number, _frame: None)
    # Who was started in the background of a shell has it ignored, and all that come of him inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    say, orders = _Events(events), _read_orders()
    kept = _started_driver()
    baseline = Baseline()
    while True:
        told = _Told.from_wire(json.loads(orders.get()))
        _bury()
        baseline.home = Path.cwd()
        if told.rehearse:
            _run(told, kept, lambda _event: None)
            baseline = Baseline()
            # What is there by now stays: a collection of garbage need not look through it in the middle of a run.
            gc.collect()
            gc.freeze()
            say.warm()
            continue
        code = _run(told, kept, say.event)
        say.done(code, baseline.restore(Path(told.rootdir)) if code == 0 else ())


def _bury() -> None:
    """Take those out of the system's table whom a run before has left, and whom the supervisor has ended since."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _run(told: _Told, kept: Kept, say: Callable[[Event], None]) -> int:
    """Make one run; pytest's exit code is its own."""
    if told.rehearse:
        # In the worker's own folder: nobody else has made one, and nobody wants what is left there.
        told = replace(told, file=rehearsal.__file__, function="test_rehearsal", folder=Path.cwd())
    arguments = pytest_arguments(told)
    if not told.rehearse:
        os.chdir(told.folder)
        os.environ["TMPDIR"] = tempfile.tempdir = str(told.folder / "tmp")
    try:
        code = int(pytest.main(arguments, plugins=[_Wiring(told.assignment, kept, say)]))
        kept.tidy()
    except BaseException:  # noqa: BLE001  what a journey did to this process must not keep it from telling
        traceback.print_exc()
        code = int(pytest.ExitCode.INTERNAL_ERROR)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # a journey may have closed it, or put None there
            stream.flush()
    return code


def _started_driver() -> Kept:
    """Start the driver with an opening of the log's pipe of its own.

    It lets what it writes to never wait, and that holds for everybody with the same opening: what a journey prints
    faster than it is read would be lost (measured: up to 199 of 200 MB).
    """
    ours = sys.stderr
    with ExitStack() as stack:
        with suppress(OSError):
            sys.stderr = stack.enter_context(Path("/dev/fd/2").open("w", encoding="utf-8"))
        try:
            return Kept()
        finally:
            sys.stderr = ours


def _read_orders() -> "queue.SimpleQueue[bytes]":
    """Read orders as they come, and take standard input away from journeys and their children."""
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lifeline, orders), name="orders", daemon=True).start()
    return orders


def _listen(lifeline: int, orders: "queue.SimpleQueue[bytes]") -> None:
    """Take orders in until our starter is gone; then end everybody of this worker.

    On Linux the system has ended this process before; elsewhere nothing else would.
    """
    with suppress(OSError), os.fdopen(lifeline, "rb") as lines:
        for line in lines:
            orders.put(line)
    try:
        Family(os.getpid(), os.environ.get(RUN_TAG, "")).end(_END_LIMIT_S)
    finally:
        os._exit(ORPHANED)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
