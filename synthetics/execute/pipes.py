"""A supervisor's ends of its pipes, one wait for all of them, and nothing that can block."""

import os
import selectors
from collections.abc import Callable
from contextlib import ExitStack, suppress

_CHUNK_BYTES = 64 * 1024

#: What is left at the end fits into a pipe (64 KiB, at most 1 MiB): whoever still writes then is not waited for.
_DRAIN_READS = 32


class Pipes:
    """Any number of pipes, each with somebody who takes what comes.

    Args:
        selector: The one wait, which others may share.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._open = ExitStack()
        self._registered: set[int] = set()

    def open_reading(self, take: Callable[[bytes], None]) -> int:
        """Make a pipe that we read from.

        Args:
            take: Given whatever comes.

        Returns:
            The other end, which the caller closes.
        """
        ours, theirs = os.pipe()
        self._open.callback(os.close, ours)
        self.reading_from(ours, take, end=lambda: None)
        return theirs

    def open_writing(self) -> tuple[int, Callable[[bytes], None]]:
        """Make a pipe that we write to; it stays open until ``close``, which is how the other side knows of our end.

        Returns:
            The other end, which the caller closes, and a function that writes something after all that was written
            before; what a reader does not take waits, and holds nobody up.
        """
        theirs, ours = os.pipe()
        self._open.callback(os.close, ours)
        return theirs, self.writing_to(ours)

    def writing_to(self, descriptor: int) -> Callable[[bytes], None]:
        """Make a function that writes to a pipe, in order; what its reader does not take waits, and holds nobody up.

        Args:
            descriptor: Our end of the pipe.
        """
        os.set_blocking(descriptor, False)
        waiting = bytearray()

        def flush() -> None:
            try:
                while waiting:
                    del waiting[: os.write(descriptor, waiting)]
            except BlockingIOError:
                if descriptor not in self._registered:
                    self._watch(descriptor, selectors.EVENT_WRITE, flush)
                return
            except BrokenPipeError:
                waiting.clear()
            self._forget(descriptor)

        def write(data: bytes) -> None:
            waiting.extend(data)
            flush()

        return write

    def reading_from(self, descriptor: int, take: Callable[[bytes], None], *, end: Callable[[], None]) -> None:
        """Read from a pipe that somebody else has made.

        Args:
            descriptor: Our end of it.
            take: Given whatever comes.
            end: Called once when nothing can come any more.
        """
        os.set_blocking(descriptor, False)

        def read() -> None:
            with suppress(BlockingIOError):
                chunk = os.read(descriptor, _CHUNK_BYTES)
                if chunk:
                    take(chunk)
                else:
                    self._forget(descriptor)
                    end()

        self._watch(descriptor, selectors.EVENT_READ, read)

    def wake_at_end_of(self, pid: int) -> None:
        """Let the end of a process end a wait too, where the system can do that (Linux)."""
        if not hasattr(os, "pidfd_open"):
            return
        with suppress(OSError):
            descriptor = os.pidfd_open(pid)
            self._open.callback(os.close, descriptor)
            # Readable for ever from then on: once is enough, or every wait would end at once.
            self._watch(descriptor, selectors.EVENT_READ, lambda: self._forget(descriptor))

    def drain(self) -> None:
        """Take in what is still on its way, without waiting for more."""
        for _ in range(_DRAIN_READS):
            ready = [key for key, _ in self._selector.select(0) if key.fd in self._registered]
            if not ready:
                return
            for key in ready:
                key.data()

    def close(self) -> None:
        """Close our ends."""
        for descriptor in tuple(self._registered):
            self._forget(descriptor)
        self._open.close()

    def _watch(self, descriptor: int, events: int, job: Callable[[], None]) -> None:
        self._selector.register(descriptor, events, job)
        self._registered.add(descriptor)

    def _forget(self, descriptor: int) -> None:
        if descriptor in self._registered:
            self._registered.discard(descriptor)
            self._selector.unregister(descriptor)
