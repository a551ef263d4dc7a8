"""The process that runs one journey: ``python -m synthetics.execute.worker DESCRIPTOR``.

It reads its order as one line of JSON from its standard input, runs pytest in-process on exactly one test, and writes
events as lines of JSON into the pipe whose number it is given. When its standard input ends, whoever started it is
gone: then it ends itself and all that it started.
"""

import json
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from synthetics.authoring.assignment import Assignment
from synthetics.authoring.channel import ASSIGNMENT, add_sink
from synthetics.catalogue.private_folder import remove_folder
from synthetics.evidence import Event, event_to_line
from synthetics.execute.folders import PYTEST_HTML
from synthetics.execute.processes import RUN_TAG, Family, adopt_orphans
from synthetics.execute.supervise import NUDGE

PLUGIN = "synthetics.authoring.plugin"

#: The exit code of a worker whose starter went away; nobody is there to read it.
ORPHANED = 70

_END_LIMIT_S = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What the order says."""

    assignment: Assignment
    file: str
    function: str
    rootdir: str
    private_folder: Path

    @classmethod
    def from_wire(cls, values: dict[str, Any]) -> "_Told":
        return cls(
            assignment=Assignment.from_wire(values["assignment"]),
            file=values["file"],
            function=values["function"],
            rootdir=values["rootdir"],
            private_folder=Path(values["private_folder"]),
        )


class _Wiring:
    """A pytest plugin that puts the assignment and the pipe where the authoring plugin finds them.

    Args:
        assignment: What to run, where.
        events: The descriptor of the pipe.
    """

    def __init__(self, assignment: Assignment, events: int) -> None:
        self._assignment = assignment
        self._events = events

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Before any conftest is read and any plugin configures itself."""
        early_config.stash[ASSIGNMENT] = self._assignment
        add_sink(early_config, self._write)

    def _write(self, event: Event) -> None:
        """Write one event whole; a pipe that a journey closed costs what it would have told, and nothing else."""
        line = memoryview(event_to_line(event))
        with suppress(OSError):
            while line:
                line = line[os.write(self._events, line) :]


#: Plugins of our own libraries and tools that serve no journey; to load them costs a third of pytest's start.
UNWANTED = ("anyio", "cacheprovider", "hypothesispytest", "xdist")


def pytest_arguments(told: _Told) -> list[str]:
    """Exactly one test, with a configuration that is the same wherever the journeys are."""
    output = told.assignment.output_folder
    return [
        f"{told.file}::{told.function}",
        # The checkout's own pytest configuration is about its tests, not about journeys.
        f"--config-file={os.devnull}",
        f"--rootdir={told.rootdir}",
        f"--confcutdir={told.rootdir}",
        "--import-mode=importlib",
        "--strict-markers",
        f"-p{PLUGIN}",
        *(f"-pno:{name}" for name in UNWANTED),
        # All output goes to the log, which has a limit. Captured, it would go to memory and into the HTML file.
        "--capture=no",
        "--color=no",
        f"--output={output / 'pytest-playwright'}",
        f"--html={output / PYTEST_HTML}",
        "--self-contained-html",
    ]


def main(events: int) -> NoReturn:
    """Run what the order says, and end with pytest's exit code.

    Args:
        events: The descriptor of the pipe for events.
    """
    os.set_inheritable(events, False)  # noqa: FBT003  it takes no keyword
    adopt_orphans()
    signal.signal(NUDGE, lambda _number, _frame: None)
    order, lifeline = _read_order()
    told = _Told.from_wire(json.loads(order))
    threading.Thread(target=_watch_lifeline, args=(lifeline, told.private_folder), daemon=True).start()
    try:
        code = int(pytest.main(pytest_arguments(told), plugins=[_Wiring(told.assignment, events)]))
    except BaseException:  # noqa: BLE001  what a journey did to this process must not keep it from ending
        traceback.print_exc()
        code = int(pytest.ExitCode.INTERNAL_ERROR)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    # Without the interpreter's own end: a thread or an atexit hook of a journey may never return.
    os._exit(code)


def _read_order() -> tuple[bytes, int]:
    """Read the order, and take standard input away from journeys and their children.

    Returns:
        The order, and the descriptor whose end tells that our starter is gone.
    """
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    order = bytearray()
    while not order.endswith(b"\n"):
        chunk = os.read(lifeline, 65536)
        if not chunk:
            os._exit(ORPHANED)
        order += chunk
    return bytes(order), lifeline


def _watch_lifeline(lifeline: int, private_folder: Path) -> None:
    """Wait until our starter is gone, then end everybody of this run and remove its folder."""
    with suppress(OSError):
        while os.read(lifeline, 1):
            pass
    try:
        Family(os.getpid(), os.environ.get(RUN_TAG, "")).end(_END_LIMIT_S)
        remove_folder(private_folder)
    finally:
        os._exit(ORPHANED)


if __name__ == "__main__":
    main(int(sys.argv[1]))
