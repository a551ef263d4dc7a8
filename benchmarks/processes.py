"""Processor time of a whole tree of processes, and the host processes in which forms are measured."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.figures import Sample

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_LOOK_S = 0.1
_SETTLED_WITHIN_S = 5.0
_END_S = 30.0
_CHECKOUT = Path(__file__).parent.parent


def tree_cpu_s(root: int) -> float:
    """Processor time (user and system) that a process and everything below it has used so far, in seconds.

    What has ended is in it where somebody waited for it; what nobody waited for yet is still listed by the system with
    its time. The root adopts orphans (see ``hosting``), so a browser in a session of its own, or one whose starter has
    ended, is below it all the same.

    Args:
        root: The process.
    """
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):
                # The name stands in brackets and may hold anything: the fields begin behind the last one.
                fields = Path(entry.path, "stat").read_text(errors="replace").rpartition(")")[2].split()
                pid = int(entry.name)
                parents[pid] = int(fields[1])
                ticks[pid] = sum(map(int, fields[11:15]))
    return sum(ticks[pid] for pid in ticks if _is_below(pid, root, parents)) * _TICK_S


def _is_below(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while pid > 1:
        if pid == root:
            return True
        pid = parents.get(pid, 0)
    return False


def settled_cpu_s(root: int) -> float:
    """The same, once the tree has come to rest: what a run leaves to be done behind it is its own."""
    until = time.monotonic() + _SETTLED_WITHIN_S
    used = tree_cpu_s(root)
    while time.monotonic() < until:
        time.sleep(_LOOK_S)  # rest is only seen by looking twice
        before, used = used, tree_cpu_s(root)
        if used - before <= _TICK_S:
            break
    return used


class Host:
    """A process that makes runs of one form when it is asked to.

    Args:
        command: Its command line; it speaks as ``hosting.serve`` does.
        environ: What it has in its environment beside ours.
        log: The file for what it writes to standard error.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                cwd=_CHECKOUT,
                env={**os.environ, **environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self._hear()  # that it is ready

    @property
    def pid(self) -> int:
        """The process at the root of its tree."""
        return self._process.pid

    def run(self, times: int = 1) -> Sample:
        """Make runs, one after the other.

        Args:
            times: How many.

        Returns:
            What one of them took.
        """
        before = settled_cpu_s(self.pid)
        wall_s = self._ask(times=times)["wall_s"]
        return Sample(wall_s / times, (settled_cpu_s(self.pid) - before) / times)

    def keep_running(self, seconds: float) -> float:
        """Make runs, one after the other in each of its lanes.

        Args:
            seconds: For how long; runs under way are ended properly.

        Returns:
            How many runs a minute that was.
        """
        return float(self._ask(seconds=seconds)["runs_a_minute"])

    def close(self) -> None:
        """Let it end, and wait for that."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, **what: float) -> dict[str, Any]:
        assert self._process.stdin is not None  # narrows the type: we asked for a pipe
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # narrows the type: we asked for a pipe
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"A form ended with {self._process.returncode}.\n{self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"A form's run failed:\n{answer['error']}\n{self._last_words()}")
        return answer

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-30:])


@contextmanager
def started(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command that runs until it is told to stop (SIGTERM), and stop it with the block.

    Args:
        command: Its command line.
        environ: What it has in its environment beside ours.
        log: The file for all that it writes.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=_CHECKOUT,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
