"""Folders of our own among the system's temporary ones, which nobody else may see and which never stay.

Each holds a file that its owner keeps locked for as long as it lives. The system takes the lock away with the owner,
however that ends, so whoever comes next can tell what was left behind from what is in use, and removes it.
"""

import fcntl
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: How their names begin.
PREFIX = "synthetics-"

#: The file that is locked. A folder without it is a stranger's, whatever it is called.
OWNER = ".synthetics-owner"

_LOG = logging.getLogger(__name__)


@contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it at the end.

    Args:
        folder: Where it is made; its name begins with ``PREFIX``, and is taken by nothing yet.

    Yields:
        The same.

    Raises:
        OSError: Where it cannot be made.
    """
    lock = _make(folder)
    try:
        yield folder
    finally:
        remove_folder(folder)
        os.close(lock)


def sweep(temporary: Path) -> None:
    """Remove the private folders whose owners are gone; never raises.

    Left alone are those of other users, those whose owners live, and whatever is no private folder of ours.

    Args:
        temporary: The folder they are made in.
    """
    with suppress(OSError):
        for folder in temporary.glob(f"{PREFIX}*"):
            with suppress(OSError):
                _remove_if_left(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, whatever rights a journey left on it; never raises for what it finds."""
    if not folder.exists():
        return
    with suppress(OSError):
        shutil.rmtree(folder)
        return
    for parent, _, _ in os.walk(folder):
        with suppress(OSError):
            Path(parent).chmod(0o700)
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass  # somebody else removes it as well
    except OSError as error:
        _LOG.error("folder=%s of ours could not be removed: %s", folder, error)


def _make(folder: Path) -> int:
    """Make it under another name and call it by its own once it is locked: no sweep ever meets it without its owner.

    Returns:
        The descriptor of the lock.
    """
    unfinished = folder.with_name(f".{folder.name}")
    unfinished.mkdir(mode=0o700)
    lock = -1
    try:
        lock = os.open(unfinished / OWNER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        unfinished.rename(folder)
    except BaseException:
        remove_folder(unfinished)
        if lock >= 0:
            os.close(lock)
        raise
    return lock


def _remove_if_left(folder: Path) -> None:
    """Remove a private folder of this user whose owner is gone.

    Raises:
        OSError: Where it is none, or in use.
    """
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        return
    # Not blocking, and following no link: what lies there may have been put there by anything that ran in it.
    lock = os.open(folder / OWNER, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _LOG.info("folder=%s was left by a process that is gone", folder)
        remove_folder(folder)
    finally:
        os.close(lock)
