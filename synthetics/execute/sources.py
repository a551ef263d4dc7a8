"""What a worker's memory was made of: the files that journeys are written in."""

import hashlib
from contextlib import suppress
from pathlib import Path


def hash_of_sources(journeys_folder: Path) -> str:
    """One hash over everything that journeys are made of.

    Args:
        journeys_folder: The folder of journeys; the conftest beside it counts too.

    Returns:
        64 hexadecimal digits, which change with any journey, page object, conftest and ``app.toml``.
    """
    digest = hashlib.sha256()
    files = [path for kind in ("*.py", "*.toml") for path in journeys_folder.rglob(kind)]
    for file in sorted([*files, journeys_folder.parent / "conftest.py"]):
        with suppress(OSError):  # not there, or just being written: the hash tells of it one way or the other
            content = file.read_bytes()
            digest.update(f"{file}\n{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
