"""The supervisor's ends of a worker's pipes: the order in, events and output out, and nothing that can block."""

import os
import selectors
from collections.abc import Callable
from contextlib import ExitStack, suppress

#: What a worker may say in one run; more is a journey gone wild, and would only fill the memory.
EVENTS_MAX_BYTES = 32 * 1024 * 1024

_CHUNK_BYTES = 64 * 1024

#: What is left at the end fits into a pipe (64 KiB, at most 1 MiB): whoever still writes then is not waited for.
_DRAIN_READS = 32


class Pipes:
    """Three pipes, and one wait for all of them.

    Args:
        log: Takes the worker's output.
    """

    def __init__(self, log: Callable[[bytes], None]) -> None:
        self._log = log
        self._said = bytearray()
        self._open = ExitStack()
        self._selector = self._open.enter_context(selectors.DefaultSelector())

    @property
    def said(self) -> bytes:
        """What came through the pipe for events so far."""
        return bytes(self._said)

    def open_events(self) -> int:
        """Make the pipe for events; the caller closes the worker's end, which is returned."""
        return self._read_from(self._hear)

    def open_output(self) -> int:
        """Make the pipe for standard output and error; the caller closes the worker's end, which is returned."""
        return self._read_from(self._log)

    def open_order(self, order: bytes) -> int:
        """Make the pipe for the order; the caller closes the worker's end, which is returned.

        Our end stays open after the order is written: its closing tells the worker that we are gone.
        """
        theirs, ours = os.pipe()
        self._open.callback(os.close, ours)
        os.set_blocking(ours, False)
        rest = memoryview(order)

        def write() -> None:
            nonlocal rest
            with suppress(BrokenPipeError):
                rest = rest[os.write(ours, rest) :]
                if rest:
                    return
            self._selector.unregister(ours)

        self._selector.register(ours, selectors.EVENT_WRITE, write)
        return theirs

    def wake_at_end_of(self, pid: int) -> None:
        """Let the end of a process end a wait too, where the system can do that (Linux)."""
        if not hasattr(os, "pidfd_open"):
            return
        with suppress(OSError):
            descriptor = os.pidfd_open(pid)
            self._open.callback(os.close, descriptor)
            self._selector.register(descriptor, selectors.EVENT_READ, lambda: None)

    def wait(self, seconds: float) -> None:
        """Wait until something comes or the time is over, and take in what came."""
        for key, _ in self._selector.select(seconds):
            key.data()

    def drain(self) -> None:
        """Take in what is still on its way, without waiting for more."""
        for _ in range(_DRAIN_READS):
            if not self._selector.get_map():
                return
            self.wait(0)

    def close(self) -> None:
        """Close our ends."""
        self._open.close()

    def _read_from(self, take: Callable[[bytes], None]) -> int:
        ours, theirs = os.pipe()
        self._open.callback(os.close, ours)
        os.set_blocking(ours, False)

        def read() -> None:
            with suppress(BlockingIOError):
                chunk = os.read(ours, _CHUNK_BYTES)
                if chunk:
                    take(chunk)
                else:
                    self._selector.unregister(ours)

        self._selector.register(ours, selectors.EVENT_READ, read)
        return theirs

    def _hear(self, chunk: bytes) -> None:
        self._said += chunk[: EVENTS_MAX_BYTES - len(self._said)]
