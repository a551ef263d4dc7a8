"""Room beside the ledger that is kept for the day on which the disk is full."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

FILE_NAME = "ledger.reserve"

#: Enough for some hundred records, which are what must still be written when nothing else can.
SIZE_BYTES = 4 * 1024**2
#: What must be free beside it before it is made again, so that it does not come and go with each record.
_FREE_BYTES = 16 * 1024**2


class Reserve:
    """A file that takes up room, until that is needed; for any number of processes.

    Args:
        file: Where it is.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def keep(self) -> bool:
        """Make it where it is not there and there is room for it.

        Returns:
            Whether it is there.
        """
        if self.file.exists():
            return True
        if _free_bytes(self.file.parent) < SIZE_BYTES + _FREE_BYTES:
            return False
        unfinished = self.file.with_name(f".{FILE_NAME}.{os.getpid()}")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE_BYTES)  # a file with a hole in it would keep no room
            finally:
                os.close(descriptor)
            unfinished.rename(self.file)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            return False
        return True

    def release(self) -> bool:
        """Give its room to whoever writes next.

        Returns:
            False where there was none to give.
        """
        try:
            self.file.unlink()
        except OSError:
            return False
        return True


def is_short_of_room(folder: Path) -> bool:
    """Whether a disk is so full that its refusal to write may well be for that."""
    return _free_bytes(folder) < SIZE_BYTES


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
