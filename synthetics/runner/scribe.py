"""Writes into the ledger for many who wait at once: what comes together goes in one transaction.

A transaction costs as much as what is in it, and most of that is waiting for the disk. Claims are written as soon as
the one before them is through; records may wait a little for each other, since their claims stand.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from synthetics.errors import StorageError
from synthetics.ledger.store import Ledger

_T = TypeVar("_T")

#: For so long a record waits for others at most.
_LINGER_SECONDS = 0.4
#: More than this in one transaction would keep others waiting for their turn.
_MOST_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """One thing to be written.

    Args:
        write: Writes it, in a transaction of others too; may be called again where that had to be given up.
        written: Gets what that gives, when it is on the disk.
        until: When it may wait no longer, by the monotonic clock in seconds.
    """

    write: Callable[[Ledger], Any]
    written: "Future[Any]" = field(default_factory=Future)
    until: float


class Scribe:
    """Writes on a thread of its own.

    Args:
        ledger: Where it is written.
        linger_seconds: How long what is not urgent waits for more at most.
    """

    def __init__(self, ledger: Ledger, linger_seconds: float = _LINGER_SECONDS) -> None:
        self._ledger = ledger
        self._linger_seconds = linger_seconds
        self._entries: list[_Entry] = []
        self._came = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="scribe", daemon=True)
        self._thread.start()

    def write(self, what: Callable[[Ledger], _T], *, urgent: bool) -> "Future[_T]":
        """Have something written; may be called from any thread.

        Args:
            what: Writes it into the ledger that it is given, and nowhere else.
            urgent: Whether somebody cannot go on before it is written.

        Returns:
            What it gives, once it is on the disk; ``StorageError`` where it cannot be.
        """
        until = time.monotonic() + (0.0 if urgent else self._linger_seconds)
        entry = _Entry(write=what, until=until)
        with self._came:
            if self._closed:
                raise RuntimeError("this scribe was closed")
            self._entries.append(entry)
            self._came.notify()
        return entry.written

    def close(self) -> None:
        """Write what still waits, and end."""
        with self._came:
            self._closed = True
            self._came.notify()
        self._thread.join()

    def _write_all(self) -> None:
        while entries := self._take():
            self._write_together(entries)

    def _take(self) -> list[_Entry]:
        """Wait until something must be written, and take all that is there; nothing at the end."""
        with self._came:
            while not self._closed:
                if not self._entries:
                    self._came.wait()
                    continue
                left = min(each.until for each in self._entries) - time.monotonic()
                if left <= 0:
                    break
                self._came.wait(left)
            taken, self._entries = self._entries[:_MOST_AT_ONCE], self._entries[_MOST_AT_ONCE:]
        return taken

    def _write_together(self, entries: list[_Entry]) -> None:
        try:
            given = self._ledger.at_once([each.write for each in entries])
        except StorageError as error:
            for each in entries:
                _fail(each, error)
        except Exception as error:  # noqa: BLE001  told to whose it is
            if len(entries) == 1:
                _fail(entries[0], error)
                return
            for each in entries:  # one of them is at fault, and must not keep the others from being written
                self._write_together([each])
        else:
            for each, what in zip(entries, given, strict=True):
                if not each.written.cancelled():
                    each.written.set_result(what)


def _fail(entry: _Entry, error: Exception) -> None:
    with suppress(Exception):  # nobody waits any more
        entry.written.set_exception(error)
