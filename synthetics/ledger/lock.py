"""The lock that only one scheduler of a ledger can hold; readers, and ``once``, do not ask for it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthetics.errors import SchedulerRunningError, StorageError
from synthetics.ledger.store import make_storage

FILE_NAME = "scheduler.lock"


@contextmanager
def scheduler_lock(storage: Path) -> Iterator[None]:
    """Be the only scheduler on a ledger, until the block ends or this process does, however that happens.

    Args:
        storage: The ledger's folder; made where it does not exist.

    Raises:
        SchedulerRunningError: Where another one runs, naming its process.
        StorageError: Where the lock's file cannot be made.
    """
    make_storage(storage)
    file = storage / FILE_NAME
    descriptor = _opened(file)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SchedulerRunningError(_held_by(descriptor, storage)) from None
        # The file stays when the lock is given back: taking it away would let two hold "the" lock, each on its own.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    try:
        # Children must not hold the lock: Python opens with O_CLOEXEC.
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StorageError(
            f"{file}: this file cannot be opened ({error.strerror}).\n"
            "  Make it and its folder writable, or name another folder as storage in synthetics.toml.",
        ) from error


def _held_by(descriptor: int, storage: Path) -> str:
    pid = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    return (
        f"{storage}: another scheduler works on this ledger already (process {pid or 'unknown'}).\n"
        "  Stop that one first, or name another folder as storage in synthetics.toml;"
        " once, runs and the other commands work beside it."
    )
