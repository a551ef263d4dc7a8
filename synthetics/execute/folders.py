"""The private folder of a run: what lies in it, and that nothing of it stays."""

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

WORKER_LOG = "worker.log"
PYTEST_HTML = "pytest.html"

_LOG = logging.getLogger(__name__)


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
    except OSError as error:
        _LOG.error("folder=%s of a run could not be removed: %s", folder, error)
