"""Folders: what lies in the private one of a run, and where the driver's program is."""

import functools
import importlib.util
import os
from contextlib import suppress
from pathlib import Path

WORKER_LOG = "worker.log"
PYTEST_HTML = "pytest.html"


def file_sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each file below a folder, by its path there with ``/`` between the parts; no links."""
    sizes = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    sizes[path.relative_to(folder).as_posix()] = path.stat().st_size
    return sizes


@functools.cache
def driver_folder() -> Path:
    """The folder of the program that drives browsers, found without importing Playwright."""
    package = importlib.util.find_spec("playwright")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("playwright is not installed")
    return Path(package.origin).resolve().parent / "driver"
