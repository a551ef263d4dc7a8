"""Files that are there whole or not at all: whoever reads one while it is written sees the old one."""

import os
import tempfile
from pathlib import Path

from synthetics.errors import StorageError

_READABLE_BY_ALL = 0o644


def write_whole(path: Path, content: bytes, *, mend: str) -> None:
    """Write a file beside its place and move it there, readable by everybody.

    Args:
        path: Where it goes; its folder has to be there.
        content: All of it.
        mend: One sentence for the error: what the caller can do.

    Raises:
        StorageError: Where it cannot be written; nothing is left behind then, and an older file stays as it was.
    """
    try:
        _write_and_move(path, content)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror or error}.\n  {mend}") from error


def make_folder(folder: Path, *, mend: str) -> None:
    """Make a folder and those above it.

    Args:
        folder: Which one; one that is there already is fine.
        mend: One sentence for the error: what the caller can do.

    Raises:
        StorageError: Where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be made: {error.strerror or error}.\n  {mend}") from error


def _write_and_move(path: Path, content: bytes) -> None:
    # In the same folder, since a move from one file system to another is no move but a copy. The name starts with a
    # dot and ends otherwise than the file, so that node-exporter, which reads *.prom, never sees the unfinished one.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), _READABLE_BY_ALL)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
