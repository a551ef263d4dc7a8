"""A seat whose workers are scripts.

To a script its pipe for events is ``$0``; a line of it that begins with ``e`` is an event, and ``DONE`` ends a run.
"""

import secrets
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from synthetics.clock import SystemClock
from synthetics.execute.seat import SUPERVISOR, Seat
from synthetics.execute.wire import Report, RunOrder, WorkerSpec
from synthetics.private_folder import sweep
from tests.execute.builders import everybody_of, until

DONE = """echo 'd{"exit_code":0,"leaked":[]}' >&$0"""


def stay(each: str) -> str:
    """A worker that makes any number of runs."""
    return f"while read -r order; do {each}; {DONE}; done"


@dataclass(kw_only=True)
class Bench:
    """A seat, and what its workers say and print.

    Attributes:
        heard: All events so far.
        printed: The log of the last run.
    """

    seat: Seat
    folder: Path
    heard: list[bytes] = field(default_factory=list)
    printed: bytes = b""

    @property
    def said(self) -> bytes:
        return b"".join(self.heard)

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    def spec(self, script: str, **changes: Any) -> WorkerSpec:
        spec = WorkerSpec(
            command=("bash", "-c", script),
            environ={"PATH": "/usr/bin:/bin"},
            tag=self.seat.tag,
            temporary_folder=str(self.temporary),
            memory_bytes=10_000_000_000,
            processes=1_000,
        )
        return replace(spec, **changes)

    def order(self, **changes: Any) -> RunOrder:
        order = RunOrder(
            told={"assignment": {"browser_executable": "/nowhere/browser"}},
            folder=str(self.temporary / f"synthetics-run-{secrets.token_hex(4)}"),
            timeout_ms=60_000,
            grace_ms=100,
            fresh=False,
            last=False,
        )
        return replace(order, **changes)

    def run(
        self, script: str, *, stop: threading.Event | None = None, spec: WorkerSpec | None = None, **changes: Any
    ) -> Report:
        """Make a run, and see to it that its folder goes."""
        order = self.order(**changes)
        report = self.seat.run(spec or self.spec(script), order, stop or threading.Event(), self._hear)
        log = Path(order.folder) / "out" / "worker.log"
        self.printed = log.read_bytes() if log.exists() else b""
        self.seat.release()
        if self.seat.is_there:
            assert until(lambda: not Path(order.folder).exists())
        return report

    def _hear(self, line: bytes) -> None:
        self.heard.append(line + b"\n")

    def nobody_is_left(self) -> bool:
        """Whether there is nobody but the supervisor, and no folder."""
        return [each.pid for each in everybody_of(self.seat.tag)] == [self.seat.pid] and not any(
            self.temporary.iterdir()
        )


def a_bench(folder: Path, command: tuple[str, ...] = SUPERVISOR) -> Bench:
    (folder / "tmp").mkdir()
    seat = Seat(
        f"test {folder}", command, {"PATH": "/usr/bin:/bin"}, SystemClock(), on_loss=lambda: sweep(folder / "tmp")
    )
    return Bench(seat=seat, folder=folder)


def clear_away(bench: Bench) -> None:
    bench.seat.close()
    assert everybody_of(bench.seat.tag) == []
    assert list(bench.temporary.iterdir()) == []
