"""Whether something could be written, found out without writing anything."""

import os
from pathlib import Path


def nearest(path: Path) -> Path:
    """The path, or what is there of the way to it."""
    path = path.absolute()
    return next(each for each in (path, *path.parents) if each.exists())


def is_writable(folder: Path) -> bool:
    """Whether it is a folder in which we may make files."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
