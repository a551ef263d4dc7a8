"""The service in a process of its own, with its clock and its disk in a test's hands.

``python -m tests.chaos.service_process FOLDER run --config FILE`` is ``runner.py run --config FILE``, but for two
things: the wall clock is off by what the file ``clock`` in FOLDER says (milliseconds), and the disk is full as long as
there is a file ``full``.
"""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection, event

from synthetics.bootstrap import workshop
from synthetics.clock import SystemClock
from synthetics.ledger import database

CLOCK = "clock"
FULL = "full"

#: SQLite's own largest number of pages; 1 is taken for as many as there are now.
_UNBOUNDED_PAGES, _NO_MORE_PAGES = 1_073_741_823, 1


class ShiftedClock(SystemClock):
    """The machine's clocks, the wall clock being off by what a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def wall_ms(self) -> int:
        return super().wall_ms() + int(self._file.read_text(encoding="ascii"))


@contextmanager
def full_while(mark: Path) -> Iterator[None]:
    """Let the disk be full while a file is there, as far as the ledger and the artifacts can see."""
    disk_usage, write_bytes = shutil.disk_usage, Path.write_bytes

    def usage_with_mark(path: Path) -> object:
        usage = disk_usage(path)
        return usage._replace(used=usage.total, free=0) if mark.exists() else usage

    def write_with_mark(file: Path, data: bytes) -> int:
        if mark.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        return write_bytes(file, data)

    def bound(connection: Connection) -> None:
        pages = _NO_MORE_PAGES if mark.exists() else _UNBOUNDED_PAGES
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    make_engine = database._engine

    def engine_with_mark(file: Path) -> object:
        engine = make_engine(file)
        event.listen(engine, "begin", bound)
        return engine

    with (
        patch.object(shutil, "disk_usage", usage_with_mark),
        patch.object(Path, "write_bytes", write_with_mark),
        patch.object(database, "_engine", engine_with_mark),
    ):
        yield


def main() -> None:
    """Be the service."""
    folder = Path(sys.argv.pop(1))
    with ExitStack() as stack:
        stack.enter_context(patch.object(workshop, "SystemClock", partial(ShiftedClock, folder / CLOCK)))
        stack.enter_context(full_while(folder / FULL))
        from synthetics.cli import main as command_line  # noqa: PLC0415  what it imports is patched by now

        command_line()


if __name__ == "__main__":
    main()
