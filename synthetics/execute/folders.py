"""The private folder of a run: what lies in it."""

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
