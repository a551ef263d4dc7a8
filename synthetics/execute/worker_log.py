"""The log of a worker: all that it and its children print, as much of it as is worth its room on the disk."""

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

#: How much of the beginning is kept.
HEAD_BYTES = 7 * 1024 * 1024

#: How much of the end is kept: there stands why it failed.
TAIL_BYTES = 1024 * 1024


class WorkerLog:
    """A file that takes any amount of output, and keeps its beginning and its end.

    A disk that is full costs the log and nothing else.

    Args:
        path: Where it is written.
        head_bytes: How much of the beginning is kept.
        tail_bytes: How much of the end is kept.
    """

    def __init__(self, path: Path, *, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES) -> None:
        self._head_room = head_bytes
        self._tail_bytes = tail_bytes
        self._tail = bytearray()
        self._dropped = 0
        self._file: BinaryIO | None = None
        with suppress(OSError):
            self._file = path.open("wb", buffering=0)

    def write(self, output: bytes) -> None:
        """Take some output in."""
        head, rest = output[: self._head_room], output[self._head_room :]
        self._head_room -= len(head)
        self._put(head)
        self._tail += rest
        # Cut in large pieces, so that output of any length is moved a bounded number of times.
        if len(self._tail) > 2 * self._tail_bytes:
            self._cut_tail()

    def close(self) -> None:
        """Write the end, and say how much between is not there."""
        self._cut_tail()
        if self._dropped:
            self._put(f"\n[... {self._dropped} bytes of output left out ...]\n".encode())
        self._put(bytes(self._tail))
        if self._file is not None:
            self._file.close()
            self._file = None

    def _cut_tail(self) -> None:
        surplus = max(0, len(self._tail) - self._tail_bytes)
        self._dropped += surplus
        del self._tail[:surplus]

    def _put(self, output: bytes) -> None:
        if not output or self._file is None:
            return
        try:
            self._file.write(output)
        except OSError:
            self._file.close()
            self._file = None
